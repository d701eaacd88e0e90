import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, inject, it } from 'vitest';
import { useOwnControlPlane } from '../aws-account/control-plane.ts';
import { anyNamespace } from '../support/aws-account.ts';
import { mooring } from '../support/mooring-command.ts';
import { isBlocked } from '../support/objects.ts';
import type { TestBed } from '../support/test-bed.ts';

const region = 'us-east-2';
const [blue, green] = ['111122223333', '444455556666'];
const role = (account: string) => [{ roleArn: `arn:aws:iam::${account}:role/mooring` }];
const own = { default: {} };
const withAdmin = useOwnControlPlane(region);

/** The real command, as a person calls it who has the operator's rights. */
const plan = ({ namespace, operatorNamespace, kubeconfig }: TestBed, ...more: string[]) =>
  mooring(
    'plan',
    ...[
      '--kubeconfig',
      kubeconfig,
      '--cluster-name',
      namespace,
      '--namespace',
      namespace,
      '--region',
      region,
    ],
    ...['--operator-namespace', operatorNamespace, '--aws-endpoint-url', inject('awsUrl'), ...more],
  );

async function planFile(bed: TestBed, text: string, ...more: string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'mooring-plan-'));
  try {
    writeFileSync(join(folder, 'all.yaml'), text);
    return await plan(bed, '-f', join(folder, 'all.yaml'), ...more);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const manifest = (kind: string, name: string, spec: string) =>
  `apiVersion: mooring.dev/v1alpha1\nkind: ${kind}\nmetadata: { name: ${name} }\nspec: ${spec}\n`;
const address = (spec: string) => manifest('ElasticIP', 'web', spec);
const key = manifest('IAMAccessKey', 'app', '{ userName: Administrator }');

it(
  'of what uses an AWSAccount is made with its credentials and by its guardrails',
  withAdmin(async (bed, admin) => {
    await admin.secret('aws', await admin.keyOf(blue));
    await admin.apply('default', {
      credentials: { secretRef: { name: 'aws' } },
      guardrails: { requiredTags: ['team'] },
      ...anyNamespace,
    });
    const before = await bed.mark();
    const allowed = await planFile(bed, address('{ tags: { team: web } }'));
    expect(allowed).toMatchObject({
      code: 3,
      stdout: expect.stringContaining("  ec2:AllocateAddress  no address carries this object's identity"),
    });
    expect(new Set((await bed.calls('DescribeAddresses', before)).map(({ accountId }) => accountId))).toEqual(
      new Set([blue]),
    );
    const refused = await planFile(bed, address('{}'));
    expect(refused.code).toBe(3);
    expect(refused.stdout).toContain('not ready: Forbidden: guardrails.requiredTags: spec.tags: lacks team');
    expect(refused.stdout).not.toContain('AllocateAddress');

    await admin.deleteSecret('aws');
    const keyless = await planFile(bed, address('{ tags: { team: web } }'));
    expect(keyless.code).toBe(1);
    expect(keyless.stdout).toContain(
      `cannot be judged: InvalidCredentials: AWSAccount default: Secret ${bed.operatorNamespace}/aws does not exist`,
    );
    expect(await bed.writes(before)).toEqual([]);
  }),
);

it(
  'of a file leaves out the AWSAccount in it, and an IAMAccessKey that is not asked for, and says so',
  withAdmin(async (bed, admin) => {
    await admin.apply('default', { credentials: own, allowedNamespaces: { names: [bed.namespace] } });
    const account = manifest('AWSAccount', 'default', '{}');
    const file = [account, key, address('{}')].join('---\n');
    const without = await planFile(bed, file);
    expect(without.code).toBe(3);
    expect(without.stdout).toContain('1 object, 0 as declared, 1 not\n');
    expect(without.stderr).toMatch(/document 1: AWSAccount default is not planned: it has nothing in AWS/);
    expect(without.stderr).toMatch(/document 2: IAMAccessKey app is not planned: .* --enable-access-keys\n/);

    // What the account does not name is not given out, and that is known before it is applied.
    const { stdout } = await planFile(bed, file, '--enable-access-keys');
    expect(stdout).toContain('IAMAccessKey');
    expect(stdout).toContain('no keys may be made for user Administrator; allowed: none');
    expect(stdout).not.toContain('iam:CreateAccessKey');
  }),
);

it(
  'of an object that has its place elsewhere says what the operator says, and nothing that it would make there',
  withAdmin(async (bed, admin) => {
    const operator = await bed.start();
    await admin.apply('default', { credentials: own, assumeRole: role(blue), ...anyNamespace });
    await admin.apply('green', { credentials: own, assumeRole: role(green), ...anyNamespace });
    await admin.waitReady('default');
    await admin.waitReady('green');
    await bed.kube.apply('web');
    await bed.kube.waitReady('web');

    const moving = await planFile(bed, address('{ accountRef: { name: green } }'));
    const words = `AccountChanged: this object's resource is in account ${blue}, the credentials now are of account ${green}`;
    expect(moving.stdout).toContain(`cannot be judged: ${words}`);
    expect(moving.stdout).not.toContain('AllocateAddress');
    expect(moving.code).toBe(1);
    await bed.kube.apply('web', { accountRef: { name: 'green' } });
    await bed.kube.waitFor('web', isBlocked('AccountChanged'));
    expect((await plan(bed)).stdout).toContain(words);
    await operator.stop();
  }),
);

it(
  'with --require-account is made with nobody’s own credentials',
  withAdmin(async (bed, admin) => {
    const { code, stdout } = await planFile(bed, address('{}'), '--require-account');
    expect(code).toBe(1);
    expect(stdout).toContain('cannot be judged: AccountNotAllowed: no account: there is no AWSAccount');
    await admin.apply('default', { credentials: own, ...anyNamespace });
    expect((await planFile(bed, address('{}'), '--require-account')).code).toBe(3);
  }),
);
