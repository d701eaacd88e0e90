import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { homedir, hostname } from 'node:os';
import { join } from 'node:path';
import type { LimitOptions } from '../aws/index.ts';
import type { Clock, Logger, NewToken, Random } from '../core/ports.ts';
import type { Environment } from './config.ts';

/** What the machine gives to a command; tests give a virtual one. */
export interface Host {
  readonly clock: Clock;
  readonly random: Random;
  readonly newToken: NewToken;
  readonly logger: Logger;
  /** This process and no other, not even the one before it in the same pod. */
  readonly instance: string;
  /** The operator's own namespace. */
  readonly namespace: string;
  /** Where a person's kubeconfig is; undefined in a pod. */
  readonly kubeconfig: string | undefined;
  /** The AWS region the environment names. */
  readonly region: string | undefined;
  readonly userAgent: string;
  /** For tests: what AWS publishes, replaced. */
  readonly overrides?: {
    readonly visibleAfter?: number;
    readonly limits?: LimitOptions;
    readonly clockTolerance?: number;
  };
}

/** The longest wait Node's timers take (24.8 days): a longer one would fire at once. */
const longestTimer = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  after(milliseconds, callback) {
    let left = milliseconds;
    const next = (): NodeJS.Timeout => {
      const wait = Math.min(left, longestTimer);
      left -= wait;
      return setTimeout(() => {
        if (left > 0) timer = next();
        else callback();
      }, wait);
    };
    let timer = next();
    return { cancel: () => clearTimeout(timer) };
  },
};

/** Where a pod finds its own namespace. */
const namespaceFile = '/var/run/secrets/kubernetes.io/serviceaccount/namespace';

export function createHost(environment: Environment, logger: Logger): Host {
  return {
    clock: systemClock,
    random: Math.random,
    newToken: randomUUID,
    logger,
    instance: `${environment.POD_NAME ?? hostname()}_${randomUUID()}`,
    namespace:
      environment.POD_NAMESPACE ??
      (existsSync(namespaceFile) ? readFileSync(namespaceFile, 'utf8').trim() : 'mooring-system'),
    kubeconfig: environment.KUBERNETES_SERVICE_HOST
      ? undefined
      : environment.KUBECONFIG || join(homedir(), '.kube', 'config'),
    region: environment.AWS_REGION ?? environment.AWS_DEFAULT_REGION,
    userAgent: `mooring/${version()}`,
  };
}

/** Put in by the build of the bundle (dev/bundle/build.ts), which has no package.json beside it. */
declare const MOORING_VERSION: string;

function version(): string {
  if (typeof MOORING_VERSION === 'string') return MOORING_VERSION;
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  const parsed: unknown = JSON.parse(text);
  const found =
    typeof parsed === 'object' && parsed !== null && 'version' in parsed ? parsed.version : undefined;
  return typeof found === 'string' ? found : 'unknown';
}
