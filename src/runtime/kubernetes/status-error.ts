import { isRecord } from './json.ts';
import { KubernetesError, type KubernetesReply, type StatusDetails } from './kubernetes.ts';

/** The error that a reply of 400 and above tells; its body is a metav1.Status, or whatever a proxy sent. */
export function errorOfReply({ status, body, headers }: KubernetesReply): KubernetesError {
  return errorOfStatus(body, { status, retryAfter: headers['retry-after'] });
}

/** The error of a metav1.Status, as replies carry it and ERROR events of a watch. */
export function errorOfStatus(
  body: unknown,
  http: { readonly status: number; readonly retryAfter?: string | undefined },
): KubernetesError {
  const status = isRecord(body) ? body : {};
  const details = isRecord(status.details) ? status.details : {};
  const code = typeof status.code === 'number' ? status.code : http.status;
  return new KubernetesError({
    status: code,
    reason: text(status.reason) ?? `HTTP${code}`,
    message: text(status.message) ?? text(body)?.slice(0, 300) ?? `the API server answered ${code}`,
    retryAfterSeconds: secondsOf(http.retryAfter) ?? secondsOf(details.retryAfterSeconds),
    details: statusDetails(details),
  });
}

function statusDetails(details: Record<string, unknown>): StatusDetails {
  const causes = Array.isArray(details.causes) ? details.causes.filter(isRecord) : [];
  return {
    ...optional('name', details.name),
    ...optional('kind', details.kind),
    causes: causes.map(({ reason, message, field }) => ({
      ...optional('reason', reason),
      ...optional('message', message),
      ...optional('field', field),
    })),
  };
}

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

const optional = <K extends string>(key: K, value: unknown): { [P in K]?: string } => {
  const found: { [P in K]?: string } = {};
  if (typeof value === 'string' && value !== '') found[key] = value;
  return found;
};

/** Whole seconds only: Kubernetes never sends Retry-After as a date. */
function secondsOf(value: unknown): number | undefined {
  const seconds = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  return typeof seconds === 'number' && seconds > 0 ? seconds : undefined;
}
