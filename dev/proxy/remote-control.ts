import { request } from 'undici';
import { z } from 'zod';
import type { ProxyControl } from './control.ts';
import { activeRule, callRecord, emulatorFailure, heldCall } from './control-types.ts';

const nothing = z.null().transform(() => undefined);

/** The control of a proxy in another process; `url` is the proxy's own. */
export function connectProxy(url: string): ProxyControl {
  const post = async <T>(method: string, args: readonly unknown[], result: z.ZodType<T>): Promise<T> => {
    const response = await request(new URL(`/_proxy/${method}`, url), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(args),
    });
    const answer = await response.body.json();
    if (response.statusCode !== 200) throw new Error(`proxy control ${method}: ${JSON.stringify(answer)}`);
    return result.parse(answer);
  };
  return {
    calls: (match) => post('calls', match === undefined ? [] : [match], z.array(callRecord)),
    writes: () => post('writes', [], z.array(callRecord)),
    counts: () => post('counts', [], z.record(z.string(), z.int())),
    resetCounts: () => post('resetCounts', [], nothing),
    emulatorFailures: () => post('emulatorFailures', [], z.array(emulatorFailure)),
    inject: (rule) => post('inject', [rule], z.string()),
    rules: () => post('rules', [], z.array(activeRule)),
    remove: (ruleId) => post('remove', [ruleId], nothing),
    clear: () => post('clear', [], nothing),
    held: () => post('held', [], z.array(heldCall)),
    waitHeld: (ruleId, timeoutMs = 60_000) => post('waitHeld', [ruleId, timeoutMs], z.array(heldCall)),
    release: (ruleId, verdict = 'go') => post('release', [ruleId, verdict], z.int()),
    setQuotas: (quotas) => post('setQuotas', [quotas], nothing),
    setAddressQuota: (addresses) => post('setAddressQuota', [addresses], nothing),
    setRecoverable: (publicIp, recoverable) => post('setRecoverable', [publicIp, recoverable], nothing),
    setReverseDnsMode: (mode) => post('setReverseDnsMode', [mode], nothing),
    settleReverseDns: (allocationId, outcome) =>
      post('settleReverseDns', [allocationId, outcome], z.boolean()),
    setInstanceStatus: (instanceId, status) => post('setInstanceStatus', [instanceId, status], nothing),
    setImagePending: (region, pending) => post('setImagePending', [region, pending], nothing),
    setImageFailure: (region, failure) => post('setImageFailure', [region, failure], nothing),
    changeImage: (imageId, change) => post('changeImage', [imageId, change], z.boolean()),
    setSnapshotRefusal: (snapshotId, returnCode) =>
      post('setSnapshotRefusal', [snapshotId, returnCode], nothing),
    changeAccessKey: (accessKeyId, change) => post('changeAccessKey', [accessKeyId, change], nothing),
    reset: () => post('reset', [], nothing),
  };
}
