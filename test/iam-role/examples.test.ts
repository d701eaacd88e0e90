import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { onRoleBed } from '../support/iam-role.ts';

const it = onRoleBed();

const directory = join(import.meta.dirname, '..', '..', 'examples');
const files = readdirSync(directory).filter((file) => file.startsWith('role-'));
const manifest = z.looseObject({
  kind: z.string(),
  spec: z.looseObject({ roleName: z.string().optional() }).optional(),
});

describe('the examples become roles as they are', () => {
  it.for(files)('%s', async (file, { roles, iam }) => {
    await roles.start();
    const documents = parseAllDocuments(readFileSync(join(directory, file), 'utf8'));
    const wanted = documents
      .map((one) => manifest.parse(one.toJS()))
      .filter(({ kind }) => kind === 'IAMRole');
    expect(wanted).toHaveLength(1);
    for (const { spec = {} } of wanted) {
      const name = roles.name('example');
      await roles.apply(name, { ...spec, roleName: name });
      const { status } = await roles.waitReady(name);
      expect((await iam.role(name))?.arn).toBe(status?.arn);
    }
  });
});
