import { describe, expect, inject } from 'vitest';
import { iamUser } from '../support/iam-user.ts';
import { imageUser } from '../support/image-user.ts';
import { manifestsIn, runImport } from '../support/imported.ts';
import { kmsUser } from '../support/kms-user.ts';
import { onTestBed, type TestBed } from '../support/test-bed.ts';

/** What `mooring import` does not print is told, with the reason. The other suites of this region are about keys and accounts. */

const it = onTestBed('ap-south-2');

async function withPeople<Result>(
  { region, namespace }: TestBed,
  use: (people: {
    iam: ReturnType<typeof iamUser>;
    kms: ReturnType<typeof kmsUser>;
    images: ReturnType<typeof imageUser>;
  }) => Promise<Result>,
): Promise<Result> {
  const url = inject('awsUrl');
  const people = { iam: iamUser(url), kms: kmsUser(url, region, namespace), images: imageUser(url, region) };
  try {
    return await use(people);
  } finally {
    for (const person of Object.values(people)) person.close();
  }
}

describe('mooring import', () => {
  it('leaves out what no manifest could be of, or could not without a change', async ({ bed }) => {
    await withPeople(bed, async ({ iam, kms, images }) => {
      const [shared, made] = [`${bed.namespace}-shared`, `${bed.namespace}-made`];
      for (const role of [shared, made]) await iam.create(role);
      for (const profile of ['a', 'b']) {
        await iam.createProfile(`${shared}-${profile}`);
        await iam.addToProfile(`${shared}-${profile}`, shared);
      }
      await iam.createAt('/aws-service-role/support.amazonaws.com/', `${bed.namespace}-slr`);
      const key = await kms.create();
      await kms.scheduleDeletion(key);
      const { id } = await bed.ec2.runInstance();
      await bed.proxy.setImagePending(bed.region, 'until settled');
      const image = await images.create(id, `${bed.namespace}-new`);
      await bed.proxy.setImagePending(bed.region, 'none');

      const words = [shared, made, `${bed.namespace}-slr`, key, image];
      const { code, stdout, stderr } = await runImport(bed, ...words);
      expect(code).toBe(1);
      expect(manifestsIn(stdout).map(({ metadata: { name } }) => name)).toEqual([made]);
      for (const line of [
        `IAMRole ${shared}: left out: it is in 2 instance profiles (${shared}-a, ${shared}-b), and a manifest has one`,
        `IAMRole ${bed.namespace}-slr: left out: a service of AWS made it for itself (a service-linked role)`,
        `KMSKey ${key}: left out: it is scheduled for deletion, which a manifest of it would cancel`,
        `Image ${image} (${bed.namespace}-new): left out: it is pending: import it when it is available`,
      ])
        expect(stderr.split('\n')).toContain(line);
      expect(stderr).toContain('1 manifest (1 IAMRole), 4 left out');
    });
  });

  it('goes on where it may not look, and says where', async ({ bed }) => {
    const { allocationId } = await bed.ec2.allocate({ suite: bed.namespace });
    await bed.inject(
      {
        error: {
          code: 'AccessDeniedException',
          message: 'not authorized to perform kms:ListKeys',
          status: 400,
        },
      },
      { operation: 'ListKeys' },
    );
    const { code, stdout, stderr } = await runImport(
      bed,
      '--kinds',
      'ElasticIP,KMSKey',
      '--management-policy',
      'Observe',
      allocationId,
      'no-such',
    );
    expect(code).toBe(1);
    expect(manifestsIn(stdout).map(({ spec }) => [spec.adopt, spec.managementPolicy])).toEqual([
      [allocationId, 'Observe'],
    ]);
    expect(stderr).toContain('KMSKey: kms:ListKeys: not authorized to perform kms:ListKeys\n');
    expect(stderr).toContain('"no-such": nothing that could be read is called that\n');
    expect(await bed.writes()).toEqual([]);
  });

  it.for([
    [['--kinds', 'ImageSchedule'], '--kinds ImageSchedule: must be one of ElasticIP, IAMRole, KMSKey, Image'],
    [['--filter-tag', 'team'], '--filter-tag "team": "team" must be key=value'],
    [['--account-ref', 'Prod'], '--account-ref "Prod": must be the name of an AWSAccount'],
  ] as const)('refuses %j', async ([words, message], { bed }) => {
    const { code, stdout, stderr } = await runImport(bed, ...words);
    expect([code, stdout, stderr]).toEqual([2, '', expect.stringContaining(message)]);
  });
});
