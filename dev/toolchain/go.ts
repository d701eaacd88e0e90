/** Builds programs from the Go modules beside this file, whose go.sum fix every source that goes into them. */
import { join } from 'node:path';
import { withProgress } from './progress.ts';
import { isNotInstalled, run } from './run.ts';
import { ToolError } from './tool-error.ts';

export interface GoProgram {
  name: string;
  package: string;
  /** On two cores with nothing cached. */
  estimateSeconds: number;
}

export interface GoModule {
  /** Where its go.mod is. */
  directory: string;
  linkerFlags: string;
  /** What it builds, and for whom: for the person who has no Go. */
  why: string;
  /** What would do without Go. */
  instead: string;
}

/** The `go` line of each module. */
const oldestGo = { major: 1, minor: 26 };

/** Builds each program of `module` into `directory` under its name. */
export async function buildWithGo(
  module: GoModule,
  programs: readonly GoProgram[],
  directory: string,
): Promise<void> {
  await checkGo(module);
  for (const program of programs) {
    const output = join(directory, program.name);
    await withProgress(`building ${program.name} from source`, program.estimateSeconds, () =>
      run('go', ['build', '-trimpath', '-ldflags', module.linkerFlags, '-o', output, program.package], {
        cwd: module.directory,
        env: { ...process.env, CGO_ENABLED: '0', GOWORK: 'off' },
      }),
    );
  }
}

async function checkGo(module: GoModule): Promise<void> {
  let found: string;
  try {
    // Asked in the module's directory: with GOTOOLCHAIN=auto, Go's default, an older Go fetches the one it asks for.
    found = (await run('go', ['env', 'GOVERSION'], { cwd: module.directory })).trim();
  } catch (error) {
    throw isNotInstalled(error)
      ? new ToolError(`Go is not installed. ${module.why}`, remedies(module))
      : tooOld(String(error), module);
  }
  if (!isNewEnough(found)) throw tooOld(`The one on PATH is ${found}.`, module);
}

/** `version` as Go tells it, such as "go1.26.3". A development version counts as new enough. */
export function isNewEnough(version: string): boolean {
  const [, major, minor] = /^go(\d+)\.(\d+)/.exec(version) ?? [];
  if (major === undefined || minor === undefined) return version.startsWith('devel');
  return (
    Number(major) > oldestGo.major || (Number(major) === oldestGo.major && Number(minor) >= oldestGo.minor)
  );
}

const remedies = ({ instead }: GoModule): readonly string[] => [
  `install Go ${oldestGo.major}.${oldestGo.minor} or newer: https://go.dev/dl/, or your system's package (golang, go); or`,
  instead,
];

const tooOld = (found: string, module: GoModule): ToolError =>
  new ToolError(
    `Go ${oldestGo.major}.${oldestGo.minor} or newer is needed. ${found} ${module.why}`,
    remedies(module),
  );
