import { Counter, Histogram, type Registry } from 'prom-client';
import { buckets } from './buckets.ts';

export interface KubernetesRequestRecord {
  readonly method: string;
  readonly host: string;
  /** HTTP; 0 where no reply came. */
  readonly status: number;
  readonly seconds: number;
}

export interface AwsCallRecord {
  /** `service:Operation`. */
  readonly call: string;
  /** `OK`, or AWS's error code. */
  readonly code: string;
  readonly seconds: number;
}

export interface RequestInstruments {
  kubernetes(request: KubernetesRequestRecord): void;
  aws(record: AwsCallRecord): void;
  throttled(call: string): void;
}

/** Requests to both sides: client-go's names for Kubernetes', ours for AWS'. */
export function requestInstruments(registry: Registry): RequestInstruments {
  const registers = [registry];
  const requests = new Counter({
    name: 'rest_client_requests_total',
    help: 'Requests to the Kubernetes API; code <error> where no reply came',
    labelNames: ['code', 'method', 'host'],
    registers,
  });
  const durations = new Histogram({
    name: 'rest_client_request_duration_seconds',
    help: 'Requests to the Kubernetes API, watches aside',
    labelNames: ['verb', 'host'],
    buckets: buckets.request,
    registers,
  });
  const calls = new Counter({
    name: 'mooring_aws_requests_total',
    help: "Calls to AWS; code OK or AWS's error code",
    labelNames: ['service', 'operation', 'code'],
    registers,
  });
  const callDurations = new Histogram({
    name: 'mooring_aws_request_duration_seconds',
    help: 'Calls to AWS with their retries, without waiting for the quota',
    labelNames: ['service', 'operation'],
    buckets: buckets.request,
    registers,
  });
  const throttles = new Counter({
    name: 'mooring_aws_throttles_total',
    help: 'Calls that AWS answered with a throttling error',
    labelNames: ['service', 'operation'],
    registers,
  });
  return {
    kubernetes({ method, host, status, seconds }) {
      requests.inc({ code: status === 0 ? '<error>' : String(status), method, host });
      durations.observe({ verb: method, host }, seconds);
    },
    aws({ call, code, seconds }) {
      const labels = callLabels(call);
      calls.inc({ ...labels, code });
      callDurations.observe(labels, seconds);
    },
    throttled: (call) => throttles.inc(callLabels(call)),
  };
}

function callLabels(call: string): { service: string; operation: string } {
  const [service = '', operation = ''] = call.split(':', 2);
  return { service, operation };
}
