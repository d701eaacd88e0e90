import { region } from '../account.ts';
import { eventually, expectEqual, Mismatch } from '../check.ts';
import { applyAndFire, scheduleName as name } from '../firing.ts';
import { type DemoObject, titleOf } from '../objects.ts';
import type { Operator } from '../operator.ts';
import { calls, callsHeading, checked, command, heading, output } from '../screen.ts';
import type { Stage } from '../stage.ts';

/** A schedule fires, its images are Pending and then Available, and go with it; `patience` in milliseconds. */
export async function fireSchedule(stage: Stage, operator: Operator, patience: number): Promise<void> {
  await heading('5. A schedule makes images');
  const snapshots = await stage.images.snapshots();
  // The emulator's are available at once, AWS's after minutes.
  await stage.proxy.setImagePending(region, 'until settled');
  const { manifest, within } = await applyAndFire(stage, patience);
  const pending = await eventually(within + 15, () => expectImages(stage, 'Pending'));
  await command('kubectl get images');
  output(await stage.cluster.table('images'));

  for (const { imageId } of pending) await stage.proxy.changeImage(imageId, { pending: false });
  await stage.proxy.setImagePending(region, 'none');
  const available = await eventually(20, () => expectImages(stage, 'Available'));
  expectEqual('the images', idsOf(available), idsOf(pending));
  await eventually(10, () => expectCounted(stage));
  await command('kubectl get images', 'after AWS is done with them');
  output(await stage.cluster.table('images'));
  await command('kubectl get imageschedules');
  output(await stage.cluster.table('imageschedules'));
  callsHeading('What Mooring did:');
  await show(stage, operator, 'ec2:CreateImage');
  await checked(
    'AWS has one image of each instance, the stopped one too, and each carries the tags of the schedule and of its instance.',
  );

  await command(`kubectl delete imageschedule ${name}`, 'onScheduleDelete: Delete; the default keeps images');
  await stage.cluster.remove(manifest);
  await eventually(20, async () =>
    expectEqual('what is left of it', (await scheduleObjects(stage)).map(titleOf), []),
  );
  output(`imageschedule.mooring.dev "${name}" deleted`);
  callsHeading('What Mooring did before it let the schedule go:');
  await show(stage, operator, 'ec2:DeregisterImage');
  expectEqual("AWS's images after the schedule", await stage.images.list(), []);
  expectEqual("AWS's snapshots after the schedule", await stage.images.snapshots(), snapshots);
  await checked('AWS has no image and no snapshot of the schedule left.');
}

const scheduleObjects = async ({ cluster }: Stage): Promise<DemoObject[]> =>
  (await cluster.objects()).filter(({ kind }) => kind === 'Image' || kind === 'ImageSchedule');

interface Made {
  readonly imageId: string;
  readonly instanceId: string;
}

const idsOf = (made: readonly Made[]): string[] => made.map(({ imageId }) => imageId).sort();

/** One Image and one AMI of each instance, by the AMI's own tags, all in this state. Throws Mismatch. */
async function expectImages(stage: Stage, state: 'Pending' | 'Available'): Promise<Made[]> {
  const objects = (await scheduleObjects(stage)).filter(({ kind }) => kind === 'Image');
  const told = objects.map(({ status }) => [status?.instanceId, status?.imageId, status?.state]);
  const inAws = (await stage.images.list()).map(({ imageId, state: is, tags }) => {
    expectEqual(`the schedule that ${imageId} is of`, tags['mooring.dev/schedule'], `default/${name}`);
    expectEqual(`the cluster that ${imageId} is of`, tags['mooring.dev/cluster'], 'demo');
    expectEqual(`${imageId} in AWS`, is, state.toLowerCase());
    return { instanceId: tags['mooring.dev/instance'] ?? '', imageId };
  });
  const imaged = inAws.map(({ instanceId }) => instanceId);
  expectEqual('the instances that images are of', imaged.sort(), [...stage.instances.values()].sort());
  const real = inAws.map(({ instanceId, imageId }) => [instanceId, imageId, state]);
  expectEqual('what the Images say of AWS', told.sort(), real.sort());
  return inAws;
}

/** Throws Mismatch unless the schedule is Ready and knows all its images. */
async function expectCounted(stage: Stage): Promise<void> {
  const schedule = (await scheduleObjects(stage)).find(({ kind }) => kind === 'ImageSchedule');
  const ready = schedule?.status?.conditions?.find(({ type }) => type === 'Ready');
  if (ready?.status !== 'True') throw new Mismatch(`the schedule is not Ready: ${ready?.message}`);
  expectEqual('how many images the schedule has', schedule?.status?.images, stage.instances.size);
  if (schedule?.status?.lastSuccessfulTime === undefined)
    throw new Mismatch('the schedule knows of no success');
}

/** Shows what was called since the last time: this, once for each instance, and nothing else. Throws Mismatch. */
async function show({ ledger, instances }: Stage, operator: Operator, call: string): Promise<void> {
  const made = await ledger.page(operator);
  // The names are long, and told above.
  calls(made.map((each) => ({ ...each, object: `default/${name}.…` })));
  expectEqual(
    'the calls',
    made.map((each) => each.call),
    Array(instances.size).fill(call),
  );
}
