import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { motoEnvironment } from '../emulator/moto.ts';
import { unpackDebianPackage } from './debian-package.ts';
import { checkedArchive } from './download.ts';
import { selectArchive } from './envtest.ts';
import { isNewEnough } from './go.ts';
import { helmBinary } from './helm.ts';
import { controlPlaneBinaries, linkerFlags } from './kubernetes.ts';
import { checkedBinary } from './kubernetes-release.ts';
import { platform } from './platform.ts';
import { humanSeconds, progressLine } from './progress.ts';
import { prometheusBinary, promtoolBinary } from './promtool.ts';
import { versions } from './versions.ts';

afterEach(() => vi.unstubAllEnvs());

describe('the pinned versions', () => {
  it.each([
    ['kubernetes', versions.kubernetes],
    ['kubernetes-oldest', versions.oldestKubernetes],
  ])('are those of the Go module %s', async (folder, version) => {
    const goMod = await readFile(join(import.meta.dirname, folder, 'go.mod'), 'utf8');
    // Compared as lines: a mismatch is then told in one, not with the whole file.
    const lines = goMod.split('\n').map((line) => line.trim().replace(' // indirect', ''));
    expect(lines.filter((line) => line.startsWith('k8s.io/kubernetes '))).toEqual([
      `k8s.io/kubernetes ${version}`,
    ]);
    const staging = lines.flatMap((line) => / => \S+ (?<version>\S+)$/.exec(line)?.groups?.version ?? []);
    expect(new Set(staging)).toEqual(new Set([version.replace('v1.', 'v0.')]));
  });

  it('are those of the other Go modules and of the Python requirements', async () => {
    const helmMod = await readFile(join(import.meta.dirname, 'helm', 'go.mod'), 'utf8');
    expect(helmMod).toContain(`\thelm.sh/helm/v4 ${versions.helm} // indirect\n`);
    const lintMod = await readFile(join(import.meta.dirname, 'actionlint', 'go.mod'), 'utf8');
    expect(lintMod).toContain(`\tgithub.com/rhysd/actionlint ${versions.actionlint} // indirect\n`);
    const requirements = await readFile(join(import.meta.dirname, 'moto', 'requirements.txt'), 'utf8');
    expect(requirements.split('\n')).toContain(`moto==${versions.moto}`);
    const awsCli = await readFile(join(import.meta.dirname, 'aws-cli', 'requirements.txt'), 'utf8');
    expect(awsCli.split('\n')).toContain(`awscli==${versions.awsCli}`);
  });
});

describe("envtest's index", () => {
  const archive = (version: string, platformName: string) => `
    envtest-${version}-${platformName}.tar.gz:
      hash: hash-of-${version}
      selfLink: https://example.com/envtest-${version}-${platformName}.tar.gz`;
  const index = `releases:
  v1.36.2:${archive('v1.36.2', 'linux-amd64')}
  v1.36.10:${archive('v1.36.10', 'linux-amd64')}
  v1.36.11-rc.0:${archive('v1.36.11-rc.0', 'linux-amd64')}
  v1.36.9:${archive('v1.36.9', 'linux-amd64')}${archive('v1.36.9', 'darwin-arm64')}
  v1.37.0:${archive('v1.37.0', 'linux-amd64')}
`;

  it('gives the version asked for', () => {
    expect(selectArchive(index, 'v1.36.2', 'linux-amd64')).toEqual({
      url: 'https://example.com/envtest-v1.36.2-linux-amd64.tar.gz',
      sha512: 'hash-of-v1.36.2',
    });
  });

  it('else the newest release of its minor for the platform', () => {
    expect(selectArchive(index, 'v1.36.3', 'linux-amd64').sha512).toBe('hash-of-v1.36.10');
    expect(selectArchive(index, 'v1.36.3', 'darwin-arm64').sha512).toBe('hash-of-v1.36.9');
  });

  it('tells when there is none', () => {
    expect(() => selectArchive(index, 'v1.36.3', 'linux-s390x')).toThrow(
      'no archive of v1.36.3 for linux-s390x',
    );
  });
});

