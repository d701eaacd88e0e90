import { createHash } from 'node:crypto';
import { shortened } from '../../core/object-step.ts';

/**
 * What a schedule's images are called, in Kubernetes and in AWS. Guarantees: the same schedule, instance and
 * tick (or token) always give the same names, and different ones give different names: so a crash, a second
 * leader or a clock that jumps back never makes two. What stands between the dots holds none, but for the
 * schedule's own name, which is the rest.
 */
interface RunOf {
  readonly schedule: string;
  /** Milliseconds since the epoch. */
  readonly tick: number;
  /** Of `mooring.dev/run-now`. */
  readonly runNow?: string | undefined;
}

/** The name of the Image object: `web.nightly.i-0123456789abcdef0.202601020300`. */
export const objectNameOf = (name: string, { schedule, tick, runNow }: RunOf, instanceId: string): string =>
  `${shortened(name, 120)}.${schedule}.${instanceId}.${runNow === undefined ? minuteOf(tick) : tokenOf(runNow)}`;

/** As UTC has it; ticks are whole minutes, in every zone that is in use. */
const minuteOf = (tick: number): string => new Date(tick).toISOString().replaceAll(/[-T:]/g, '').slice(0, 12);

const tokenOf = (token: string): string =>
  `now-${createHash('sha256').update(token).digest('hex').slice(0, 10)}`;

/** AWS's limit on an image's name. */
const maxImageName = 128;

/** The AMI's name. No namespace holds a slash, so two objects never share one. */
export const imageNameOf = (namespace: string, objectName: string): string =>
  shortened(`${namespace}/${objectName}`, maxImageName);

/** The value of the AMI's tag `mooring.dev/schedule`, of at most AWS's 256 characters. */
export const scheduleTagOf = ({ namespace, name }: { namespace: string; name: string }): string =>
  `${namespace}/${shortened(name, 180)}`;
