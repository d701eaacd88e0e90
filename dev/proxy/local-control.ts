import type { ProxyControl } from './control.ts';
import type { ImageChange, ReverseDnsOutcome } from './control-types.ts';
import type { Engine } from './engine.ts';
import { settle } from './overlays/ec2-address-attribute.ts';
import { PUBLISHED_QUOTAS } from './published-quotas.ts';

/** The control of a proxy in this process. */
export function localControl(engine: Engine): ProxyControl {
  const { log, rules, holds, upstream, throttle, overlays } = engine;
  const { accessKeys, addresses, images, instanceStatuses } = overlays;
  return {
    calls: async (match) => structuredClone(log.calls(match)),
    writes: async () => structuredClone(log.writes()),
    counts: async () => log.counts(),
    resetCounts: async () => log.reset(),
    emulatorFailures: async () => upstream.failures(),

    inject: async (rule) => rules.add(rule),
    rules: async () => rules.list(),
    remove: async (ruleId) => rules.remove(ruleId),
    async clear() {
      rules.clear();
      holds.decide('drop');
      overlays.visibility.reset();
    },
    held: async () => holds.list(),
    waitHeld: (ruleId, timeoutMs = 60_000) => holds.waitFor(ruleId, timeoutMs),
    release: async (ruleId, verdict = 'go') => holds.decide(verdict, ruleId),

    async setQuotas(quotas) {
      throttle.setQuotas(quotas === 'published' ? PUBLISHED_QUOTAS : quotas === 'none' ? {} : quotas);
    },
    async setAddressQuota(count) {
      addresses.quota = count ?? undefined;
    },
    async setRecoverable(publicIp, recoverable) {
      addresses.recoverable.set(publicIp, recoverable);
    },
    async setReverseDnsMode(mode) {
      addresses.reverseDnsMode = mode;
    },
    settleReverseDns: async (allocationId, outcome) => settleReverseDns(engine, allocationId, outcome),
    async setInstanceStatus(instanceId, status) {
      if (status === null) instanceStatuses.delete(instanceId);
      else instanceStatuses.set(instanceId, status);
    },
    async setImagePending(region, pending) {
      images.pending.set(region, pending);
    },
    async setImageFailure(region, failure) {
      if (failure === null) images.failure.delete(region);
      else images.failure.set(region, failure);
    },
    changeImage: async (imageId, change) => changeImage(engine, imageId, change),
    async setSnapshotRefusal(snapshotId, returnCode) {
      if (returnCode === null) images.undeletable.delete(snapshotId);
      else images.undeletable.set(snapshotId, returnCode);
    },
    async changeAccessKey(accessKeyId, change) {
      accessKeys.set(accessKeyId, { ...accessKeys.get(accessKeyId), ...change });
    },
    reset: async () => engine.reset(),
  };
}

function changeImage(engine: Engine, imageId: string, change: ImageChange): boolean {
  const facts = engine.overlays.images.find(imageId);
  if (!facts) return false;
  if (change.pending === false || change.failed !== undefined) facts.pending = undefined;
  if (change.failed !== undefined) facts.failure = change.failed;
  if (change.createdAt !== undefined) facts.createdAt = change.createdAt;
  if (change.lastLaunched !== undefined) facts.lastLaunched = change.lastLaunched;
  if (change.usedBy !== undefined) facts.usedBy = change.usedBy;
  if (change.madeOf !== undefined) facts.madeOf = change.madeOf;
  if (change.references !== undefined) facts.references = change.references;
  if (change.cooldownOver) facts.protectedUntil = undefined;
  return true;
}

function settleReverseDns(engine: Engine, allocationId: string, outcome: ReverseDnsOutcome): boolean {
  const entry = engine.overlays.addresses
    .all()
    .map((state) => state.reverseDns.get(allocationId))
    .find((found) => found !== undefined);
  if (entry?.update === undefined) return false;
  if (outcome.ok) settle(entry);
  else entry.update = { value: entry.update.value, status: 'FAILED', reason: outcome.reason };
  return true;
}
