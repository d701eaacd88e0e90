import { createHash } from 'node:crypto';
import type { KubernetesObject } from '../../core/resource.ts';
import { microTime } from '../micro-time.ts';
import { clip } from './clip.ts';

/** Something to tell about an object. */
export interface Notice {
  readonly type: 'Normal' | 'Warning';
  /** CamelCase, why: `Throttled`, `AssociateAddress`. */
  readonly reason: string;
  /** CamelCase, what was done or tried. */
  readonly action: string;
  /** For a person, in one line. */
  readonly note: string;
}

/** How often a notice was given, and when last. */
export interface Occurrences {
  readonly count: number;
  readonly last: number;
}

export const reportingController = 'mooring.dev/operator';

/** The API server's limits: https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/ */
const maxNote = 1024;
const maxWord = 128;
const maxName = 253;

/** Where events of cluster-scoped objects are looked for. */
const clusterScopedNamespace = 'default';

export const eventNamespace = ({ metadata }: KubernetesObject): string =>
  metadata.namespace ?? clusterScopedNamespace;

/**
 * The same for the same notice about the same object by the same process: a repeat finds its Event again,
 * and so does a process whose reply was lost.
 */
export function eventName(object: KubernetesObject, notice: Notice, instance: string): string {
  const { type, reason, action, note } = notice;
  const told = [object.apiVersion, object.kind, object.metadata.uid, instance, type, reason, action, note];
  const digest = createHash('sha256').update(JSON.stringify(told)).digest('hex').slice(0, 16);
  const room = maxName - digest.length - 1;
  return `${object.metadata.name.slice(0, room).replace(/[.-]+$/, '')}.${digest}`;
}

/** An Event of events.k8s.io/v1. Of what it says only the series can be changed once it is written. */
export function eventObject(
  object: KubernetesObject,
  notice: Notice,
  instance: string,
  first: number,
  occurrences: Occurrences,
) {
  const { apiVersion, kind, metadata } = object;
  const { name, namespace, uid, resourceVersion } = metadata;
  return {
    apiVersion: 'events.k8s.io/v1',
    kind: 'Event',
    metadata: { name: eventName(object, notice, instance), namespace: eventNamespace(object) },
    eventTime: microTime(first),
    reportingController,
    reportingInstance: clip(instance, maxWord),
    type: notice.type,
    reason: clip(notice.reason, maxWord),
    action: clip(notice.action, maxWord),
    note: clip(notice.note, maxNote),
    regarding: { apiVersion, kind, name, uid, resourceVersion, ...(namespace && { namespace }) },
    // A series of one is refused.
    ...(occurrences.count > 1 && seriesOf(occurrences)),
  };
}

export const seriesOf = ({ count, last }: Occurrences) => ({
  series: { count, lastObservedTime: microTime(last) },
});
