import type { Notice } from '../../src/runtime/events/event.ts';
import { createRecorder } from '../../src/runtime/events/events.ts';
import { isRecord } from '../../src/runtime/kubernetes/json.ts';
import { KubernetesError } from '../../src/runtime/kubernetes/kubernetes.ts';
import { recordingLogger } from './recording-logger.ts';
import { VirtualClock } from './virtual-clock.ts';

export const object = {
  apiVersion: 'mooring.dev/v1alpha1',
  kind: 'ElasticIP',
  metadata: { name: 'web', namespace: 'shop', uid: 'u-1', resourceVersion: '7' },
};

export const notice = (note = 'allocated 203.0.113.7'): Notice => ({
  type: 'Normal',
  reason: 'AllocateAddress',
  action: 'AllocateAddress',
  note,
});

export const failure = (status: number, reason: string) =>
  new KubernetesError({ status, reason, message: reason });

/** What was sent, in order, and an API server that answers as `answer` says. */
export function recording() {
  const clock = new VirtualClock();
  const logger = recordingLogger();
  const sent: { verb: string; path: string; body: Record<string, unknown> }[] = [];
  const server = { answer: async (_verb: string): Promise<void> => {} };
  const call =
    (verb: string) =>
    async <T>(path: string, body: unknown): Promise<T> => {
      sent.push({ verb, path, body: isRecord(body) ? body : {} });
      await server.answer(verb);
      // The recorder reads no reply.
      return undefined as T;
    };
  const recorder = createRecorder({
    client: { create: call('create'), mergePatch: call('patch') },
    clock,
    instance: 'mooring-0',
    logger,
  });
  return { clock, logger, sent, server, recorder };
}

export const countOf = (body: Record<string, unknown> | undefined): unknown =>
  isRecord(body?.series) ? body.series.count : undefined;
