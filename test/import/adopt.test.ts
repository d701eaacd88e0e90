import { ReplicateKeyCommand } from '@aws-sdk/client-kms';
import { describe, expect, inject } from 'vitest';
import type { Tags } from '../../src/core/tags.ts';
import { iamUser, trustOf } from '../support/iam-user.ts';
import { imageUser } from '../support/image-user.ts';
import { applyAll, lastCall, manifestsIn, runImport, writesSince } from '../support/imported.ts';
import { kmsUser } from '../support/kms-user.ts';
import { onTestBed } from '../support/test-bed.ts';

/** What was made by hand is adopted by what `mooring import` prints of it, and nothing of it changes. */

const it = onTestBed('eu-south-2')
  .extend<{ people: ReturnType<typeof peopleIn> }>({
    people: async ({ bed }, use) => {
      const people = peopleIn(bed.region, bed.namespace);
      await use(people);
      people.close();
    },
  })
  .extend<{ tags: Tags }>({ tags: async ({ bed }, use) => use({ suite: bed.namespace }) });

function peopleIn(region: string, cluster: string) {
  const iam = iamUser(inject('awsUrl'));
  const kms = kmsUser(inject('awsUrl'), region, cluster);
  const abroad = kmsUser(inject('awsUrl'), elsewhere, cluster);
  const images = imageUser(inject('awsUrl'), region);
  return {
    iam,
    kms,
    abroad,
    images,
    close() {
      for (const person of [iam, kms, abroad, images]) person.close();
    },
  };
}

const elsewhere = 'ca-west-1';
const kinds = ['ElasticIP', 'IAMRole', 'KMSKey', 'Image'];
const managing = kinds.flatMap((kind) => ['--kinds', kind]);
const tagging = ['CreateTags', 'TagInstanceProfile', 'TagResource', 'TagRole'];

const kmsTags = (tags: Tags) => Object.entries(tags).map(([TagKey, TagValue]) => ({ TagKey, TagValue }));
/** Without those that say whose it is. */
const ownTags = (tags: Tags): Tags =>
  Object.fromEntries(Object.entries(tags).filter(([key]) => !key.startsWith('mooring.dev/')));

