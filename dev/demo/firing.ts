/** The demo's ImageSchedule, and how it comes to fire while somebody watches. */
import { stringify } from 'yaml';
import { eventually, expectEqual } from './check.ts';
import type { Manifest } from './examples.ts';
import { command, output, tell } from './screen.ts';
import type { Stage } from './stage.ts';

export const scheduleName = 'fleet';
const minuteMs = 60_000;
/** What applying a manifest may take, and the operator's first look at it. */
const leadMs = 5_000;

export interface Firing {
  readonly manifest: Manifest;
  /** Seconds until it fires, rounded up. */
  readonly within: number;
}

/**
 * Applies the schedule and lets it fire: at its tick, where the next whole minute comes within `patience`
 * milliseconds; else its ticks are half an hour away, and the annotation that asks for a run at once is set.
 */
export async function applyAndFire({ cluster, instances }: Stage, patience: number): Promise<Firing> {
  const now = Date.now();
  const toMinute = minuteMs - (now % minuteMs);
  const byItself = toMinute >= leadMs && toMinute <= patience;
  const tick = now + toMinute + (byItself ? 0 : 30 * minuteMs);
  const manifest = manifestOf(new Date(tick).getUTCMinutes());
  await command('kubectl apply -f - <<EOF');
  output(`${stringify(manifest)}EOF`);
  await cluster.apply(manifest);
  output(`imageschedule.mooring.dev/${scheduleName} created`);
  const within = Math.ceil((tick - Date.now()) / 1_000);
  if (byItself) {
    tell(`Its next tick is in ${within} s.`);
    return { manifest, within };
  }
  await eventually(10, () => expectNext(cluster, tick));
  tell(
    `Its next tick is in ${Math.round(within / 60)} minutes. An annotation has it make images of all ` +
      `${instances.size} instances now.`,
  );
  const reason = 'before the upgrade';
  await command(`kubectl annotate imageschedule ${scheduleName} mooring.dev/run-now="${reason}"`);
  const annotations = { 'mooring.dev/run-now': reason };
  await cluster.apply({ ...manifest, metadata: { ...manifest.metadata, annotations } });
  output(`imageschedule.mooring.dev/${scheduleName} annotated`);
  return { manifest, within: 0 };
}

const manifestOf = (minute: number) => ({
  apiVersion: 'mooring.dev/v1alpha1',
  kind: 'ImageSchedule',
  metadata: { namespace: 'default', name: scheduleName },
  spec: {
    selector: { matchExpressions: [{ key: 'app', operator: 'Exists' }] },
    schedules: [{ name: 'hourly', cron: `${minute} * * * *`, retain: { age: '7d' } }],
    onScheduleDelete: 'Delete',
  },
});

/** Throws Mismatch unless the schedule says that this is its next tick. */
async function expectNext(cluster: Stage['cluster'], tick: number): Promise<void> {
  const schedule = (await cluster.objects()).find(({ kind }) => kind === 'ImageSchedule');
  expectEqual('the next tick', Date.parse(schedule?.status?.nextScheduleTime ?? ''), tick);
}
