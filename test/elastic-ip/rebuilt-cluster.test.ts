import { expect } from 'vitest';
import { onTestBed, type TestBed } from '../support/test-bed.ts';

const it = onTestBed('us-east-2');

/** As a cluster that is gone takes its objects with it: without a word to AWS. */
async function lose({ kube }: TestBed, name: string): Promise<void> {
  await kube.patch(name, { metadata: { finalizers: null } });
  await kube.delete(name);
}

it('a cluster rebuilt from Git finds its own addresses and allocates nothing', async ({ bed }) => {
  const instance = await bed.ec2.runInstance();
  const manifests = { plain: {}, associated: { association: { instanceId: instance.id } } };
  const apply = async () => {
    for (const [name, spec] of Object.entries(manifests)) await bed.kube.apply(name, spec);
    const objects = [await bed.kube.waitReady('plain'), await bed.kube.waitReady('associated')];
    return objects.map(({ status }) => status?.allocationId);
  };
  const operator = await bed.start();
  const ids = await apply();
  await operator.stop();
  for (const name of Object.keys(manifests)) await lose(bed, name);

  const rebuilt = await bed.mark();
  await bed.start();
  expect(await apply()).toEqual(ids);
  expect(await bed.writes(rebuilt)).toEqual(['CreateTags', 'CreateTags']);
  expect((await bed.kube.waitEvent('plain', 'TakenOver')).note).toContain('by its identity tags: taken over');
  const uids = (await bed.kube.list()).map(({ metadata }) => metadata.uid).sort();
  const tagged = (await bed.ec2.ownAddresses()).map(({ tags }) => tags['mooring.dev/uid']).sort();
  expect(tagged).toEqual(uids);
});

it('the object of before, that another object has replaced, deletes nothing any more', async ({ bed }) => {
  const operator = await bed.start();
  await bed.kube.apply('web');
  const { status } = await bed.kube.waitReady('web');
  await operator.stop();
  await lose(bed, 'web');
  await bed.start();
  await bed.kube.apply('web');
  await bed.kube.waitReady('web');
  await bed.kube.deleteAndWait('web');
  expect(await bed.ec2.address(status?.allocationId ?? '')).toBeUndefined();
});

it('an operator under another cluster name is refused before it can allocate everything again', async ({
  bed,
}) => {
  const operator = await bed.start();
  await bed.kube.apply('web');
  await bed.kube.waitReady('web');
  await operator.stop();
  await expect(bed.start(['--cluster-name', 'another'])).rejects.toThrow(
    `--cluster-name is "another", but this cluster is recorded as "${bed.namespace}"`,
  );
});
