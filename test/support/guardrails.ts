import { afterAll, beforeAll } from 'vitest';
import type { z } from 'zod';
import { applyCrds } from '../../dev/control-plane/apply-crds.ts';
import { type ControlPlane, startControlPlane } from '../../dev/control-plane/control-plane.ts';
import type { guardrails } from '../../src/core/guardrails/schema.ts';
import { resourcePath } from '../../src/runtime/kubernetes/client.ts';
import { withAccounts } from './aws-account.ts';
import { clusterOf } from './cluster.ts';
import type { OpenBed, TestBed } from './test-bed.ts';

/**
 * Beds on a control plane of the file's own, for an AWSAccount counts for every operator of its cluster. To be
 * called once a file.
 */
export function onOwnControlPlane(region: string): OpenBed {
  let controlPlane: ControlPlane | undefined;
  beforeAll(async () => {
    controlPlane = await startControlPlane();
    await applyCrds(controlPlane);
  }, 120_000);
  afterAll(() => controlPlane?.stop(), 60_000);
  return async (use) => {
    if (!controlPlane) throw new Error('the control plane has not been started');
    await withAccounts(clusterOf(controlPlane), region, (bed) => use(bed));
  };
}

/** As an administrator applies it: the operator's own account for all namespaces, with these guardrails. */
export const guard = (bed: TestBed, rules: z.input<typeof guardrails>): Promise<void> =>
  applyAccount(bed, { allowedNamespaces: { all: true }, guardrails: rules });

/** The operator's own account for this namespace only; without guardrails, unless some are given. */
export const confine = (bed: TestBed, rules?: z.input<typeof guardrails>): Promise<void> =>
  applyAccount(bed, {
    allowedNamespaces: { names: [bed.namespace] },
    ...(rules ? { guardrails: rules } : {}),
  });

async function applyAccount({ kube: { client } }: TestBed, spec: object): Promise<void> {
  const name = 'default';
  await client.apply(
    resourcePath({ group: 'mooring.dev', version: 'v1alpha1', plural: 'awsaccounts', name }),
    {
      apiVersion: 'mooring.dev/v1alpha1',
      kind: 'AWSAccount',
      metadata: { name },
      spec: { credentials: { default: {} }, ...spec },
    },
    { fieldManager: 'kubectl', force: true },
  );
}
