import { describe, expect } from 'vitest';
import { type KMSKey, managing, onKeyBed } from '../support/kms-key.ts';
import { samplesIn } from '../support/scrape.ts';

const it = onKeyBed('il-central-1');

describe('it is deleted', () => {
  it('its aliases go, its deletion is scheduled with the window, and the object goes', async ({
    bed,
    keys,
    kms,
  }) => {
    await bed.start(managing);
    const alias = `alias/${bed.namespace}`;
    await keys.apply('app', { aliases: [alias], deletionWindowDays: 7 });
    const { status } = await keys.waitReady('app');
    const keyId = status?.keyId ?? '';
    await kms.createAlias(`${alias}/theirs`, keyId);
    const before = await bed.mark();
    await keys.deleteAndWait('app');

    expect(await bed.writes(before)).toEqual(['DeleteAlias', 'ScheduleKeyDeletion']);
    expect((await bed.calls('ScheduleKeyDeletion'))[0]?.input).toMatchObject({ PendingWindowInDays: 7 });
    expect((await kms.describe(keyId)).KeyState).toBe('PendingDeletion');
    expect(await kms.aliases(keyId)).toEqual([`${alias}/theirs`]);
  });

  it('and applied again within the window: the same key is back, as declared', async ({ bed, keys, kms }) => {
    await bed.start(managing);
    const spec = { aliases: [`alias/${bed.namespace}`], rotation: {}, tags: { team: 'app' } };
    await keys.apply('app', spec);
    const { status } = await keys.waitReady('app');
    await keys.deleteAndWait('app');
    const { metadata } = await keys.apply('app', spec);
    const { status: after } = await keys.waitReady('app');

    const keyId = status?.keyId ?? '';
    expect(after?.keyId).toBe(keyId);
    expect((await kms.describe(keyId)).KeyState).toBe('Enabled');
    expect(await kms.aliases(keyId)).toEqual(spec.aliases);
    expect(await kms.tags(keyId)).toMatchObject({ 'mooring.dev/uid': metadata.uid, team: 'app' });
    expect(await kms.ownKeys()).toEqual([keyId]);
    const canceled = (await bed.kube.events('app')).find(({ reason }) => reason === 'DeletionCanceled');
    expect(canceled).toMatchObject({ type: 'Normal', note: expect.stringContaining('applied again') });
  });

  it('with Retain: it stays, marked, and the same manifest finds it', async ({ bed, keys, kms }) => {
    await bed.start(managing);
    await keys.apply('app', { deletionPolicy: 'Retain', aliases: [`alias/${bed.namespace}`] });
    const { status } = await keys.waitReady('app');
    const keyId = status?.keyId ?? '';
    await keys.deleteAndWait('app');
    expect((await kms.describe(keyId)).KeyState).toBe('Enabled');
    expect(await kms.tags(keyId)).toMatchObject({ 'mooring.dev/released': 'true' });

    await keys.apply('app', { deletionPolicy: 'Retain', aliases: [`alias/${bed.namespace}`] });
    expect((await keys.waitReady('app')).status?.keyId).toBe(keyId);
    expect(await kms.tags(keyId)).not.toHaveProperty('mooring.dev/released');
  });
});

const messageOf = ({ status }: KMSKey): string =>
  status?.conditions?.find(({ type }) => type === 'Ready')?.message ?? '';

describe('the key is gone', () => {
  it('nothing takes its place until a person confirms', async ({ bed, keys, kms }) => {
    await bed.start(managing);
    await keys.apply('app');
    const { status } = await keys.waitReady('app');
    const keyId = status?.keyId ?? '';
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    const rule = await bed.inject(
      { error: { code: 'NotFoundException', message: `Key '${keyId}' does not exist` } },
      { operation: 'DescribeKey' },
    );
    await keys.lookNow('app');
    const { message } = await keys.waitBlocked('app', 'Gone');
    expect(message).toContain(`${keyId} does not exist any more`);
    expect((await keys.get('app')).status?.keyId).toBe(keyId);
    expect(await bed.writes()).toEqual(['CreateKey']);

    expect(message).toContain(`annotate mooring.dev/allow-recreation=${keyId}`);

    await keys.annotate('app', { 'mooring.dev/allow-recreation': 'true' });
    await keys.waitFor('app', (key) => messageOf(key).includes('it says "true"'));
    expect(await bed.writes()).toEqual(['CreateKey']);
    await keys.annotate('app', { 'mooring.dev/allow-recreation': keyId });
    await keys.waitFor('app', (key) => key.status?.keyId !== keyId);
    await bed.proxy.remove(rule);
    expect(await kms.ownKeys()).toHaveLength(2);
    expect(await bed.kube.events('app')).toContainEqual(
      expect.objectContaining({ type: 'Warning', reason: 'KeyReplaced' }),
    );
  });
});

/** What the first sweep of an operator that has just started counts. */
async function orphans(metrics: string): Promise<number | undefined> {
  const page = await (await fetch(`${metrics}/metrics`)).text();
  return samplesIn(page).find(({ metric }) => metric === 'mooring_orphans')?.value;
}

it('a key that waits for its deletion is no orphan; one whose object is lost is', async ({
  bed,
  keys,
  kms,
}) => {
  const first = await bed.start(managing);
  for (const name of ['kept', 'deleted', 'lost']) await keys.apply(name);
  const { status } = await keys.waitReady('deleted');
  await keys.waitReady('lost');
  await keys.waitReady('kept');
  await keys.deleteAndWait('deleted');
  expect((await kms.describe(status?.keyId ?? '')).KeyState).toBe('PendingDeletion');
  await first.stop();
  await keys.forget('lost');
  expect(await kms.ownKeys()).toHaveLength(3);

  const { metrics } = await bed.start(managing);
  await expect.poll(() => orphans(metrics)).toBe(1);
});
