/** Builds programs from the Go module in kubernetes/, whose go.sum fixes every source that goes into them. */
import { join } from 'node:path';
import { withProgress } from './progress.ts';
import { isNotInstalled, run } from './run.ts';
import { ToolError } from './tool-error.ts';
import { versions } from './versions.ts';

export interface GoProgram {
  name: string;
  package: string;
  /** On two cores with nothing cached. */
  estimateSeconds: number;
}

const moduleDirectory = join(import.meta.dirname, 'kubernetes');
/** The `go` line of kubernetes/go.mod. */
const oldestGo = { major: 1, minor: 26 };

/** Builds each program into `directory` under its name. */
export async function buildWithGo(programs: readonly GoProgram[], directory: string): Promise<void> {
  await checkGo();
  for (const program of programs) {
    const output = join(directory, program.name);
    await withProgress(`building ${program.name} from source`, program.estimateSeconds, () =>
      run(
        'go',
        ['build', '-trimpath', '-ldflags', linkerFlags(versions.kubernetes), '-o', output, program.package],
        {
          cwd: moduleDirectory,
          env: { ...process.env, CGO_ENABLED: '0', GOWORK: 'off' },
        },
      ),
    );
  }
}

/** Without these the server would call itself v0.0.0-master, and refuse what is bound to a version. */
export function linkerFlags(version: string): string {
  const [major = '', minor = ''] = version.replace(/^v/, '').split('.');
  const stamp = { gitVersion: version, gitMajor: major, gitMinor: minor, gitTreeState: 'archive' };
  const variables = ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version'].flatMap((package_) =>
    Object.entries(stamp).map(([name, value]) => `-X ${package_}.${name}=${value}`),
  );
  return ['-s', '-w', ...variables].join(' ');
}

async function checkGo(): Promise<void> {
  let found: string;
  try {
    // Asked in the module's directory: with GOTOOLCHAIN=auto, Go's default, an older Go fetches the one it asks for.
    found = (await run('go', ['env', 'GOVERSION'], { cwd: moduleDirectory })).trim();
  } catch (error) {
    throw isNotInstalled(error)
      ? new ToolError(`Go is not installed. ${whyGo}`, remedies)
      : tooOld(String(error));
  }
  if (!isNewEnough(found)) throw tooOld(`The one on PATH is ${found}.`);
}

/** `version` as Go tells it, such as "go1.26.3". A development version counts as new enough. */
export function isNewEnough(version: string): boolean {
  const [, major, minor] = /^go(\d+)\.(\d+)/.exec(version) ?? [];
  if (major === undefined || minor === undefined) return version.startsWith('devel');
  return (
    Number(major) > oldestGo.major || (Number(major) === oldestGo.major && Number(minor) >= oldestGo.minor)
  );
}

const whyGo = `It builds the Kubernetes API server ${versions.kubernetes}, which development and the tests run against.`;
const remedies = [
  `install Go ${oldestGo.major}.${oldestGo.minor} or newer: https://go.dev/dl/, or your system's package (golang, go); or`,
  'set KUBEBUILDER_ASSETS to a directory that has etcd and kube-apiserver already.',
];

function tooOld(found: string): ToolError {
  return new ToolError(
    `Go ${oldestGo.major}.${oldestGo.minor} or newer is needed. ${found} ${whyGo}`,
    remedies,
  );
}
