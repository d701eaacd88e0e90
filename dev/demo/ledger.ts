/**
 * What the operator says it did in AWS, held against what arrived there.
 * Guarantees: no call is shown that AWS did not get, and none that AWS got is left out; each was also told
 * as a Kubernetes Event on its object.
 */
import type { ProxyControl } from '../proxy/control.ts';
import { eventually, expectEqual, Mismatch } from './check.ts';
import type { Cluster } from './cluster.ts';
import { type Operator, operatorAccessKey } from './operator.ts';
import type { ToldCall } from './screen.ts';

export interface Ledger {
  /** The operator's calls since the last page, compared with AWS and the Events. Throws Mismatch. */
  page(operator: Operator): Promise<ToldCall[]>;
  /** How many calls the operator has made in all. */
  totals(): Promise<{ writes: number; reads: number }>;
}

export function createLedger(cluster: Cluster, proxy: ProxyControl): Ledger {
  let shown = 0;
  const writes = async () =>
    (await proxy.writes()).filter(({ accessKey }) => accessKey === operatorAccessKey);
  return {
    async page(operator) {
      const told = await eventually(5, async () => {
        const calls = await operator.calls();
        const arrived = (await writes()).map(({ service, operation }) => `${service}:${operation}`);
        expectEqual('what AWS was called for', calls.map(({ call }) => call).sort(), arrived.sort());
        return calls;
      });
      const page = told.slice(shown);
      await eventually(5, () => expectEvents(cluster, page));
      shown = told.length;
      return page;
    },
    async totals() {
      const all = (await proxy.calls()).filter(({ accessKey }) => accessKey === operatorAccessKey);
      const { length } = await writes();
      return { writes: length, reads: all.length - length };
    },
  };
}

async function expectEvents(cluster: Cluster, calls: readonly ToldCall[]): Promise<void> {
  const notices = await cluster.notices();
  for (const { call, kind, object, why } of calls) {
    const event = notices.find(
      ({ action, note, regarding }) =>
        call.endsWith(`:${action}`) &&
        note === why &&
        regarding.kind === kind &&
        `${regarding.namespace}/${regarding.name}` === object,
    );
    if (!event) throw new Mismatch(`no Event on ${kind} ${object} tells of ${call}: ${why}`);
  }
}