describe('tools', () => {
  it('names a binary that is missing where KUBEBUILDER_ASSETS points', async () => {
    vi.stubEnv('KUBEBUILDER_ASSETS', import.meta.dirname);
    await expect(controlPlaneBinaries()).rejects.toThrow(
      /no executable etcd and no kube-apiserver in it.*\n {2}- point/,
    );
  });

  it('names a release of Kubernetes that it does not know', async () => {
    vi.stubEnv('MOORING_KUBERNETES', 'v1.31.0');
    await expect(controlPlaneBinaries()).rejects.toThrow(
      /MOORING_KUBERNETES is v1\.31\.0.*\n {2}- set it to oldest/,
    );
  });

  it('names a helm that is not where MOORING_HELM points', async () => {
    vi.stubEnv('MOORING_HELM', join(import.meta.dirname, 'no-such'));
    await expect(helmBinary()).rejects.toThrow(/MOORING_HELM is .*no-such, which is no executable/);
  });

  it('names a promtool that is not where MOORING_PROMTOOL points', async () => {
    vi.stubEnv('MOORING_PROMTOOL', join(import.meta.dirname, 'no-such'));
    await expect(promtoolBinary()).rejects.toThrow(/MOORING_PROMTOOL is .*no-such, which is no executable/);
  });

  it('takes an archive of helm only with the checksum that is published beside it', () => {
    const archive = Buffer.from('helm');
    const sum = '1b59191a6cc95bc6d24395e8a13b57f3ebba83af8a84f8c1ff2cb56df2fa9d0e';
    const right = createHash('sha256').update(archive).digest('hex');
    expect(checkedArchive('helm.tar.gz', archive, `${right}  helm.tar.gz\n`)).toBe(archive);
    expect(() => checkedArchive('helm.tar.gz', archive, `${sum}  helm.tar.gz\n`)).toThrow(
      'helm.tar.gz has the wrong checksum',
    );
    expect(() => checkedArchive('helm.tar.gz', archive, `${right}  other.tar.gz\n`)).toThrow(
      'no checksum of helm.tar.gz is published',
    );
  });

  it('takes a binary of Kubernetes only with the checksum that is published beside it', () => {
    const binary = Buffer.from('kubectl');
    const right = createHash('sha256').update(binary).digest('hex');
    expect(checkedBinary('https://example.com/kubectl', binary, `${right}\n`)).toBe(binary);
    expect(() => checkedBinary('https://example.com/kubectl', binary, 'another')).toThrow(
      'https://example.com/kubectl has the wrong checksum',
    );
  });

  it.each([
    ['go1.26', true],
    ['go1.27.1', true],
    ['go2.0', true],
    ['devel go1.28-abcdef', true],
    ['go1.25.9', false],
    ['go1.3', false],
  ])('takes %s for new enough: %s', (version, expected) => {
    expect(isNewEnough(version)).toBe(expected);
  });

  it('stamps the version into both of the packages that tell it', () => {
    expect(linkerFlags('v1.36.3')).toContain('-X k8s.io/component-base/version.gitVersion=v1.36.3');
    expect(linkerFlags('v1.36.3')).toContain('-X k8s.io/client-go/pkg/version.gitMinor=36');
  });

  it('names platforms as Go does, and refuses Windows', () => {
    expect(platform('linux', 'x64')).toBe('linux-amd64');
    expect(platform('darwin', 'arm64')).toBe('darwin-arm64');
    expect(() => platform('win32', 'x64')).toThrow('WSL 2');
  });

  it('tells progress in words', () => {
    expect(progressLine('building', 90, 300)).toBe('building: 90 s of about 5 min');
    expect(progressLine('building', 340, 300)).toBe(
      'building: 5 min 40 s of about 5 min, slower than expected',
    );
    expect(humanSeconds(45)).toBe('45 s');
  });

  it("keeps the person's AWS settings from the emulator", () => {
    const environment = motoEnvironment(
      { PATH: '/bin', AWS_CA_BUNDLE: '/x', AWS_PROFILE: 'p', MOTO_PORT: '1' },
      {},
    );
    expect(environment).toMatchObject({ PATH: '/bin', MOTO_EC2_LOAD_DEFAULT_AMIS: 'false' });
    expect(
      Object.keys(environment).filter((name) => name.startsWith('AWS_') || name === 'MOTO_PORT'),
    ).toEqual([]);
  });
});

describe('a machine with programs of its own', () => {
  let directory = '';
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'mooring-programs-'));
  });
  afterEach(() => rm(directory, { recursive: true }));

  const program = async (name: string, script: string) => {
    const path = join(directory, name);
    await mkdir(join(path, '..'), { recursive: true });
    await writeFile(path, `#!/bin/sh\n${script}\n`);
    await chmod(path, 0o755);
    return path;
  };

  it('has its promtool and its Prometheus used', async () => {
    const promtool = await program('bin/promtool', '');
    const elsewhere = await program('sbin/prometheus', '');
    vi.stubEnv('MOORING_PROMTOOL', '');
    vi.stubEnv('PATH', [join(directory, 'bin'), join(directory, 'sbin')].join(delimiter));
    expect(await promtoolBinary()).toBe(promtool);
    expect(await prometheusBinary()).toBe(elsewhere);
    const beside = await program('bin/prometheus', '');
    expect(await prometheusBinary()).toBe(beside);
  });

  it("has a package's programs unpacked, after one update where its lists are empty", async () => {
    await program(
      'apt-get',
      '[ "$1" = update ] && touch "$0.lists" && exit; [ -e "$0.lists" ] && touch "$2.deb"',
    );
    await program(
      'dpkg',
      'mkdir -p "$3/usr/bin" && for name in one two three; do echo $name > "$3/usr/bin/$name"; done',
    );
    vi.stubEnv('PATH', `${directory}${delimiter}${process.env.PATH}`);
    const target = join(directory, 'target');
    await mkdir(target);
    await unpackDebianPackage('numbers', ['one', 'two'], target);
    expect((await readdir(target)).sort()).toEqual(['one', 'two']);
  });

  it('is told where it has no apt-get, or one that has no such package', async () => {
    vi.stubEnv('PATH', directory);
    const unpacked = () => unpackDebianPackage('numbers', ['one'], directory);
    await expect(unpacked()).rejects.toThrow('there is none');
    await program('apt-get', '[ "$1" = update ] || { echo "E: Unable to locate package $2" >&2; exit 100; }');
    await expect(unpacked()).rejects.toThrow('E: Unable to locate package numbers');
  });
});
