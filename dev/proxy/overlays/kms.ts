import { type Call, field, type Reply } from '../call.ts';
import type { Next, Overlay } from '../overlay.ts';
import { aliasOperations, target } from './kms-aliases.ts';
import { amendJson, isJson, withJson } from './kms-call.ts';
import { asksState, lifecycleOperations, refuseState } from './kms-lifecycle.ts';
import { keyOf, metadataOf, refuseCreate } from './kms-metadata.ts';
import { policyOperations } from './kms-policies.ts';
import { replicateKey } from './kms-replicas.ts';
import { rotationOperations } from './kms-rotation.ts';
import type { KmsState, KmsStates } from './kms-state.ts';

/** What AWS KMS checks and keeps and the emulator does not: one file here for each part of it. */
export function kms(states: KmsStates, now: () => number): Overlay {
  return {
    match: ({ service }) => service === 'kms',
    async handle(sent, next) {
      const state = states.of(sent);
      const call = withoutAlias(sent, state);
      if (asksState(call.operation)) refuseState(call, await keyOf(call, next, state));
      const operation =
        aliasOperations[call.operation] ??
        policyOperations[call.operation] ??
        rotationOperations[call.operation] ??
        lifecycleOperations[call.operation];
      if (operation) return operation(call, next, state, now());
      switch (call.operation) {
        case 'CreateKey':
          return createKey(call, next, state);
        case 'DescribeKey':
          return amendJson(await next(call), (body) => ({
            ...body,
            KeyMetadata: metadataOf(isJson(body.KeyMetadata) ? body.KeyMetadata : {}, state),
          }));
        case 'ReplicateKey':
          return replicateKey(call, next, states);
        default:
          return next(call);
      }
    },
  };
}

/** The same call by the key's id: the emulator's aliases are not used. */
function withoutAlias(call: Call, state: KmsState): Call {
  const named = /(?:^|:)(alias\/.*)$/.exec(field(call, 'KeyId') ?? '')?.[1];
  if (named === undefined) return call;
  return withJson(call, call.operation, { ...call.input, KeyId: target(call, state, named) });
}

async function createKey(call: Call, next: Next, state: KmsState): Promise<Reply> {
  refuseCreate(call);
  const { Policy, ...input } = call.input;
  const { Origin, CustomKeyStoreId, XksKeyId } = input;
  return amendJson(await next(withJson(call, call.operation, input)), (body) => {
    const key = isJson(body.KeyMetadata) ? body.KeyMetadata : {};
    const id = String(key.KeyId);
    if (typeof Policy === 'string') state.policies.set(id, Policy);
    if (Origin === 'EXTERNAL') state.states.set(id, 'PendingImport');
    if (CustomKeyStoreId !== undefined) {
      state.metadata.set(id, {
        CustomKeyStoreId,
        ...(XksKeyId ? { XksKeyConfiguration: { Id: XksKeyId } } : {}),
      });
    }
    return { ...body, KeyMetadata: metadataOf(key, state) };
  });
}
