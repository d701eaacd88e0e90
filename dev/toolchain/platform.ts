import { ToolError } from './tool-error.ts';

/** The machine as Go and the Kubernetes project name it: "linux-amd64", "darwin-arm64", … */
export function platform(os: string = process.platform, arch: string = process.arch): string {
  if (os !== 'linux' && os !== 'darwin') {
    throw new ToolError(`A Kubernetes API server cannot be run on ${os}.`, [
      'use Linux or macOS; on Windows, WSL 2.',
    ]);
  }
  return `${os}-${arch === 'x64' ? 'amd64' : arch}`;
}
