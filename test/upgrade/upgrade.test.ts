import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { applyCrds } from '../../dev/control-plane/apply-crds.ts';
import { type ControlPlane, startControlPlane } from '../../dev/control-plane/control-plane.ts';
import { isWrite } from '../../dev/proxy/counts.ts';
import { clusterOf } from '../support/cluster.ts';
import { type TestBed, withTestBed } from '../support/test-bed.ts';
import { fleetIn, fleetSize, managing } from './fleet.ts';
import { previousRelease } from './previous-release.ts';

let controlPlane: ControlPlane;

// Of its own: its CRDs are first the previous release's.
beforeAll(async () => {
  controlPlane = await startControlPlane();
}, 120_000);

afterAll(() => controlPlane?.stop(), 60_000);

/** The operators' writes about this bed's resources, in every service: IAM's calls are all in one region. */
async function writesSince({ proxy, namespace, region }: TestBed, from: number): Promise<string[]> {
  const calls = (await proxy.calls()).filter(({ id, operation }) => id > from && isWrite(operation));
  const ours = calls.filter(
    (call) => call.region === region || JSON.stringify(call.input).includes(namespace),
  );
  return ours.filter(({ accessKey }) => accessKey !== 'person').map(({ operation }) => operation);
}

it('an upgrade of a hundred objects, and the way back, write nothing to AWS', {
  timeout: 300_000,
}, async ({ skip }) => {
  await using previous = await previousRelease().then((found) =>
    typeof found === 'string' ? skip(found) : found,
  );
  await applyCrds(controlPlane, join(previous.directory, 'crds'));
  await withTestBed(clusterOf(controlPlane), 'eu-south-2', async (bed) => {
    const fleet = await fleetIn(bed);
    const argv = [...managing, '--resync', '10s'];
    const lastCall = async () => (await bed.proxy.calls()).at(-1)?.id ?? 0;

    const beginning = await lastCall();
    const before = await bed.spawn(argv, {}, {}, previous.directory);
    await fleet.apply();
    await fleet.waitReady();
    await before.stop();
    expect((await writesSince(bed, beginning)).length).toBeGreaterThanOrEqual(fleetSize);
    const identities = await fleet.identities();

    for (const [what, from] of [
      ['upgraded', undefined],
      ['rolled back', previous.directory],
    ] as const) {
      // As docs/upgrading.md says: the CRDs first, and they stay when the operator goes back.
      await applyCrds(controlPlane);
      const mark = await lastCall();
      const operator = await bed.spawn(argv, {}, {}, from);
      await fleet.lookAtAll(what);
      await operator.stop();
      expect(await writesSince(bed, mark), what).toEqual([]);
      expect(await fleet.identities(), what).toEqual(identities);
    }
  });
});
