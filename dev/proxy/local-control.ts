import type { ProxyControl } from './control.ts';
import type { ReverseDnsOutcome } from './control-types.ts';
import type { Engine } from './engine.ts';
import { settle } from './overlays/ec2-address-attribute.ts';
import { PUBLISHED_QUOTAS } from './published-quotas.ts';

/** The control of a proxy in this process. */
export function localControl(engine: Engine): ProxyControl {
  const { log, rules, holds, upstream, throttle, overlays } = engine;
  const { addresses, instanceStatuses } = overlays;
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
    waitHeld: (ruleId, timeoutMs = 10_000) => holds.waitFor(ruleId, timeoutMs),
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
    reset: async () => engine.reset(),
  };
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
