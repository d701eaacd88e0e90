import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { applyCrds } from '../../dev/control-plane/apply-crds.ts';
import { type ControlPlane, startControlPlane } from '../../dev/control-plane/control-plane.ts';
import { awsAccountDefinition } from '../../src/kinds/aws-account/spec.ts';
import { type Author, manifestAuthor, manifestOf, refusals } from '../crd/author.ts';
import { definitionTests } from '../crd/definition-tests.ts';
import { clusterOf } from '../support/cluster.ts';

let controlPlane: ControlPlane | undefined;
let author: Author;

beforeAll(async () => {
  controlPlane = await startControlPlane();
  await applyCrds(controlPlane);
  author = await manifestAuthor(clusterOf(controlPlane));
}, 180_000);

afterAll(async () => {
  await author?.leave();
  await controlPlane?.stop();
}, 60_000);

describe('AWSAccount', () => definitionTests(awsAccountDefinition, () => author));

const arn = (name: string) => `arn:aws:iam::111122223333:role/${name}`;
const roleArn = arn('mooring');
const least = { credentials: { default: {} }, allowedNamespaces: { all: true } };
const chain = (...roles: object[]) => ({ ...least, assumeRole: roles.map((role) => ({ roleArn, ...role })) });
const web = (more: object) => ({ ...least, credentials: { webIdentity: { roleArn, ...more } } });
const tagsOf = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, n) => [`key-${n}`, 'value']));
const arnsOf = (count: number) =>
  Array.from({ length: count }, (_, n) => `arn:aws:iam::111122223333:policy/p-${n}`);

const made = async (spec: object) =>
  refusals(await author.create('awsaccounts', manifestOf('AWSAccount', 'a', spec), 'All'));

describe('is taken', () => {
  it.each<[string, object]>([
    ['with the operator’s own credentials', least],
    ['with a Secret', { ...least, credentials: { secretRef: { name: 'aws' } } }],
    ['with a token file', web({ tokenFile: '/var/run/secrets/mooring/token' })],
    [
      'with a ServiceAccount and an audience',
      web({ serviceAccountRef: { name: 'aws' }, audience: 'sts.amazonaws.com' }),
    ],
    ['with a session of twelve hours where a user may assume it', chain({ durationSeconds: 43_200 })],
    ['with five roles, each an hour', chain({}, {}, {}, {}, { durationSeconds: 3_600 })],
    ['with ten policies and fifty tags', chain({ policyArns: arnsOf(10), tags: tagsOf(50) })],
    ['with an external id of 1,224 characters', chain({ externalId: 'x'.repeat(1_224) })],
    [
      'with a tag that another hands on by another key',
      chain({ tags: { a: '1' }, transitiveTagKeys: ['a'] }, { tags: { b: '2' } }),
    ],
    [
      'with limits and endpoints',
      {
        ...least,
        limits: { ec2: { perSecond: 5 }, 'kms:CreateKey': { perSecond: 1, burst: 2 } },
        endpoints: { sts: 'https://sts.example.com' },
      },
    ],
    ['with guardrails', { ...least, guardrails: { iamRole: { pathPrefix: '/team-a/' } } }],
  ])('%s', async (_, spec) => {
    expect(await made(spec)).toEqual([]);
  });
});

