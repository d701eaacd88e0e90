import { afterAll, beforeAll, beforeEach, expect } from 'vitest';
import { applyCrds } from '../../dev/control-plane/apply-crds.ts';
import { type ControlPlane, startControlPlane } from '../../dev/control-plane/control-plane.ts';
import { clusterOf } from '../support/cluster.ts';
import { onScheduleBed, type Scheduler } from '../support/image-schedule.ts';
import type { ImageUser } from '../support/image-user.ts';
import { ifThere } from '../support/objects.ts';
import { withTestBed } from '../support/test-bed.ts';

let controlPlane: ControlPlane;

// Of its own, with what removes namespaces: its CRDs are deleted at last.
beforeAll(async () => {
  controlPlane = await startControlPlane();
  await controlPlane.startControllerManager();
}, 600_000);

beforeEach(async () => {
  await applyCrds(controlPlane);
}, 60_000);

afterAll(() => controlPlane?.stop(), 60_000);

const region = 'af-south-1';
const it = onScheduleBed(region, (use) => withTestBed(clusterOf(controlPlane), region, use));
const definition = (plural: string) =>
  `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${plural}.mooring.dev`;

/** One image of a schedule, as the schedule makes it; its id and its snapshots. */
async function backup(schedules: Scheduler, aws: ImageUser, instanceId: string) {
  schedules.clock.set(Date.parse('2026-03-01T05:00:00Z'));
  await schedules.start();
  await schedules.apply('web', {
    selector: { instanceIds: [instanceId] },
    schedules: [{ name: 'daily', every: '24h', at: '06:00', retain: { count: 1 } }],
  });
  await schedules.waitReady('web');
  await schedules.at('web', '2026-03-01T06:00:00Z');
  await schedules.waitFor('web', ({ status }) => status?.images === 1);
  await schedules.settled('web');
  const [made] = await schedules.images();
  const imageId = made?.status?.imageId ?? '';
  const mappings = (await aws.get(imageId))?.BlockDeviceMappings ?? [];
  return { imageId, snapshots: mappings.flatMap(({ Ebs }) => Ebs?.SnapshotId ?? []) };
}

it('a namespace’s end deletes no backup of its schedules', async ({ bed, schedules, aws }) => {
  const instance = await bed.ec2.runInstance();
  const namespace = `/api/v1/namespaces/${bed.namespace}`;
  const { imageId, snapshots } = await backup(schedules, aws, instance.id);
  const before = await bed.mark();
  await bed.kube.client.remove(namespace);
  await expect.poll(() => isThere(bed.kube.client.get(namespace))).toBe(false);
  expect(await bed.writes(before)).toEqual(['CreateTags']);
  expect(await aws.get(imageId)).toMatchObject({ State: 'available' });
  expect(await aws.tags(imageId)).toMatchObject({ 'mooring.dev/released': 'true' });
  expect(await aws.snapshots(snapshots)).toHaveLength(1);
});

it('the end of the CRDs deletes no backup', async ({ bed, schedules, aws }) => {
  const instance = await bed.ec2.runInstance();
  const { imageId, snapshots } = await backup(schedules, aws, instance.id);
  const before = await bed.mark();
  for (const plural of ['imageschedules', 'images']) await bed.kube.client.remove(definition(plural));
  for (const plural of ['imageschedules', 'images'])
    await expect.poll(() => isThere(bed.kube.client.get(definition(plural)))).toBe(false);
  expect(await bed.writes(before)).toEqual([]);
  expect(await aws.get(imageId)).toMatchObject({ State: 'available' });
  expect(await aws.snapshots(snapshots)).toHaveLength(1);
});

const isThere = async (answer: Promise<unknown>): Promise<boolean> => (await ifThere(answer)) !== undefined;
