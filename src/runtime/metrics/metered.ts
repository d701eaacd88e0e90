import type { Clock } from '../../core/ports.ts';
import type { KubernetesTransport } from '../kubernetes/kubernetes.ts';
import type { Metrics } from './metrics.ts';

/** Every request to the API server is counted and timed. */
export function metered(
  transport: KubernetesTransport,
  { requests }: Pick<Metrics, 'requests'>,
  clock: Clock,
): KubernetesTransport {
  return {
    ...transport,
    async request(request) {
      const started = clock.now();
      const seconds = () => (clock.now() - started) / 1_000;
      try {
        const reply = await transport.request(request);
        requests.kubernetes({
          method: request.method,
          host: 'api-server',
          status: reply.status,
          seconds: seconds(),
        });
        return reply;
      } catch (error) {
        requests.kubernetes({ method: request.method, host: 'api-server', status: 0, seconds: seconds() });
        throw error;
      }
    },
  };
}