describe('is refused, by the field’s name', () => {
  it.each<[string, object, string]>([
    ['without credentials', { allowedNamespaces: { all: true } }, 'spec.credentials'],
    [
      'with no form of them',
      { ...least, credentials: {} },
      'exactly one of default, secretRef and webIdentity must be given',
    ],
    [
      'with two forms of them',
      { ...least, credentials: { default: {}, secretRef: { name: 'aws' } } },
      'given are default, secretRef',
    ],
    ['without a word on namespaces', { credentials: { default: {} } }, 'spec.allowedNamespaces'],
    [
      'with two words on namespaces',
      { ...least, allowedNamespaces: { all: true, names: ['a'] } },
      'spec.allowedNamespaces',
    ],
    [
      'with a session of less than 15 minutes',
      chain({ durationSeconds: 899 }),
      'spec.assumeRole[0].durationSeconds',
    ],
    [
      'with one of more than twelve hours',
      chain({ durationSeconds: 43_201 }),
      'spec.assumeRole[0].durationSeconds',
    ],
    [
      'with more than an hour by a role',
      chain({}, { durationSeconds: 3_601 }),
      '[1].durationSeconds must be at most 3600',
    ],
    [
      'with more than an hour by a later role',
      chain({}, {}, {}, {}, { durationSeconds: 3_601 }),
      '[4].durationSeconds must be at most 3600',
    ],
    [
      'with more than an hour by the role of a web identity',
      { ...web({ tokenFile: '/t' }), assumeRole: [{ roleArn, durationSeconds: 3_601 }] },
      'assumeRole[0].durationSeconds must be at most 3600',
    ],
    ['with an external id of one character', chain({ externalId: 'x' }), 'spec.assumeRole[0].externalId'],
    [
      'with an external id too long',
      chain({ externalId: 'x'.repeat(1_225) }),
      'spec.assumeRole[0].externalId',
    ],
    ['with an external id of other characters', chain({ externalId: 'a b' }), 'must be 2 to 1,224 letters'],
    [
      'with a session’s name of other characters',
      chain({ sessionName: 'a b' }),
      'spec.assumeRole[0].sessionName',
    ],
    ['with eleven policies', chain({ policyArns: arnsOf(11) }), 'spec.assumeRole[0].policyArns'],
    ['with fifty-one tags', chain({ tags: tagsOf(51) }), 'spec.assumeRole[0].tags'],
    [
      'with a tag that is inherited',
      chain({ tags: { a: '1' }, transitiveTagKeys: ['a'] }, { tags: { a: '2' } }),
      '[1].tags repeats a key that [0].transitiveTagKeys hands on',
    ],
    [
      'with a tag that is inherited from afar',
      chain({ tags: { a: '1' }, transitiveTagKeys: ['a'] }, {}, {}, { tags: { a: '2' } }),
      '[3].tags repeats a key that [0].transitiveTagKeys hands on',
    ],
    [
      'with a tag that is inherited in another case',
      chain({ tags: { Team: '1' }, transitiveTagKeys: ['Team'] }, { tags: { tEAM: '2' } }),
      '[1].tags repeats a key that [0].transitiveTagKeys hands on',
    ],
    ['with six roles', chain({}, {}, {}, {}, {}, {}), 'spec.assumeRole'],
    [
      'with a role that is none',
      { ...least, assumeRole: [{ roleArn: 'mooring' }] },
      'spec.assumeRole[0].roleArn',
    ],
    [
      'with a token of two kinds',
      web({ tokenFile: '/t', serviceAccountRef: { name: 'a' } }),
      'exactly one of tokenFile and serviceAccountRef',
    ],
    ['with a token’s path that climbs', web({ tokenFile: '/tokens/../etc/passwd' }), 'must have no .. in it'],
    [
      'with an audience for a file',
      web({ tokenFile: '/t', audience: 'a' }),
      'audience needs serviceAccountRef',
    ],
    ['with a limit for what is not called', { ...least, limits: { s3: { perSecond: 1 } } }, 'spec.limits'],
    ['with an endpoint that is no URL', { ...least, endpoints: { ec2: 'ec2' } }, 'spec.endpoints'],
    ['with a reserved default tag', { ...least, defaultTags: { 'mooring.dev/id': 'x' } }, 'spec.defaultTags'],
    [
      'with a namespace that is no name',
      { ...least, allowedNamespaces: { names: ['A'] } },
      'spec.allowedNamespaces',
    ],
    ['with a field that there is not', { ...least, credential: {} }, 'credential'],
  ])('%s', async (_, spec, what) => {
    expect((await made(spec)).join('\n')).toContain(what);
  });
});
