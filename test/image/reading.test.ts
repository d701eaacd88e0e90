import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Agent, request } from 'undici';
import { describe, expect, inject } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { autoScalingUser } from '../support/auto-scaling-user.ts';
import { managing, onImageBed } from '../support/image.ts';

const it = onImageBed('ap-southeast-6');

describe('kubectl get images', () => {
  it('reads as a list of images', async ({ bed, images }) => {
    const instance = await bed.ec2.runInstance();
    await bed.start(managing);
    await images.apply('shop', { source: { instanceId: instance.id }, deprecateAfter: '30d' });
    const { status } = await images.waitReady('shop');
    const [row] = await printed(bed.namespace);
    expect(row).toMatchObject({
      Name: 'shop',
      State: 'Available',
      Image: status?.imageId,
      Instance: instance.id,
      Size: '15Gi',
      Expires: status?.deprecatedAt,
    });
    expect(Object.keys(row ?? {})).toEqual(['Name', 'State', 'Image', 'Instance', 'Size', 'Age', 'Expires']);
  });
});

describe('status', () => {
  it('tells who uses the image, and when it was last launched', async ({ bed, images }) => {
    const instance = await bed.ec2.runInstance();
    await bed.start(managing);
    await images.apply('shop', { source: { instanceId: instance.id } });
    const { status } = await images.waitReady('shop');
    const template = `arn:aws:ec2:${bed.region}:123456789012:launch-template/lt-0123456789abcdef0`;
    const launched = '2026-01-31T12:00:00Z';
    await bed.proxy.changeImage(status?.imageId ?? '', {
      references: [{ type: 'ec2:LaunchTemplate', arn: template }],
      lastLaunched: launched,
    });
    const scaling = autoScalingUser(inject('awsUrl'), bed.region);
    await scaling.launchConfiguration('web-lc', status?.imageId ?? '');
    await scaling.group('web-asg', 'web-lc');
    const after = await images.lookNow('shop');
    expect(after.status).toMatchObject({
      inUseBy: [
        'launch configuration web-lc of Auto Scaling group web-asg',
        'launch-template/lt-0123456789abcdef0',
      ],
      lastLaunched: launched,
    });
    await scaling.deleteGroup('web-asg');
    await scaling.deleteLaunchConfiguration('web-lc');
    scaling.close();
  });

  it('does without where AWS may not be asked', async ({ bed, images }) => {
    const instance = await bed.ec2.runInstance();
    await bed.start(managing);
    const error = { code: 'UnauthorizedOperation', message: 'You are not authorized.', status: 403 };
    await bed.inject({ error }, { operation: 'DescribeImageReferences' });
    await bed.inject({ error }, { operation: 'DescribeAutoScalingGroups' });
    await images.apply('shop', { source: { instanceId: instance.id } });
    const { status } = await images.waitReady('shop');
    expect(status).not.toHaveProperty('inUseBy');
  });
});

