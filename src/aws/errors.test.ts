import { describe, expect, it } from 'vitest';
import { AwsError, type ErrorClass } from '../core/errors.ts';
import { toAwsError } from './errors.ts';

/** As the SDK throws what AWS answered. */
function answered(status: number, code: string, message: string) {
  const error = Object.assign(new Error(message), {
    $metadata: { httpStatusCode: status, requestId: '59dbff89-35bd-4eac-99ed-be587EXAMPLE' },
  });
  error.name = code;
  return error;
}

const refused: [code: string, status: number, words: string, expected: ErrorClass][] = [
  ['AddressLimitExceeded', 400, 'The maximum number of addresses has been reached.', 'Quota'],
  ['InvalidAllocationID.NotFound', 400, "The allocation ID 'eipalloc-0a' does not exist", 'NotFound'],
  ['InvalidAddress.NotFound', 400, "Address '198.51.100.7' not found.", 'NotFound'],
  ['InvalidAssociationID.NotFound', 400, "The association ID 'eipassoc-1' does not exist", 'NotFound'],
  ['InvalidInstanceID.NotFound', 400, "The instance ID 'i-0a' does not exist", 'NotFound'],
  ['InvalidNetworkInterfaceID.NotFound', 400, "The networkInterface ID 'eni-0a' does not exist", 'NotFound'],
  ['InvalidAMIID.NotFound', 400, "The image id '[ami-0a]' does not exist", 'NotFound'],
  ['Resource.AlreadyAssociated', 400, 'resource eipalloc-0a is already associated', 'Conflict'],
  ['InvalidIPAddress.InUse', 400, 'Address 10.0.0.4 is in use.', 'Conflict'],
  ['InvalidAddress.Locked', 400, 'the address is locked to your account', 'Conflict'],
  ['IncorrectInstanceState', 400, "The instance 'i-0a' is not in a valid state", 'Conflict'],
  ['InvalidAMIName.Duplicate', 400, 'AMI name web is already in use by AMI ami-0a', 'Conflict'],
  ['InvalidParameterValue', 400, 'Value (x) for parameter allocationId is invalid.', 'Invalid'],
  ['InvalidInstanceID', 400, "The pending instance 'i-0a' is not in a valid state", 'Conflict'],
  ['InvalidInstanceID.Malformed', 400, 'Invalid id: "i-"', 'Invalid'],
  ['MissingParameter', 400, 'The request must contain the parameter AllocationId', 'Invalid'],
  ['RequestLimitExceeded', 503, 'Request limit exceeded.', 'Throttled'],
  ['Throttling', 400, 'Rate exceeded', 'Throttled'],
  ['ThrottlingException', 400, 'Rate exceeded', 'Throttled'],
  ['NoSuchEntity', 404, 'The role with name web cannot be found.', 'NotFound'],
  ['EntityAlreadyExists', 409, 'Role with name web already exists.', 'Conflict'],
  ['DeleteConflict', 409, 'Cannot delete entity, must detach all policies first.', 'Conflict'],
  ['MalformedPolicyDocument', 400, 'Syntax errors in policy.', 'Invalid'],
  ['LimitExceeded', 409, 'Cannot exceed quota for PoliciesPerRole: 10', 'Quota'],
  ['ConcurrentModification', 409, 'another change is under way', 'Transient'],
  ['NotFoundException', 400, "Key 'arn:aws:kms:us-east-1:111122223333:key/1' does not exist", 'NotFound'],
  ['KMSInvalidStateException', 400, 'arn:… is pending deletion.', 'Conflict'],
  ['AlreadyExistsException', 400, 'An alias with the name already exists', 'Conflict'],
  ['LimitExceededException', 400, 'The request was rejected because a quota was exceeded.', 'Quota'],
  ['ExpiredToken', 403, 'The security token included in the request is expired', 'Unauthenticated'],
  ['InvalidClientTokenId', 403, 'The security token included in the request is invalid.', 'Unauthenticated'],
  ['UnauthorizedOperation', 403, 'You are not authorized to perform this operation.', 'Denied'],
  ['AuthFailure', 401, 'AWS was not able to validate the provided access credentials', 'Unauthenticated'],
  ['AuthFailure', 403, 'You do not own the address 203.0.113.10', 'Denied'],
  ['SignatureDoesNotMatch', 403, 'The request signature we calculated does not match', 'Unauthenticated'],
  ['InvalidIdentityToken', 400, 'No OpenIDConnect provider found in your account', 'Unauthenticated'],
  ['EmulatorUnsupported', 501, 'not implemented', 'Invalid'],
];

describe('what AWS refused by name', () => {
  it.each(refused)('%s (%i) is definite', (code, status, words, expected) => {
    const error = toAwsError(answered(status, code, words), 'ec2:AllocateAddress');
    expect(error).toBeInstanceOf(AwsError);
    expect({ class: error.class, code: error.code, definite: error.definite }).toEqual({
      class: expected,
      code,
      definite: true,
    });
    expect(error.message).toContain(words.slice(0, 20));
    expect(error.requestId).toBe('59dbff89-35bd-4eac-99ed-be587EXAMPLE');
  });

  it.each([
    ['InternalError', 500],
    ['Unavailable', 503],
    ['ServiceFailure', 500],
    ['SomethingNew', 502],
  ])('%s (%i) may have been applied', (code, status) => {
    const error = toAwsError(answered(status, code, 'An internal error has occurred'), 'ec2:AllocateAddress');
    expect([error.class, error.definite]).toEqual(['Transient', false]);
  });
});

