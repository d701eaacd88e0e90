import type { z } from 'zod';
import type { Condition } from '../../src/core/conditions.ts';
import type { CommonStatus, Resource } from '../../src/core/resource.ts';
import type { ElasticIPStatus, elasticIPDefinition } from '../../src/kinds/elastic-ip/spec.ts';
import type { KubernetesUser } from './kubernetes-user.ts';

/** What a person writes: fields with a default may be left out. */
export type ElasticIPManifest = z.input<typeof elasticIPDefinition.spec>;

/** An ElasticIP as the API server has it. */
export interface ElasticIP extends Resource {
  readonly spec: Readonly<Record<string, unknown>>;
  readonly status?: CommonStatus & ElasticIPStatus;
}

export const condition = ({ status }: ElasticIP, type: string): Condition | undefined =>
  status?.conditions?.find((found) => found.type === type);

/** As `kubectl wait` and Argo CD read it (kstatus): of this generation, ready, and nothing under way or stuck. */
export function isCurrent(object: ElasticIP): boolean {
  const { metadata, status } = object;
  if (metadata.deletionTimestamp !== undefined) return false;
  const is = (type: string, value: string) => condition(object, type)?.status === value;
  return (
    status?.observedGeneration === metadata.generation &&
    is('Ready', 'True') &&
    is('Reconciling', 'False') &&
    is('Stalled', 'False')
  );
}

/** Whether it is not ready, for this reason, and as the present manifest has it. */
export const isBlocked =
  (reason: string) =>
  (object: ElasticIP): boolean => {
    const ready = condition(object, 'Ready');
    return (
      ready?.status === 'False' &&
      ready.reason === reason &&
      ready.observedGeneration === object.metadata.generation
    );
  };

/** The annotation that asks for a look now. */
export const reconcileAt = 'mooring.dev/reconcile-at';

let looks = 0;

/** Asks for a look by annotation, and waits until it was taken. */
export async function lookNow(kube: KubernetesUser, name: string): Promise<ElasticIP> {
  looks += 1;
  const asked = `look ${looks}`;
  await kube.annotate(name, { [reconcileAt]: asked });
  return await kube.waitFor(name, ({ status }) => status?.lastHandledReconcileAt === asked);
}
