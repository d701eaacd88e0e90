import { createServer } from 'node:http';
import { freePort } from '../../dev/port.ts';
import type { Sample } from './prometheus.ts';

/**
 * Of somebody else's operator the metrics page: those names that Mooring has, too, because controller-runtime and
 * client-go do. It fails ten times a scrape.
 */
export async function startOtherOperator(): Promise<AsyncDisposable & { readonly url: string }> {
  let failures = 0;
  const server = createServer((_, response) => {
    failures += 10;
    response.setHeader('content-type', 'text/plain; version=0.0.4');
    response.end(
      [
        'leader_election_master_status{name="flux"} 1',
        `controller_runtime_reconcile_total{controller="kustomization",result="error"} ${failures}`,
        `controller_runtime_reconcile_errors_total{controller="kustomization"} ${failures}`,
        `controller_runtime_reconcile_time_seconds_bucket{controller="kustomization",le="+Inf"} ${failures}`,
        'workqueue_depth{name="kustomization",controller="kustomization"} 7',
        'process_resident_memory_bytes 1000000',
        '',
      ].join('\n'),
    );
  });
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Whether it is about that one. */
export const isOfOther = ({ labels }: Sample): boolean =>
  labels.job === 'flux' || labels.controller === 'kustomization' || labels.name === 'kustomization';
