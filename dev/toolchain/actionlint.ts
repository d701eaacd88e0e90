/** actionlint, which judges the workflows in .github: from MOORING_ACTIONLINT, the cache, or a build from its Go module. */
import { join } from 'node:path';
import { cached } from '../cache.ts';
import { isExecutable } from './executable.ts';
import { buildWithGo, type GoModule, type GoProgram } from './go.ts';
import { platform } from './platform.ts';
import { versions } from './versions.ts';

const module: GoModule = {
  directory: join(import.meta.dirname, 'actionlint'),
  linkerFlags: '-s -w',
  why: `It builds actionlint ${versions.actionlint}, which judges the workflows in .github.`,
  instead: 'set MOORING_ACTIONLINT to the path of actionlint.',
};
const actionlint: GoProgram = {
  name: 'actionlint',
  package: 'github.com/rhysd/actionlint/cmd/actionlint',
  estimateSeconds: 30,
};

/** The path of actionlint. Its first use on a machine builds it, and says so. */
export async function actionlintBinary(): Promise<string> {
  const given = process.env.MOORING_ACTIONLINT;
  if (given) return given;
  const directory = await cached({
    key: `actionlint-${versions.actionlint}-${platform()}`,
    usable: (entry) => isExecutable(join(entry, actionlint.name)),
    make: (staging) => buildWithGo(module, [actionlint], staging),
  });
  return join(directory, actionlint.name);
}
