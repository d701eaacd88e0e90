import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { withProgress } from '../toolchain/progress.ts';
import { run } from '../toolchain/run.ts';
import { type BaseImages, baseImages } from './base-images.ts';
import type { Docker } from './docker.ts';

export interface BuildOptions extends Partial<BaseImages> {
  /** Default: mooring:<version>. */
  readonly tag?: string;
  /** Build every step anew. */
  readonly noCache?: boolean;
}

export interface Image {
  readonly tag: string;
  /** Uncompressed. */
  readonly bytes: number;
  /** Digests of the layers' content, the base's first. */
  readonly layers: readonly string[];
}

const root = join(import.meta.dirname, '..', '..');
const packageSchema = z.object({ version: z.string() });
const inspectSchema = z.tuple([
  z.object({ Size: z.number(), RootFS: z.object({ Layers: z.array(z.string()) }) }),
]);

/** Builds the image from the Dockerfile. */
export async function buildImage(docker: Docker, options: BuildOptions = {}): Promise<Image> {
  const { version } = packageSchema.parse(JSON.parse(await readFile(join(root, 'package.json'), 'utf8')));
  const { tag = `mooring:${version}`, noCache = false, ...given } = options;
  const bases = await baseImages(docker, given);
  const { revision, time } = await commit();
  const buildArgs = {
    NODE_IMAGE: bases.nodeImage,
    RUNTIME_IMAGE: bases.runtimeImage,
    RUNTIME_NODE: bases.runtimeNode,
    VERSION: version,
    REVISION: revision,
    SOURCE_DATE_EPOCH: process.env.SOURCE_DATE_EPOCH || time,
  };
  const flags = [
    ...Object.entries(buildArgs).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]),
    // A daemon of our own has no other network.
    ...(docker.host === undefined ? [] : ['--network', 'host']),
    ...(noCache ? ['--no-cache'] : []),
  ];
  await withProgress(`building ${tag}`, 120, () =>
    docker.run(['build', '--progress', 'plain', ...flags, '--tag', tag, root]),
  );
  if (docker.host !== undefined) await tidy(docker);
  const [{ Size, RootFS }] = inspectSchema.parse(JSON.parse(await docker.run(['image', 'inspect', tag])));
  return { tag, bytes: Size, layers: RootFS.Layers };
}

/** The cache of a daemon of our own, which nobody else tidies: without overlays a layer is a whole copy. */
async function tidy(docker: Docker): Promise<void> {
  await docker.run(['image', 'prune', '--force']);
  await docker.run(['builder', 'prune', '--force', '--keep-storage', '12GB']);
}

/** The commit's hash and time in seconds; outside a repository "unknown", and 0. */
async function commit(): Promise<{ revision: string; time: string }> {
  const told = await run('git', ['log', '-1', '--format=%H %ct'], { cwd: root }).catch(() => 'unknown 0');
  const [revision = 'unknown', time = '0'] = told.trim().split(' ');
  return { revision, time };
}
