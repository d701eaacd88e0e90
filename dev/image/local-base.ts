/**
 * Base images made of this machine's own files, for machines that reach package registries and nothing else: Node from
 * node_modules with the libraries it is linked to, and for the stage that builds also npm and a shell. They are for
 * building and testing here; what is released is made on the images that the Dockerfile names.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { withProgress } from '../toolchain/progress.ts';
import { run } from '../toolchain/run.ts';
import { ToolError } from '../toolchain/tool-error.ts';
import type { BaseImages } from './base-images.ts';
import type { Docker } from './docker.ts';

interface BaseImage {
  readonly name: string;
  /** Path in the image → path here, of a file or directory; links are followed. */
  readonly files: ReadonlyMap<string, string>;
  readonly links: ReadonlyMap<string, string>;
  /** Of the image's configuration, as `docker import --change` takes it. */
  readonly changes: readonly string[];
}

const certificates = ['/etc/ssl/certs/ca-certificates.crt', '/etc/pki/tls/certs/ca-bundle.crt'];
const trusted = '/etc/ssl/certs/ca-certificates.crt';
const passwd =
  'root:x:0:0:root:/root:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin\n';

export async function localBaseImages(docker: Docker): Promise<BaseImages> {
  if (process.platform !== 'linux') {
    throw new ToolError('Base images can be made of the machine’s own files on Linux only.', [
      'name images that can be pulled: npm run image -- --node-image … --runtime-image …',
    ]);
  }
  return {
    nodeImage: await ensure(docker, await nodeImage()),
    runtimeImage: await ensure(docker, await runtimeImage()),
    runtimeNode: '/nodejs/bin/node',
  };
}

/** As distroless has it: Node and nothing that could start another program. */
async function runtimeImage(): Promise<BaseImage> {
  return {
    name: 'runtime',
    files: new Map([['/nodejs/bin/node', process.execPath], ...(await libraries([process.execPath]))]),
    links: new Map(),
    changes: [],
  };
}

async function nodeImage(): Promise<BaseImage> {
  const programs = ['/bin/sh', '/usr/bin/env'];
  return {
    name: 'node',
    files: new Map([
      ['/usr/local/bin/node', process.execPath],
      ['/usr/local/lib/node_modules/npm', await npmFolder()],
      ...programs.map((path) => [path, path] as const),
      ...(await libraries([process.execPath, ...programs])),
    ]),
    links: new Map([['/usr/local/bin/npm', '../lib/node_modules/npm/bin/npm-cli.js']]),
    // What this machine trusts: it may reach the registry through a proxy that has a certificate of its own.
    changes: ['ENV PATH=/usr/local/bin:/usr/bin:/bin', `ENV NODE_EXTRA_CA_CERTS=${trusted}`],
  };
}

/** npm tells its scripts where it is. */
async function npmFolder(): Promise<string> {
  const given = process.env.npm_execpath;
  const cli = given ?? join((await run('npm', ['root', '--global'])).trim(), 'npm', 'bin', 'npm-cli.js');
  return dirname(dirname(await realpath(cli)));
}

/** What `ldd` says the programs are linked to. What resolves host names is in glibc itself since 2.34. */
async function libraries(programs: readonly string[]): Promise<[string, string][]> {
  const linked = await Promise.all(programs.map((program) => run('ldd', [program])));
  const paths = new Set(linked.flatMap((text) => text.match(/\/\S+(?= \()/g) ?? []));
  return [...paths].map((path) => [path, path]);
}

/** The name of the image, which is made if there is none of the same files. */
async function ensure(docker: Docker, image: BaseImage): Promise<string> {
  const tag = `mooring-local-base/${image.name}:${await digestOf(image)}`;
  const exists = await docker.run(['image', 'inspect', tag]).then(
    () => true,
    () => false,
  );
  if (!exists) await withProgress(`making ${tag}`, 15, () => makeImage(docker, image, tag));
  return tag;
}

async function digestOf({ files, links, changes }: BaseImage): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify([[...links], changes]));
  // How it is made counts as well.
  hash.update(await readFile(import.meta.filename));
  for (const [path, source] of files) {
    const told = existsSync(join(source, 'package.json')) ? join(source, 'package.json') : source;
    hash.update(path).update(await readFile(told));
  }
  return hash.digest('hex').slice(0, 12);
}

async function makeImage(docker: Docker, image: BaseImage, tag: string): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'mooring-base-image-'));
  try {
    const root = join(directory, 'root');
    await fill(root, image);
    const archive = join(directory, 'image.tar');
    const fixed = ['--sort=name', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner'];
    await run('tar', [...fixed, '-C', root, '-cf', archive, '.']);
    const changes = image.changes.flatMap((change) => ['--change', change]);
    await docker.run(['import', ...changes, archive, tag]);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function fill(root: string, { files, links }: BaseImage): Promise<void> {
  for (const folder of ['etc', 'root']) await mkdir(join(root, folder), { recursive: true });
  await mkdir(join(root, 'tmp'));
  // Not by mkdir's mode, which the umask narrows.
  await chmod(join(root, 'tmp'), 0o1777);
  await writeFile(join(root, 'etc', 'passwd'), passwd);
  await writeFile(join(root, 'etc', 'nsswitch.conf'), 'hosts: files dns\n');
  const bundle = certificates.find((path) => existsSync(path));
  const all = new Map([...files, ...(bundle === undefined ? [] : [[trusted, bundle] as const])]);
  for (const [path, source] of all) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await cp(source, join(root, path), { recursive: true, dereference: true });
  }
  for (const [path, target] of links) await symlink(target, join(root, path));
}