describe('what mooring import prints', () => {
  it('adopts addresses where they are', async ({ bed, tags }) => {
    const instance = await bed.ec2.runInstance();
    const secondary = await bed.ec2.addPrivateAddress(instance.networkInterfaceId);
    const [idle, web, mail] = [
      await bed.ec2.allocate({ ...tags, Name: 'Idle One', 'Cost Center': '4711 (old)' }),
      await bed.ec2.allocate({ ...tags, Name: 'web' }),
      await bed.ec2.allocate({ ...tags, Name: 'web' }),
    ];
    await bed.ec2.associate(web.allocationId, instance);
    await bed.ec2.associate(mail.allocationId, { ...instance, privateIpAddress: secondary });
    await bed.ec2.setReverseDns(idle.allocationId, 'mail.example.com');
    const before = await bed.ec2.addresses();

    const { code, stdout, stderr } = await runImport(
      bed,
      '--filter-tag',
      `suite=${bed.namespace}`,
      '--kinds',
      'ElasticIP',
    );
    expect(stderr).toContain(
      'ElasticIP idle-one: tags that a manifest cannot give, and so leaves: Cost Center',
    );
    expect(stderr).toContain('3 manifests (3 ElasticIP), 0 left out');
    expect(code).toBe(0);
    const manifests = manifestsIn(stdout);
    expect(manifests.map(({ metadata: { name } }) => name)).toEqual([
      'idle-one',
      expect.stringMatching(/^web-[0-9a-f]{8}$/),
      expect.stringMatching(/^web-[0-9a-f]{8}$/),
    ]);
    expect(manifests.map(({ spec }) => spec)).toEqual(
      expect.arrayContaining([
        {
          adopt: idle.allocationId,
          region: bed.region,
          reverseDNS: { domainName: 'mail.example.com' },
          tags: { Name: 'Idle One', suite: bed.namespace },
        },
        {
          adopt: web.allocationId,
          region: bed.region,
          association: { instanceId: instance.id },
          tags: { Name: 'web', suite: bed.namespace },
        },
        {
          adopt: mail.allocationId,
          region: bed.region,
          association: { networkInterfaceId: instance.networkInterfaceId, privateIpAddress: secondary },
          tags: { Name: 'web', suite: bed.namespace },
        },
      ]),
    );

    const from = await lastCall(bed);
    await bed.start(managing);
    await applyAll(bed, manifests);
    expect(await writesSince(bed, from)).toEqual(['CreateTags']);
    expect((await bed.ec2.addresses()).map((one) => ({ ...one, tags: ownTags(one.tags) }))).toEqual(before);
  });

  it('adopts roles with all that hangs on them', async ({ bed, people: { iam }, tags }) => {
    const app = `${bed.namespace}-App`;
    const ci = `${bed.namespace}-ci`;
    await iam.create(app, { ...tags, Team: 'shop' });
    await iam.trust(app, {
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Principal: { Service: ['ec2.amazonaws.com'] }, Action: 'sts:AssumeRole' },
        {
          Sid: 'Partner',
          Effect: 'Allow',
          Principal: { AWS: 'arn:aws:iam::012345678901:root' },
          Action: ['sts:AssumeRole'],
          Condition: {
            StringEquals: { 'sts:ExternalId': '0042' },
            Bool: { 'aws:MultiFactorAuthPresent': 'true' },
          },
        },
      ],
    });
    await iam.update(app, 'The shop: its back office, #1', 5_400);
    await iam.bound(app, 'arn:aws:iam::aws:policy/PowerUserAccess');
    await iam.attach(app, 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole');
    await iam.put(app, 'read.files', {
      Version: '2012-10-17',
      Statement: { Effect: 'Allow', Action: 's3:Get*', Resource: ['arn:aws:s3:::files/*', '*'] },
    });
    await iam.put(app, 'deny', {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Deny',
          NotAction: 'iam:*',
          Resource: '*',
          Condition: { Null: { 'aws:TokenIssueTime': true } },
        },
      ],
    });
    await iam.createProfile(`${app}-nodes`, tags);
    await iam.addToProfile(`${app}-nodes`, app);
    await iam.create(
      ci,
      tags,
      trustOf({ Federated: 'arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com' }),
    );
    const look = async () => [await iam.role(app), await iam.role(ci), await iam.profile(`${app}-nodes`)];
    const before = await look();

    const { code, stdout, stderr } = await runImport(
      bed,
      '--kinds',
      'IAMRole',
      '--account-ref',
      'here',
      app,
      ci,
    );
    expect(code).toBe(0);
    expect(stderr).toMatch(/^IAMRole \S+-app: tags that only the role has are left out, .*: Team\n/);
    expect(stderr).toContain('\n2 manifests (2 IAMRole), 0 left out');
    const manifests = manifestsIn(stdout);
    expect(manifests.map(({ metadata: { name } }) => name)).toEqual([app.toLowerCase(), ci]);
    expect(manifests[0]?.spec).toMatchObject({
      adopt: app,
      accountRef: { name: 'here' },
      description: 'The shop: its back office, #1',
      maxSessionDuration: '90m',
      permissionsBoundary: 'arn:aws:iam::aws:policy/PowerUserAccess',
      managedPolicies: ['service-role/AWSLambdaBasicExecutionRole'],
      inlinePolicies: { deny: {}, 'read.files': {} },
      instanceProfile: { name: `${app}-nodes` },
      tags: { suite: bed.namespace },
    });
    expect(Object.keys(manifests[1]?.spec ?? {})).toEqual(['adopt', 'trustPolicy', 'tags', 'accountRef']);

    const from = await lastCall(bed);
    await bed.start(managing);
    const own = manifests.map(({ spec: { accountRef: _, ...spec }, ...rest }) => ({ ...rest, spec }));
    await applyAll(bed, own);
    expect(await writesSince(bed, from)).toEqual(['TagInstanceProfile', 'TagRole']);
    expect((await look()).map((one) => one && { ...one, tags: ownTags(one.tags) })).toEqual(before);
  });

  it('adopts keys with their names, policies, rotation and replicas', async ({ bed, people, tags }) => {
    const { kms, abroad } = people;
    const alias = `alias/${bed.namespace}/invoices`;
    const own = kmsTags({ ...tags, team: 'billing' });
    const invoices = await kms.create({ Description: 'for invoices', Tags: own });
    await kms.createAlias(alias, invoices);
    await kms.createAlias(`${alias}-old`, invoices);
    await kms.enableRotation(invoices, 180);
    const { Statement } = await kms.policy(invoices);
    await kms.putPolicy(invoices, {
      Version: '2012-10-17',
      Statement: [
        ...Statement,
        {
          Sid: 'logs',
          Effect: 'Allow',
          Principal: { Service: 'logs.amazonaws.com' },
          Action: 'kms:Decrypt*',
          Resource: '*',
        },
      ],
    });
    const signing = await kms.create({ KeySpec: 'RSA_2048', KeyUsage: 'SIGN_VERIFY', Tags: own });
    await kms.disable(signing);
    const global = await kms.create({ MultiRegion: true, Tags: own });
    await kms.client.send(
      new ReplicateKeyCommand({ KeyId: global, ReplicaRegion: elsewhere, Description: 'abroad', Tags: own }),
    );
    await abroad.createAlias(`${alias}-abroad`, global);
    const look = async () => [
      ...(await Promise.all(
        [invoices, signing, global].map(async (id) => ({
          ...(await kms.describe(id)),
          policy: await kms.policy(id),
          aliases: await kms.aliases(id),
          tags: ownTags(await kms.tags(id)),
        })),
      )),
      await kms.rotation(invoices),
      { ...(await abroad.describe(global)), tags: ownTags(await abroad.tags(global)) },
    ];
    const before = await look();

    const { code, stdout, stderr } = await runImport(
      bed,
      '--kinds',
      'KMSKey',
      '--filter-tag',
      `suite=${bed.namespace}`,
    );
    expect([code, stderr]).toEqual([0, expect.stringContaining('3 manifests (3 KMSKey), 0 left out')]);
    const manifests = manifestsIn(stdout);
    const specOf = (id: string) => manifests.find(({ spec }) => spec.adopt === id)?.spec;
    expect(manifests.map(({ metadata: { name } }) => name)).toContain(`${bed.namespace}-invoices`);
    expect(specOf(invoices)).toEqual({
      adopt: invoices,
      region: bed.region,
      description: 'for invoices',
      aliases: [alias, `${alias}-old`],
      rotation: { periodDays: 180 },
      policy: expect.objectContaining({ Version: '2012-10-17' }),
      tags: { suite: bed.namespace, team: 'billing' },
    });
    expect(specOf(signing)).toEqual({
      adopt: signing,
      region: bed.region,
      keySpec: 'RSA_2048',
      keyUsage: 'SIGN_VERIFY',
      enabled: false,
      tags: { suite: bed.namespace, team: 'billing' },
    });
    expect(specOf(global)).toMatchObject({
      multiRegion: true,
      replicas: [{ region: elsewhere, description: 'abroad', aliases: [`${alias}-abroad`] }],
    });

    const from = await lastCall(bed);
    await bed.start(managing);
    await applyAll(bed, manifests);
    expect(await writesSince(bed, from)).toEqual(['TagResource']);
    expect(await look()).toEqual(before);
  });

  it('adopts images with whom they are shared with', async ({ bed, people: { images }, tags }) => {
    const instance = await bed.ec2.runInstance();
    const shared = await images.create(instance.id, `${bed.namespace} golden`);
    const plain = await images.create(instance.id, `${bed.namespace}-plain`);
    await images.shareWith(shared, '210987654321');
    for (const id of [shared, plain]) await images.tag(id, tags);
    const [snapshot = ''] = await images.snapshotIds(shared);
    await images.tag(snapshot, { disk: 'root' });

    const { code, stdout, stderr } = await runImport(
      bed,
      '--kinds',
      'Image',
      '--filter-tag',
      `suite=${bed.namespace}`,
    );
    expect([code, stderr]).toEqual([0, expect.stringContaining('2 manifests (2 Image), 0 left out')]);
    const manifests = manifestsIn(stdout);
    expect(manifests.map(({ spec }) => spec)).toEqual([
      {
        adopt: shared,
        region: bed.region,
        imageName: `${bed.namespace} golden`,
        share: { accounts: ['210987654321'] },
        tags: { suite: bed.namespace },
        snapshotTags: { disk: 'root' },
      },
      {
        adopt: plain,
        region: bed.region,
        imageName: `${bed.namespace}-plain`,
        tags: { suite: bed.namespace },
      },
    ]);

    const from = await lastCall(bed);
    await bed.start(managing);
    await applyAll(bed, manifests);
    expect(await writesSince(bed, from)).toEqual(['CreateTags']);
    expect(await images.sharedWith(shared)).toEqual(['210987654321']);
  });

  it('is nothing of what is an object’s already', async ({ bed, people: { iam, kms }, tags }) => {
    const role = `${bed.namespace}-role`;
    await bed.ec2.allocate(tags);
    await iam.create(role, tags);
    await kms.create({ Tags: kmsTags(tags) });
    const words = ['--filter-tag', `suite=${bed.namespace}`];
    const manifests = manifestsIn((await runImport(bed, ...words)).stdout);
    expect(manifests.map(({ kind }) => kind)).toEqual(['ElasticIP', 'IAMRole', 'KMSKey']);
    const from = await lastCall(bed);
    await bed.start(managing);
    await applyAll(bed, manifests);
    expect((await writesSince(bed, from)).filter((call) => !tagging.includes(call))).toEqual([]);

    const { code, stdout, stderr } = await runImport(bed, ...words);
    expect(manifestsIn(stdout)).toEqual([]);
    expect(stderr).toContain(
      `IAMRole ${role}: left out: it belongs to IAMRole/${bed.namespace}/${role} of cluster ${bed.namespace}`,
    );
    expect(stderr).toContain('0 manifests, 3 left out');
    expect(code).toBe(0);
  });
});
