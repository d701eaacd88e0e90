/**
 * Failures of the SDK as values of ours.
 *
 * Guarantees:
 * - `definite` is true only where it is certain that AWS did not apply the call: it was refused by name, or
 *   never sent. Anything else is ambiguous, and only a look-up can tell.
 * - The same failure is the same text: no request ids, no sessions, no encoded blobs.
 */
import { AwsError, type ErrorClass, messageOf } from '../core/errors.ts';
import { classOfCode, classOfStatus } from './error-codes.ts';
import { cleanMessage, denialMessage, quotaMessage } from './error-message.ts';

/** No connection came about, so no request was sent over it. */
const unsentCodes = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);
const unconnected = /did not establish a connection/;

/**
 * `sent` tells whether the request had reached the point of being sent. Where it had not (no credentials,
 * an input the SDK cannot serialize) the failure is definite.
 */
export function toAwsError(error: unknown, call: string, sent = true): AwsError {
  if (error instanceof AwsError) return error;
  const facts = factsOf(error);
  // A reply that began well and broke off is no reply.
  if (facts.status === undefined || facts.status < 400) return withoutReply(error, facts, call, sent);

  const errorClass = classOf(facts, facts.status);
  const words = cleanMessage(
    facts.unreadable
      ? `HTTP ${facts.status} without an AWS error in it: something in between answered`
      : facts.message,
  );
  const message = words || facts.code || `HTTP ${facts.status}`;
  return new AwsError({
    class: errorClass,
    code: facts.code ?? `HTTP${facts.status}`,
    call,
    message: explained(errorClass, message, call, facts.code ?? ''),
    definite: !sent || errorClass !== 'Transient' || facts.status < 500 || isRefusal(facts.code),
    ...(facts.requestId === undefined ? {} : { requestId: facts.requestId }),
    cause: error,
  });
}

/**
 * A principal that was just made is not seen by policies yet, and AWS calls that malformed.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency
 */
const unseenPrincipal = /invalid principal/i;

/** EC2 says `AuthFailure` to a key it does not know, and also to who asks for what is not theirs. */
const unknownKey = /not able to validate the provided access credentials/i;

function classOf({ code, message }: Facts, status: number): ErrorClass {
  const known = code === undefined ? undefined : classOfCode(code);
  if (code === 'AuthFailure' && unknownKey.test(message)) return 'Unauthenticated';
  if (code?.startsWith('MalformedPolicyDocument') && unseenPrincipal.test(message)) return 'Transient';
  return known ?? classOfStatus(status);
}

function explained(errorClass: ErrorClass, words: string, call: string, code: string): string {
  if (errorClass === 'Denied' || errorClass === 'Unauthenticated') return denialMessage(words, call);
  return errorClass === 'Quota' ? quotaMessage(words, code) : words;
}

/** Server errors by number that are refusals by name. */
const isRefusal = (code: string | undefined): boolean => /^Insufficient\w*Capacity$/.test(code ?? '');

function withoutReply(error: unknown, facts: Facts, call: string, sent: boolean): AwsError {
  const { network } = facts;
  if (network === undefined && !sent) return unsendable(error, facts, call);
  const unsent =
    !sent || (network !== undefined && unsentCodes.has(network)) || unconnected.test(facts.message);
  const detail = cleanMessage(facts.message).replace(/^@smithy\/node-http-handler - (\[\w+\] )?/, '');
  return new AwsError({
    class: 'Transient',
    code: unsent ? 'NotConnected' : 'NoReply',
    call,
    message: `${unsent ? 'AWS cannot be reached' : 'no reply from AWS'}: ${detail || network || facts.code || 'unknown'}`,
    definite: unsent,
    cause: error,
  });
}

/** Credentials that cannot be had, or a request the SDK will not make. */
function unsendable(error: unknown, facts: Facts, call: string): AwsError {
  const credentials = facts.code === 'CredentialsProviderError' || /credential|token/i.test(facts.message);
  return new AwsError({
    class: credentials ? 'Unauthenticated' : 'Invalid',
    code: credentials ? 'InvalidCredentials' : (facts.code ?? 'NotSent'),
    call,
    message: cleanMessage(credentials ? `no usable AWS credentials: ${facts.message}` : facts.message),
    definite: true,
    cause: error,
  });
}

interface Facts {
  readonly code: string | undefined;
  readonly message: string;
  /** Of the reply; absent where none came. */
  readonly status: number | undefined;
  readonly requestId: string | undefined;
  /** Node's code for a failed connection. */
  readonly network: string | undefined;
  /** What answered was not the service: a load balancer's, a proxy's or an emulator's page. */
  readonly unreadable: boolean;
}

/** Names the SDK gives to replies that carry no code, and JavaScript to any error. */
const namesWithoutMeaning = new Set(['Error', 'TypeError', 'SyntaxError', 'Unknown', 'UnknownError', '']);

function factsOf(error: unknown): Facts {
  const metadata = member(error, '$metadata');
  const name = stringIn(error, 'name');
  const message = messageOf(error);
  return {
    code: name === undefined || namesWithoutMeaning.has(name) ? stringIn(error, 'Code') : name,
    message,
    status: numberIn(metadata, 'httpStatusCode') ?? numberIn(member(error, '$response'), 'statusCode'),
    requestId: stringIn(metadata, 'requestId') ?? stringIn(error, 'RequestId'),
    network: stringIn(error, 'code') ?? stringIn(member(error, 'cause'), 'code'),
    unreadable: /<html|<!doctype|Deserialization error/i.test(message),
  };
}

const member = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;

function stringIn(value: unknown, key: string): string | undefined {
  const found = member(value, key);
  return typeof found === 'string' && found !== '' ? found : undefined;
}

function numberIn(value: unknown, key: string): number | undefined {
  const found = member(value, key);
  return typeof found === 'number' ? found : undefined;
}
