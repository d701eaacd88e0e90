import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { asLines, asYaml, exitCodeOf, type Imported } from './import-output.ts';

const imported = (more: Partial<Imported> = {}): Imported => ({
  account: '111122223333',
  region: 'eu-central-1',
  namespace: 'shop',
  observed: false,
  named: false,
  manifests: [],
  leftOut: [],
  failures: [],
  unasked: 0,
  ...more,
});

const role = {
  kind: 'IAMRole',
  name: 'app',
  spec: {
    adopt: 'App',
    trustPolicy: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { AWS: '012345678901' }, Action: 'sts:AssumeRole' }],
    },
    description: 'two\nlines',
    tags: { on: 'yes', time: '12:30', octal: '0755', null: '~' },
  },
  notes: ['of two\nlines'],
};

describe('what mooring import prints', () => {
  it('is YAML that says what it is from, a document a manifest', () => {
    expect(
      asYaml(imported({ manifests: [role] })),
    ).toBe(`# What AWS account 111122223333 has in eu-central-1, written by mooring import.
# Applied, each object takes over its resource, and changes nothing of it but its mooring.dev tags. Deleted, it
# leaves the resource: set deletionPolicy to Delete where it is to go with its object.
---
# of two lines
apiVersion: mooring.dev/v1alpha1
kind: IAMRole
metadata:
  name: app
  namespace: shop
spec:
  adopt: App
  trustPolicy:
    Version: "2012-10-17"
    Statement:
      - Effect: Allow
        Principal:
          AWS: "012345678901"
        Action: sts:AssumeRole
  description: |-
    two
    lines
  tags:
    "on": "yes"
    time: "12:30"
    octal: "0755"
    "null": "~"
`);
  });

  it('is read as it was meant, by readers of YAML 1.1 too', () => {
    const text = asYaml(imported({ manifests: [role, { ...role, name: 'b' }] }));
    for (const version of ['1.1', '1.2'] as const) {
      const specs = parseAllDocuments(text, { version }).flatMap((document) => document.toJS()?.spec ?? []);
      expect(specs).toEqual([role.spec, role.spec]);
    }
  });

  it('says that objects that only look take nothing over', () => {
    expect(asYaml(imported({ observed: true }))).toContain('looks at its resource, and changes nothing.');
  });

  it('is nothing but the header where there is nothing', () => {
    expect(parseAllDocuments(asYaml(imported())).flatMap((document) => document.toJS() ?? [])).toEqual([]);
  });
});

describe('what it tells beside', () => {
  it('is what manifests do not say, what is left out and what failed, and a summary', () => {
    const all = imported({
      manifests: [role, { kind: 'ElasticIP', name: 'web', spec: {}, notes: [] }],
      leftOut: [
        { kind: 'KMSKey', id: 'key-1', title: 'app', reason: 'an AWS service made it' },
        { kind: 'IAMRole', id: 'X', title: 'X', reason: 'it is gone' },
      ],
      failures: ['Image: ec2:DescribeImages: denied'],
      unasked: 3,
    });
    expect(asLines(all)).toEqual([
      'IAMRole app: of two lines',
      'KMSKey key-1 (app): left out: an AWS service made it',
      'IAMRole X: left out: it is gone',
      'Image: ec2:DescribeImages: denied',
      '2 manifests (1 IAMRole, 1 ElasticIP), 2 left out, 3 not asked for, 1 failed',
    ]);
    expect(asLines(imported())).toEqual(['0 manifests, 0 left out']);
  });

  it.each([
    ['all that can be', {}, 0],
    ['something left out', { leftOut: [{ kind: 'Image', id: 'x', reason: 'pending' }] }, 0],
    [
      'something left out that was named',
      { named: true, leftOut: [{ kind: 'Image', id: 'x', reason: '' }] },
      1,
    ],
    ['a failure', { failures: ['x'] }, 1],
  ])('ends after %s with its code', (_, more, code) => {
    expect(exitCodeOf(imported(more))).toBe(code);
  });
});
