import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { resourcePath } from '../../src/runtime/kubernetes/client.ts';
import { onKeyBed } from '../support/kms-key.ts';

const it = onKeyBed('ap-southeast-5');

const manifest = z.looseObject({
  kind: z.enum(['KMSKey', 'IAMRole']),
  metadata: z.object({ name: z.string() }),
});
const examples = join(import.meta.dirname, '..', '..', 'examples');

describe('the examples are taken by the API server', () => {
  it.for(['key.yaml', 'key-for-role.yaml', 'key-multi-region.yaml'])('%s', async (file, { bed }) => {
    const documents = parseAllDocuments(readFileSync(join(examples, file), 'utf8'));
    const taken = documents.map(async (document) => {
      const { kind, metadata, ...rest } = manifest.parse(document.toJS());
      const path = resourcePath({
        group: 'mooring.dev',
        version: 'v1alpha1',
        plural: `${kind.toLowerCase()}s`,
        namespace: bed.namespace,
        name: metadata.name,
      });
      const body = { ...rest, kind, metadata: { name: metadata.name } };
      return await bed.kube.client.apply<{ spec: unknown }>(path, body, {
        fieldManager: 'kubectl',
        dryRun: true,
      });
    });
    expect((await Promise.all(taken)).map(({ spec }) => spec)).toEqual(
      documents.map(() => expect.anything()),
    );
  });
});
