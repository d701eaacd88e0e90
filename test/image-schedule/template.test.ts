import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { resourcePath } from '../../src/runtime/kubernetes/client.ts';
import { onScheduleBed } from '../support/image-schedule.ts';

const it = onScheduleBed('ap-northeast-3');

const elsewhere = 'ap-northeast-2';
const friend = '210987654321';

it('copies, sharing and deprecation are those of the template', async ({ bed, schedules, images, aws }) => {
  const instance = await bed.ec2.runInstance({ backup: bed.namespace });
  schedules.clock.set(Date.parse('2026-03-01T05:00:00Z'));
  await schedules.start();
  await schedules.apply('web', {
    selector: { instanceIds: [instance.id] },
    schedules: [{ name: 'daily', every: '24h', at: '06:00', retain: { count: 1 } }],
    template: {
      copies: [{ region: elsewhere }],
      share: { accounts: [friend], snapshots: true },
      deprecateAfter: '90d',
    },
  });
  await schedules.waitReady('web');
  await schedules.at('web', '2026-03-01T06:00:00Z');
  await schedules.waitFor('web', ({ status }) => status?.images === 1);
  const [made] = await schedules.images();
  const { status } = await images.waitReady(made?.metadata.name ?? '');
  expect(await aws.sharedWith(status?.imageId ?? '')).toEqual([friend]);
  expect(status?.deprecatedAt).toBeDefined();
  expect(status?.copies).toMatchObject([{ region: elsewhere, state: 'Available' }]);
  const copy = await aws.in(elsewhere).get(status?.copies?.[0]?.imageId ?? '');
  expect(copy?.Tags).toContainEqual({ Key: 'mooring.dev/schedule', Value: `${bed.namespace}/web` });

  // Shared, so that others may use it: AWS is asked for a report, here and where the copy is, and answers later.
  await bed.proxy.changeImage(status?.imageId ?? '', { usedBy: [friend] });
  await schedules.at('web', '2026-03-02T06:00:00Z');
  const held = await schedules.waitFor('web', (schedule) => schedule.status?.images === 2);
  expect(held.status?.pendingDeletions?.[0]?.reason).toContain('it is shared, and AWS is still finding out');
  await schedules.at('web', '2026-03-02T06:05:00Z');
  const used = await schedules.waitFor('web', (schedule) => schedule.status?.images === 2);
  expect(used.status?.pendingDeletions?.[0]?.reason).toContain(`it is in use by account ${friend}`);
  expect(await bed.calls('CreateImageUsageReport')).toHaveLength(1);
  await bed.proxy.changeImage(status?.imageId ?? '', { usedBy: [] });
  await schedules.at('web', '2026-03-02T06:10:00Z');
  await schedules.waitFor('web', (schedule) => schedule.status?.images === 1);
  await schedules.settled('web');
  expect(await aws.get(status?.imageId ?? '')).toBeUndefined();
  expect(await aws.in(elsewhere).get(copy?.ImageId ?? '')).toBeUndefined();
});

describe('the examples are taken by the API server', () => {
  const examples = join(import.meta.dirname, '..', '..', 'examples');
  const manifest = z.looseObject({ kind: z.string(), metadata: z.object({ name: z.string() }) });

  it.for(['image-schedule.yaml', 'image-schedule-nightly.yaml'])('%s', async (file, { bed }) => {
    const documents = parseAllDocuments(readFileSync(join(examples, file), 'utf8'));
    for (const document of documents) {
      const { kind, metadata, ...rest } = manifest.parse(document.toJS());
      const path = resourcePath({
        group: 'mooring.dev',
        version: 'v1alpha1',
        plural: `${kind.toLowerCase()}s`,
        namespace: bed.namespace,
        name: metadata.name,
      });
      const body = { ...rest, kind, metadata: { name: metadata.name } };
      const options = { fieldManager: 'kubectl', dryRun: true };
      expect(await bed.kube.client.apply<object>(path, body, options)).toMatchObject({ kind });
    }
  });
});

describe('what the API server refuses', () => {
  const manyTags = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, n) => [`tag-${n}`, 'x']));
  const selector = { matchTags: { backup: 'yes' } };
  const daily = { name: 'daily', every: '24h' };

  it.for([
    [
      'a selector of nothing',
      { selector: {}, schedules: [daily] },
      'one of instanceIds, matchTags and matchExpressions',
    ],
    ['no schedule', { selector, schedules: [] }, 'at least 1 items'],
    [
      'every and cron',
      { selector, schedules: [{ ...daily, cron: '@daily' }] },
      'exactly one of every and cron',
    ],
    [
      'at with cron',
      { selector, schedules: [{ name: 's', cron: '@daily', at: '06:00' }] },
      'at goes with every',
    ],
    ['an unknown every', { selector, schedules: [{ name: 's', every: '5h' }] }, 'supported values'],
    [
      'a name with a dot',
      { selector, schedules: [{ ...daily, name: 'a.b' }] },
      'must be of lower-case letters',
    ],
    ['the same name twice', { selector, schedules: [daily, daily] }, 'Duplicate value'],
    [
      'values with Exists',
      {
        selector: { matchExpressions: [{ key: 'a', operator: 'Exists', values: ['b'] }] },
        schedules: [daily],
      },
      'values must be given with In and NotIn',
    ],
    [
      'a public image without consent',
      { selector, schedules: [daily], template: { share: { public: true } } },
      'publicConfirmed',
    ],
    [
      'more tags than leave room for ours',
      { selector, schedules: [daily], template: { tags: manyTags(41) } },
      'template.tags: Invalid value',
    ],
    [
      'more tags of snapshots than leave room for ours',
      { selector, schedules: [daily], template: { snapshotTags: manyTags(41) } },
      'at most 40 tags: of the 50 that AWS allows, ten of an image that a schedule makes',
    ],
    [
      'no image at all to be kept',
      { selector, schedules: [{ ...daily, retain: { min: 0 } }] },
      'greater than or equal to 1',
    ],
  ] as const)('%s', async ([, spec, message], { bed }) => {
    const path = resourcePath({
      group: 'mooring.dev',
      version: 'v1alpha1',
      plural: 'imageschedules',
      namespace: bed.namespace,
    });
    const body = {
      apiVersion: 'mooring.dev/v1alpha1',
      kind: 'ImageSchedule',
      metadata: { name: 'web' },
      spec,
    };
    await expect(bed.kube.client.create(path, body)).rejects.toThrow(message);
  });
});
