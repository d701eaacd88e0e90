import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { z } from 'zod';
import type { CommonStatus } from '../resource.ts';
import { exactlyOneOf, immutable } from './cel.ts';
import type { ResourceDefinition } from './definition.ts';
import { renderReference } from './reference.ts';
import { renderCRD } from './render.ts';
import { text } from './shapes.ts';
import { commonStatus } from './status.ts';

const berth: ResourceDefinition<unknown, unknown> = {
  kind: 'Berth',
  plural: 'berths',
  singular: 'berth',
  shortNames: ['br'],
  scope: 'Namespaced',
  description: 'A Berth is a place to lie at.',
  spec: z.object({
    pier: immutable(text(9)).describe('Which pier.'),
    bow: text(9).optional().describe('The line at the bow | or none.'),
    stern: text(9).optional().describe('The line at the stern.'),
    length: z.int().min(1).max(90).default(10).describe('Metres.'),
  }),
  status: z.object({ ship: text(9).optional().describe('Who lies there.') }),
  rules: [exactlyOneOf(['bow', 'stern'])],
  printerColumns: [{ name: 'Ship', jsonPath: '.status.ship', type: 'string' }],
};

describe('renderCRD', () => {
  it('renders a small definition whole', () => {
    const crd = renderCRD(berth);
    const [served] = crd.spec.versions;
    const { status, ...properties } = served?.schema.openAPIV3Schema.properties ?? {};
    expect(stringify({ ...crd.spec, versions: [{ ...served, schema: properties }] })).toMatchInlineSnapshot(`
      "group: mooring.dev
      names:
        kind: Berth
        listKind: BerthList
        plural: berths
        singular: berth
        shortNames:
          - br
        categories:
          - mooring
      scope: Namespaced
      versions:
        - name: v1alpha1
          served: true
          storage: true
          subresources:
            status: {}
          additionalPrinterColumns:
            - name: Ship
              jsonPath: .status.ship
              type: string
          schema:
            apiVersion:
              type: string
              description: mooring.dev/v1alpha1
            kind:
              type: string
              description: Berth
            metadata:
              type: object
            spec:
              type: object
              description: What the Berth is to be.
              required:
                - pier
              properties:
                pier:
                  type: string
                  description: Which pier.
                  maxLength: 9
                  x-kubernetes-validations:
                    - rule: self == oldSelf
                      message: "immutable: delete and create the object to change it"
                bow:
                  type: string
                  description: The line at the bow | or none.
                  maxLength: 9
                stern:
                  type: string
                  description: The line at the stern.
                  maxLength: 9
                length:
                  type: integer
                  description: Metres.
                  default: 10
                  minimum: 1
                  maximum: 90
              x-kubernetes-validations:
                - rule: "[has(self.bow), has(self.stern)].exists_one(given, given)"
                  message: exactly one of bow and stern must be given
                  messageExpression: "'exactly one of bow and stern must be given: ' +
                    (has(self.bow) || has(self.stern) ? 'given are ' + (has(self.bow)
                    ? 'bow' : '') + (has(self.stern) ? (has(self.bow) ? ', stern' :
                    'stern') : '') : 'none is')"
      "
    `);
    expect(status).toMatchObject({
      type: 'object',
      default: { observedGeneration: -1 },
      properties: {
        ship: { type: 'string', maxLength: 9 },
        conditions: {
          type: 'array',
          'x-kubernetes-list-type': 'map',
          'x-kubernetes-list-map-keys': ['type'],
        },
      },
    });
  });

  it('gives the same text twice', () => {
    expect(stringify(renderCRD(berth))).toBe(stringify(renderCRD(berth)));
  });

  it('asks for a spec even where every field of it is optional', () => {
    const crd = renderCRD({ ...berth, spec: z.object({}), rules: [] });
    expect(crd.spec.versions[0]?.schema.openAPIV3Schema.required).toEqual(['spec']);
  });

  it.each<[string, Partial<ResourceDefinition<unknown, unknown>>, RegExp]>([
    [
      'immutable() on an optional field',
      { spec: z.object({ a: immutable(text(1)).optional() }) },
      /^spec\.a: .*immutableFields/,
    ],
    [
      'immutable() on an optional field within',
      { spec: z.object({ a: z.object({ b: immutable(text(1)).optional() }) }) },
      /^spec\.a\.b: .*on spec\.a$/,
    ],
    ['a spec that is no object', { spec: text(1) }, /^spec: not an object/],
    ['a status that is no object', { status: text(1) }, /^status: not an object/],
    [
      'a status field that cannot always be known',
      { status: z.object({ a: text(1) }) },
      /^status\.a: required/,
    ],
    [
      'a common status field of another type',
      { status: z.object({ region: z.int().optional() }) },
      /^status\.region: every kind/,
    ],
  ])('refuses %s', (_, change, message) => {
    expect(() => renderCRD({ ...berth, rules: [], ...change })).toThrow(message);
  });

  it('has a schema for every common status field, and no other', () => {
    const fields: Record<keyof CommonStatus, true> = {
      observedGeneration: true,
      conditions: true,
      accountId: true,
      region: true,
      creation: true,
      lastSyncTime: true,
      lastHandledReconcileAt: true,
      drift: true,
    };
    expect(Object.keys(commonStatus.shape).sort()).toEqual(Object.keys(fields).sort());
  });
});

describe('renderReference', () => {
  it('tells of each field its type, default, rules and meaning', () => {
    const text = renderReference([renderCRD(berth)], new Map([['Berth', [{ pier: 'A', bow: 'spring' }]]]));
    expect(text).toContain('| `pier` (required) | string |  | at most 9 characters<br>immutable:');
    expect(text).toContain('| `length` | integer | `10` | 1 to 90 | Metres. |');
    expect(text).toContain('The line at the bow \\| or none. Example: `spring` |');
    expect(text).toContain('- exactly one of bow and stern must be given');
    expect(text).toContain('| `conditions[].type` (required) | string | What is being said, in CamelCase. |');
    expect(text).toContain('| Ship | `.status.ship` | always |');
  });
});
