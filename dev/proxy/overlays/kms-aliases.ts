import { type Call, field, type Reply } from '../call.ts';
import type { Next } from '../overlay.ts';
import { AwsError } from '../reply.ts';
import { type Json, jsonReply, withJson } from './kms-call.ts';
import { keyOf } from './kms-metadata.ts';
import type { KmsState } from './kms-state.ts';

/** Aliases, kept here: the emulator's are one set for a key and its replicas, and it checks no types. */
export const aliasOperations: Readonly<
  Record<string, (call: Call, next: Next, state: KmsState) => Promise<Reply>>
> = {
  async CreateAlias(call, next, state) {
    const name = nameIn(call);
    if (state.aliases.has(name)) {
      throw new AwsError(
        'AlreadyExistsException',
        `An alias with the name ${arnOf(call, name)} already exists`,
      );
    }
    state.aliases.set(name, String((await keyOf(call, next, state)).KeyId));
    return jsonReply({});
  },
  async UpdateAlias(call, next, state) {
    const name = nameIn(call);
    const KeyId = target(call, state, name);
    const [from, to] = [
      await keyOf(withJson(call, call.operation, { KeyId }), next, state),
      await keyOf(call, next, state),
    ];
    if (typeOf(from) !== typeOf(to) || from.KeyUsage !== to.KeyUsage) {
      throw new AwsError('ValidationException', 'The keys are not of one type and usage.');
    }
    state.aliases.set(name, String(to.KeyId));
    return jsonReply({});
  },
  async DeleteAlias(call, _next, state) {
    const name = nameIn(call);
    target(call, state, name);
    state.aliases.delete(name);
    return jsonReply({});
  },
  async ListAliases(call, next, state) {
    const only =
      field(call, 'KeyId') === undefined ? undefined : String((await keyOf(call, next, state)).KeyId);
    const found = [...state.aliases].filter(([, keyId]) => only === undefined || keyId === only);
    const Aliases = found.map(([AliasName, TargetKeyId]) => ({
      AliasName,
      AliasArn: arnOf(call, AliasName),
      TargetKeyId,
    }));
    return jsonReply({ Aliases, Truncated: false });
  },
};

function nameIn(call: Call): string {
  const name = field(call, 'AliasName') ?? '';
  if (name.startsWith('alias/aws/')) throw new AwsError('NotAuthorizedException', `${name} is reserved.`);
  if (!/^alias\/[a-zA-Z0-9/_-]+$/.test(name))
    throw new AwsError('InvalidAliasNameException', `${name} is not a name.`);
  return name;
}

/** The key that an alias stands for. */
export function target(call: Call, { aliases }: KmsState, name: string): string {
  const keyId = aliases.get(name);
  if (keyId === undefined)
    throw new AwsError('NotFoundException', `Alias ${arnOf(call, name)} is not found.`);
  return keyId;
}

const arnOf = ({ region, accountId }: Call, name: string): string =>
  `arn:aws:kms:${region}:${accountId}:${name}`;

function typeOf({ KeySpec: spec }: Json): string {
  const text = String(spec);
  return text === 'SYMMETRIC_DEFAULT' || text.startsWith('HMAC_') ? (text.split('_')[0] ?? '') : 'asymmetric';
}