describe('what never got an answer', () => {
  const node = (code: string, message = code) => Object.assign(new Error(message), { code });
  const timeout = (message: string) => Object.assign(new Error(message), { name: 'TimeoutError' });

  it.each([
    node('ECONNREFUSED', 'connect ECONNREFUSED 127.0.0.1:4566'),
    node('ENOTFOUND', 'getaddrinfo ENOTFOUND ec2.us-east-9.amazonaws.com'),
    node('CERT_HAS_EXPIRED', 'certificate has expired'),
    timeout(
      '@smithy/node-http-handler - the request socket did not establish a connection with the server within the configured timeout of 3000 ms.',
    ),
  ])('was certainly not applied: $message', (error) => {
    const failure = toAwsError(error, 'ec2:AllocateAddress');
    expect([failure.class, failure.code, failure.definite]).toEqual(['Transient', 'NotConnected', true]);
  });

  it.each([
    node('ECONNRESET', 'socket hang up'),
    node('EPIPE', 'write EPIPE'),
    timeout(
      '@smithy/node-http-handler - [ERROR] a request has exceeded the configured 30000 ms requestTimeout.',
    ),
    new Error('aborted'),
  ])('may have been applied: $message', (error) => {
    const failure = toAwsError(error, 'ec2:AllocateAddress');
    expect([failure.class, failure.code, failure.definite]).toEqual(['Transient', 'NoReply', false]);
  });

  it('says that credentials are missing', () => {
    const missing = Object.assign(new Error('Could not load credentials from any providers'), {
      name: 'CredentialsProviderError',
    });
    const failure = toAwsError(missing, 'ec2:AllocateAddress', false);
    expect([failure.class, failure.code, failure.definite]).toEqual([
      'Unauthenticated',
      'InvalidCredentials',
      true,
    ]);
    expect(failure.message).toBe('no usable AWS credentials: Could not load credentials from any providers');
  });

  it('knows that nothing was sent when the credentials’ own service failed', () => {
    const failure = toAwsError(answered(500, 'InternalFailure', 'sts is ill'), 'ec2:AllocateAddress', false);
    expect([failure.class, failure.definite]).toEqual(['Transient', true]);
  });

  it('names an input that the SDK will not send', () => {
    const failure = toAwsError(new TypeError('Expected an array'), 'ec2:CreateTags', false);
    expect([failure.class, failure.definite, failure.message]).toEqual([
      'Invalid',
      true,
      'Expected an array',
    ]);
  });
});

describe('messages', () => {
  const denied = (words: string) =>
    toAwsError(answered(403, 'UnauthorizedOperation', words), 'ec2:AllocateAddress').message;

  it('keep action and resource of a denial, without session and blob', () => {
    expect(
      denied(
        'You are not authorized to perform this operation. User: arn:aws:sts::111122223333:assumed-role/mooring/aws-sdk-js-session-1767225600 is not authorized to perform: ec2:AllocateAddress on resource: arn:aws:ec2:eu-central-1:111122223333:elastic-ip/* because no identity-based policy allows the ec2:AllocateAddress action. Encoded authorization failure message: 5aPfJ0Zk_o2-Q',
      ),
    ).toBe(
      'User: arn:aws:sts::111122223333:assumed-role/mooring is not authorized to perform: ec2:AllocateAddress on resource: arn:aws:ec2:eu-central-1:111122223333:elastic-ip/* because no identity-based policy allows the ec2:AllocateAddress action.',
    );
  });

  it('name the action where AWS does not', () => {
    expect(
      denied('You are not authorized to perform this operation. Encoded authorization failure message: x9'),
    ).toBe('ec2:AllocateAddress: You are not authorized to perform this operation.');
  });

  it('lose request ids and line breaks', () => {
    const error = answered(400, 'AccessDenied', 'No.\n  Request ID: 59dbff89-35bd-4eac-99ed-be587EXAMPLE');
    expect(toAwsError(error, 'iam:GetRole').message).toBe('iam:GetRole: No.');
  });

  it('do not carry a page of HTML', () => {
    const page = answered(
      500,
      'SyntaxError',
      `<!doctype html><html><title>500</title>${'x'.repeat(5_000)}</html>`,
    );
    const failure = toAwsError(page, 'ec2:DescribeAddresses');
    expect(failure.message).toBe('HTTP 500 without an AWS error in it: something in between answered');
    expect([failure.class, failure.code, failure.definite]).toEqual(['Transient', 'HTTP500', false]);
  });
});

it('waits for a principal that policies do not see yet, and for no other malformed policy', () => {
  const classOf = (words: string) =>
    toAwsError(answered(400, 'MalformedPolicyDocumentException', words), 'iam:CreateRole');
  const unseen = classOf('Invalid principal in policy: "AWS":"arn:aws:iam::111122223333:role/new"');
  expect([unseen.class, unseen.definite]).toEqual(['Transient', true]);
  expect(classOf('Policy contains a statement with one or more invalid principals.').class).toBe('Transient');
  expect(classOf('Syntax errors in policy.').class).toBe('Invalid');
});
