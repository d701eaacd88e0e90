import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, inject, it, onTestFinished } from 'vitest';
import { layOut } from '../../dev/bundle/lay-out.ts';
import { connectDocker, type Docker } from '../../dev/image/docker.ts';
import { run } from '../../dev/toolchain/run.ts';

const root = join(import.meta.dirname, '..', '..');

/** A container that is never started: to look at its files. */
async function created(docker: Docker): Promise<string> {
  const id = (await docker.run(['create', inject('image')])).trim();
  onTestFinished(async () => void (await docker.run(['rm', id])));
  return id;
}

async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'mooring-image-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  return directory;
}

it('runs as a numbered user, Node as process 1, and says what it is', async () => {
  const docker = connectDocker(inject('docker'));
  const [{ Config }] = JSON.parse(await docker.run(['image', 'inspect', inject('image')]));
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  expect(Config).toMatchObject({
    User: '65532:65532',
    Entrypoint: ['/mooring/node', '--max-semi-space-size=4', '/mooring/mooring.mjs'],
    Cmd: ['run'],
    Labels: {
      'org.opencontainers.image.title': 'mooring',
      'org.opencontainers.image.version': version,
      'org.opencontainers.image.revision': (await run('git', ['rev-parse', 'HEAD'], { cwd: root })).trim(),
    },
  });
});

it('has no shell, no package manager, nothing that any user may write but /tmp, and nothing set-uid', async () => {
  const docker = connectDocker(inject('docker'));
  const directory = await temporaryDirectory();
  const archive = join(directory, 'image.tar');
  await docker.run(['export', '--output', archive, await created(docker)]);
  const entries = (await run('tar', ['-tvf', archive])).trim().split('\n');
  const paths = entries.map((entry) => entry.split(/\s+/)[5] ?? '');
  expect(paths).toContain('mooring/mooring.mjs');
  expect(
    paths.filter((path) => /(^|\/)(sh|bash|dash|busybox|apt|apt-get|dpkg|apk|npm|npx|curl)$/.test(path)),
  ).toEqual([]);
  const modes = entries.filter((entry) => /^[-d]/.test(entry)).map((entry) => entry.split(/\s+/));
  const writable = modes.filter(([mode]) => mode?.[8] === 'w').map((words) => words[5]);
  expect(writable).toContain('tmp/');
  expect(writable.filter((path) => path !== 'tmp/' && path !== 'var/tmp/')).toEqual([]);
  expect(modes.filter(([mode]) => /^-..[sS]|^-.{5}[sS]/.test(mode ?? '')).map((words) => words[5])).toEqual(
    [],
  );
});

it('holds the very bytes that the same source gives here, with the time of its commit', async () => {
  const docker = connectDocker(inject('docker'));
  const directory = await temporaryDirectory();
  await docker.run(['cp', '--archive', `${await created(docker)}:/mooring`, directory]);
  const epoch = Number((await run('git', ['log', '-1', '--format=%ct'], { cwd: root })).trim());
  const here = join(directory, 'here');
  await layOut({ directory: here, epoch });
  for (const name of await readdir(here)) {
    const built = join(directory, 'mooring', name);
    expect((await readFile(built)).equals(await readFile(join(here, name))), name).toBe(true);
    expect((await stat(built)).mtimeMs, name).toBe(epoch * 1_000);
  }
});
