import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { read, root } from '../../dev/docs/documents.ts';
import { codeBlocksOf } from '../../dev/docs/markdown.ts';
import { helmBinary } from '../../dev/toolchain/helm.ts';
import { kubectlBinary } from '../../dev/toolchain/kubectl.ts';

/** The guide's commands, as one script that ends at the first one that fails and says which it was. */
export function scriptOf(document: string): string {
  const blocks = codeBlocksOf(read(document)).filter(({ language }) => language === 'sh');
  return [
    'set -euo pipefail',
    ...blocks.flatMap(({ text, line }) => [`echo '# ${document}:${line}'`, text]),
  ].join('\n');
}

/**
 * A directory for PATH with the tools that the guide names: kubectl and helm are the real ones, `aws` is its
 * commands by the SDK, and `eksctl` only tells what it was asked for. Each that stands in says so on stderr.
 */
export async function toolsIn(directory: string): Promise<string> {
  const bin = join(directory, 'bin');
  mkdirSync(bin);
  symlinkSync(await kubectlBinary(), join(bin, 'kubectl'));
  symlinkSync(await helmBinary(), join(bin, 'helm'));
  const aws = join(root, 'test', 'getting-started', 'aws-cli.ts');
  script(bin, 'aws', `exec "${process.execPath}" "${aws}" "$@"`);
  script(bin, 'eksctl', ':');
  return bin;
}

function script(bin: string, name: string, body: string): void {
  const path = join(bin, name);
  writeFileSync(path, `#!/bin/sh\necho "stood in for: ${name} $*" >&2\n${body}\n`);
  chmodSync(path, 0o755);
}
