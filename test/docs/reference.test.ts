import { describe, expect, it } from 'vitest';
import { exampleSpecs } from '../../dev/docs/example-specs.ts';
import { exampleAt, needsExample } from '../../src/core/crd/examples.ts';
import { fieldsOf } from '../../src/core/crd/reference.ts';
import { renderCRD } from '../../src/core/crd/render.ts';
import { definitions } from '../../src/kinds/definitions.ts';

/** Whatever a reader cannot guess has an example in the reference, or here a reason why not. */
const without: Readonly<Record<string, string>> = {
  'KMSKey xksKeyId': 'the name is whatever the external key manager calls the key',
  'IAMRole trust[].oidc.claims': 'each provider has its own, and AWS knows only some of them',
  'IAMRole trust[].saml.audience': 'the default is meant; another is the provider’s affair',
  'Image scheduledBy.schedule': 'written by an ImageSchedule',
  'Image scheduledBy.scheduleName': 'written by an ImageSchedule',
};

const specs = exampleSpecs();
const needing = definitions.flatMap((definition) => {
  const [served] = renderCRD(definition).spec.versions;
  const spec = served?.schema.openAPIV3Schema.properties?.spec ?? {};
  return fieldsOf(spec)
    .filter(({ field }) => needsExample(field))
    .map(({ path }) => ({ kind: definition.kind, path, name: `${definition.kind} ${path}` }));
});

describe('in the reference', () => {
  it('every field that needs an example has one', () => {
    const lacking = needing.filter(({ kind, path }) => exampleAt(specs, kind, path) === undefined);
    expect(lacking.map(({ name }) => name).filter((name) => !(name in without))).toEqual([]);
  });

  it('no field is excused that has one, or is no more', () => {
    const lacking = needing.filter(({ kind, path }) => exampleAt(specs, kind, path) === undefined);
    const names = lacking.map(({ name }) => name);
    expect(Object.keys(without).filter((name) => !names.includes(name))).toEqual([]);
  });
});
