/** What the workflows of .github may do, and that what they call is there. Their syntax is actionlint's to judge. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';

const root = join(import.meta.dirname, '..', '..');
const folder = join(root, '.github', 'workflows');

const stepSchema = z.object({
  uses: z.string().optional(),
  run: z.string().optional(),
  with: z.record(z.string(), z.unknown()).optional(),
});
const jobSchema = z.object({
  uses: z.string().optional(),
  needs: z.union([z.string(), z.array(z.string())]).optional(),
  permissions: z.record(z.string(), z.string()).optional(),
  'timeout-minutes': z.number().optional(),
  steps: z.array(stepSchema).default([]),
});
const workflowSchema = z.object({
  permissions: z.record(z.string(), z.string()),
  jobs: z.record(z.string(), jobSchema),
});

const { scripts } = z
  .object({ scripts: z.record(z.string(), z.string()) })
  .parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')));

describe.each(readdirSync(folder))('%s', (name) => {
  const text = readFileSync(join(folder, name), 'utf8');
  const { permissions, jobs } = workflowSchema.parse(parse(text));
  const steps = Object.values(jobs).flatMap((job) => job.steps);

  it('uses actions by the commit they were at, with the release beside it', () => {
    const uses = [...text.matchAll(/\buses: (.+)$/gm)].map(([, what = '']) => what);
    expect(uses.length).toBeGreaterThan(0);
    const loose = uses.filter(
      (what) => !/^(\.\/\S+|[\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+)$/.test(what),
    );
    expect(loose).toEqual([]);
  });

  it('may only read, but for the jobs that say what they write', () => {
    expect(permissions).toEqual({ contents: 'read' });
    const writers = Object.entries(jobs).filter(([, job]) =>
      Object.values(job.permissions ?? {}).includes('write'),
    );
    expect(writers.every(([, job]) => job.permissions?.contents !== undefined)).toBe(true);
    expect(writers.map(([job]) => job)).toEqual(
      name === 'release.yaml' ? ['image', 'chart', 'announce'] : [],
    );
  });

  it('leaves no token in the checkout, and lets no job run for hours', () => {
    const checkouts = steps.filter(({ uses }) => uses?.startsWith('actions/checkout@'));
    expect(checkouts.every((step) => step.with?.['persist-credentials'] === false)).toBe(true);
    const endless = Object.entries(jobs).filter(
      ([, job]) => !job.uses && job['timeout-minutes'] === undefined,
    );
    expect(endless.map(([job]) => job)).toEqual([]);
  });

  it('puts nothing of the event into a script', () => {
    expect(steps.filter(({ run }) => run?.includes('${{')).map(({ run }) => run)).toEqual([]);
  });

  it('calls scripts, workflows and jobs that are there', () => {
    const called = steps.flatMap(({ run }) =>
      [...(run ?? '').matchAll(/npm run ([\w:-]+)/g)].map(([, script = '']) => script),
    );
    expect(called.filter((script) => !(script in scripts))).toEqual([]);
    const local = Object.values(jobs).flatMap(({ uses }) => (uses?.startsWith('./') ? [uses] : []));
    expect(local.filter((path) => !existsSync(join(root, path)))).toEqual([]);
    const needed = Object.values(jobs).flatMap(({ needs }) => needs ?? []);
    expect(needed.filter((job) => !(job in jobs))).toEqual([]);
  });
});
