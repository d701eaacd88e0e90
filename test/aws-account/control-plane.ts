import { afterAll, beforeAll } from 'vitest';
import { applyCrds } from '../../dev/control-plane/apply-crds.ts';
import { type ControlPlane, startControlPlane } from '../../dev/control-plane/control-plane.ts';
import { type Administrator, withAccounts } from '../support/aws-account.ts';
import { clusterOf } from '../support/cluster.ts';
import type { TestBed } from '../support/test-bed.ts';

/** A control plane for the suite that calls this, and a bed on it for each of its tests. */
export function useOwnControlPlane(region: string) {
  let controlPlane: ControlPlane | undefined;
  beforeAll(async () => {
    controlPlane = await startControlPlane();
    await applyCrds(controlPlane);
  }, 180_000);
  afterAll(() => controlPlane?.stop(), 60_000);
  return (test: (bed: TestBed, admin: Administrator) => Promise<void>) => async () => {
    if (!controlPlane) throw new Error('the control plane has not been started');
    await withAccounts(clusterOf(controlPlane), region, test);
  };
}