describe('a look', () => {
  it('after everything was set finds nothing to do and nothing new to tell', async ({ bed, images }) => {
    const instance = await bed.ec2.runInstance();
    await bed.start(managing);
    await images.apply('shop', {
      source: { instanceId: instance.id },
      description: 'all of it',
      tags: { team: 'web' },
      snapshotTags: { cost: 'backup' },
      copyInstanceTags: true,
      share: { accounts: ['210987654321'], snapshots: true },
      deprecateAfter: '90d',
      disableAfter: '365d',
      deregistrationProtection: { enabled: true },
    });
    const before = await images.waitReady('shop');
    const settled = await bed.mark();
    const { status } = await images.lookNow('shop');
    expect(await bed.writes(settled)).toEqual([]);
    const { lastHandledReconcileAt: _, lastSyncTime: __, ...told } = status ?? {};
    expect(before.status).toMatchObject(told);
  });

  it('of the sweep asks nothing of one image at a time, however it is shared', async ({ bed, images }) => {
    const instance = await bed.ec2.runInstance();
    await bed.start([...managing, '--resync', '10s']);
    await images.apply('shop', {
      source: { instanceId: instance.id },
      share: { accounts: ['210987654321'], snapshots: true },
    });
    await images.waitReady('shop');
    const settled = await bed.mark();
    await expect.poll(async () => (await bed.calls('DescribeSnapshots', settled)).length).toBeGreaterThan(1);
    const asked = (await bed.calls(undefined, settled)).map(({ operation }) => operation);
    expect(new Set(asked)).toEqual(new Set(['DescribeImages', 'DescribeSnapshots']));
  });

  it('in Observe writes nothing and shows what it would do', async ({ bed, images, aws }) => {
    const instance = await bed.ec2.runInstance();
    const theirs = await aws.create(instance.id, `${bed.namespace}-theirs`);
    await bed.start(managing);
    await images.apply('shop', { adopt: theirs, managementPolicy: 'Observe', description: 'ours' });
    const { status } = await images.waitFor('shop', (image) => image.status?.drift !== undefined);
    expect(status?.drift?.map(({ call }) => call)).toContain('ec2:ModifyImageAttribute');
    expect(await bed.writes()).toEqual([]);
  });
});

it('carries what its schedule made it for, which comes back when somebody takes it off', async ({
  bed,
  images,
  aws,
}) => {
  const instance = await bed.ec2.runInstance();
  await bed.start(managing);
  const schedule = `${bed.namespace}/nightly`;
  await images.apply('shop', {
    source: { instanceId: instance.id },
    scheduledBy: {
      schedule,
      scheduleName: 'night',
      tick: '2026-01-31T02:00:00Z',
      instanceId: instance.id,
    },
  });
  const { status } = await images.waitReady('shop');
  const carried = {
    'mooring.dev/schedule': schedule,
    'mooring.dev/schedule-name': 'night',
    'mooring.dev/schedule-tick': '2026-01-31T02:00:00Z',
    'mooring.dev/instance': instance.id,
  };
  expect(await aws.tags(status?.imageId ?? '')).toMatchObject(carried);
  await aws.untag(status?.imageId ?? '', 'mooring.dev/schedule');
  await images.lookNow('shop');
  expect(await aws.tags(status?.imageId ?? '')).toMatchObject(carried);
});

it('is as in the example', async ({ bed, images }) => {
  const file = join(import.meta.dirname, '..', '..', 'examples', 'image.yaml');
  const documents = parseAllDocuments(readFileSync(file, 'utf8')).map((document): unknown => document.toJS());
  const manifests = z
    .array(
      z.object({
        kind: z.literal('Image'),
        metadata: z.object({ name: z.string() }),
        spec: z.looseObject({}),
      }),
    )
    .parse(documents);
  for (const { metadata, spec } of manifests) {
    const { spec: accepted } = await images.apply(metadata.name, spec);
    expect(accepted).toMatchObject(spec);
  }
  expect(await bed.writes()).toEqual([]);
});

const tableSchema = z.object({
  columnDefinitions: z.array(z.object({ name: z.string(), priority: z.number() })),
  rows: z.array(z.object({ cells: z.array(z.unknown()) })),
});

/** As `kubectl get images` prints it. */
async function printed(namespace: string): Promise<Record<string, unknown>[]> {
  const { server, ca, token } = inject('cluster');
  const dispatcher = new Agent({ connect: { ca } });
  const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io';
  const path = `/apis/mooring.dev/v1alpha1/namespaces/${namespace}/images`;
  const headers = { accept, authorization: `Bearer ${token}` };
  const { body } = await request(new URL(path, server), { dispatcher, headers });
  const { columnDefinitions, rows } = tableSchema.parse(await body.json());
  await dispatcher.close();
  return rows.map(({ cells }) =>
    Object.fromEntries(
      columnDefinitions.flatMap(({ name, priority }, at) => (priority === 0 ? [[name, cells[at]]] : [])),
    ),
  );
}
