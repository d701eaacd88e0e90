import { type AuthorizationOptions, createAuthorization } from '../runtime/http/authorization.ts';
import type { RunConfig } from './run-options.ts';
import { UsageError } from './usage-error.ts';

/** Throws UsageError where tokens would be sent in the clear. */
export function metricsAccess(
  config: Pick<RunConfig, 'metrics-cert-directory' | 'metrics-authentication'>,
  parts: AuthorizationOptions,
) {
  const directory = config['metrics-cert-directory'];
  if (config['metrics-authentication'] && directory === undefined) {
    throw new UsageError(
      '--metrics-authentication: needs --metrics-cert-directory, or tokens go in the clear',
    );
  }
  return {
    tls: directory === undefined ? undefined : { directory, clock: parts.clock },
    authorize: config['metrics-authentication'] ? createAuthorization(parts) : undefined,
  };
}
