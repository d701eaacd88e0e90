import { type Call, field, type Reply } from '../call.ts';
import type { Next } from '../overlay.ts';
import { jsonReply } from './kms-call.ts';
import { keyOf, refusePolicy } from './kms-metadata.ts';
import type { KmsState } from './kms-state.ts';

/** Key policies, kept here as they were put: the emulator checks none, and fails on some. */
export const policyOperations: Readonly<
  Record<string, (call: Call, next: Next, state: KmsState) => Promise<Reply>>
> = {
  async PutKeyPolicy(call, next, state) {
    const policy = field(call, 'Policy') ?? '';
    refusePolicy(policy);
    state.policies.set(String((await keyOf(call, next, state)).KeyId), policy);
    return jsonReply({});
  },
  async GetKeyPolicy(call, next, state) {
    const Policy = state.policies.get(String((await keyOf(call, next, state)).KeyId));
    return Policy === undefined ? next(call) : jsonReply({ Policy, PolicyName: 'default' });
  },
};
