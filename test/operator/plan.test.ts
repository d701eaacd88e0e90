import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, inject } from 'vitest';

import { mooring } from '../support/mooring-command.ts';
import { onTestBed, type TestBed } from '../support/test-bed.ts';

const it = onTestBed('us-gov-west-1');

/** The real command, as a person calls it. */
const plan = ({ namespace, region }: TestBed, ...more: string[]) =>
  mooring(
    'plan',
    ...['--kubeconfig', inject('cluster').kubeconfig, '--cluster-name', namespace, '--namespace', namespace],
    ...['--region', region, '--aws-endpoint-url', inject('awsUrl'), ...more],
  );

async function withFile(text: string, use: (file: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'mooring-plan-'));
  try {
    writeFileSync(join(folder, 'web.yaml'), text);
    await use(join(folder, 'web.yaml'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const manifest = (team: string) => `apiVersion: mooring.dev/v1alpha1
kind: ElasticIP
metadata:
  name: web
spec:
  tags: { team: ${team} }
`;

describe('mooring plan', () => {
  it('of a file says what would be called, and calls and applies nothing', async ({ bed }) => {
    await withFile(manifest('web'), async (file) => {
      const { code, stdout } = await plan(bed, '-f', file);
      expect(stdout).toBe(`ElasticIP ${bed.namespace}/web
  ec2:AllocateAddress  no address carries this object's identity

1 object, 0 as declared, 1 not
`);
      expect(code).toBe(3);
    });
    expect(await bed.kube.list()).toEqual([]);
    expect(await bed.ec2.ownAddresses()).toEqual([]);
    expect(await bed.writes()).toEqual([]);
  });

  it('of a change to what exists, says what the change would call', async ({ bed }) => {
    const operator = await bed.start();
    await bed.kube.apply('web', { tags: { team: 'web' } });
    const { status } = await bed.kube.waitReady('web');
    await operator.stop();
    const mark = await bed.mark();
    await withFile(manifest('web'), async (file) => {
      expect(await plan(bed, '-f', file)).toMatchObject({
        code: 0,
        stdout: '1 object, 1 as declared, 0 not\n',
      });
    });
    await withFile(manifest('shop'), async (file) => {
      const { code, stdout } = await plan(bed, '-f', file, '-o', 'json');
      const id = status?.allocationId;
      expect(code).toBe(3);
      expect(JSON.parse(stdout)).toMatchObject({
        objects: [
          {
            name: 'web',
            steps: [
              {
                call: 'ec2:CreateTags',
                field: 'tags',
                why: expect.stringContaining('set team'),
                input: { Resources: [id], Tags: [{ Key: 'team', Value: 'shop' }] },
              },
            ],
          },
        ],
      });
    });
    expect(await bed.writes(mark)).toEqual([]);
    expect((await bed.kube.get('web')).spec).toMatchObject({ tags: { team: 'web' } });
  });

  it('of the cluster says what drifted', async ({ bed }) => {
    const operator = await bed.start();
    await bed.kube.apply('web', { tags: { team: 'web' } });
    await bed.kube.apply('other');
    const { status } = await bed.kube.waitReady('web');
    await bed.kube.waitReady('other');
    await bed.kube.lookNow('other');
    await operator.stop();
    expect((await plan(bed)).code).toBe(0);
    await bed.ec2.tag(status?.allocationId ?? '', { team: 'another' });
    const { code, stdout } = await plan(bed, '--kinds', 'ElasticIP');
    expect(code).toBe(3);
    expect(stdout).toContain('  ec2:CreateTags  ');
    expect(stdout).toContain('2 objects, 1 as declared, 1 not\n');
  });

  it('says what cannot be judged, and what is asked for wrongly', async ({ bed }) => {
    await bed.inject(
      { error: { code: 'UnauthorizedOperation', message: 'You are not authorized', status: 403 } },
      { operation: 'DescribeAddresses' },
    );
    await bed.kube.apply('web');
    const { code, stdout } = await plan(bed);
    expect(code).toBe(1);
    expect(stdout).toContain('cannot be judged: AccessDenied: ec2:DescribeAddresses: ');
    expect(await plan(bed, '-f', '/does/not/exist')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('mooring: --filename "/does/not/exist": '),
    });
    await withFile(manifest('web').replace('team', '"aws:team"'), async (file) => {
      const refused = await plan(bed, '-f', file);
      expect(refused.code).toBe(1);
      expect(refused.stderr).toContain('spec.tags');
    });
  });
});
