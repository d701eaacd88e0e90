import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { read } from '../../dev/docs/documents.ts';
import { codeBlocksOf } from '../../dev/docs/markdown.ts';
import { awsCommand } from '../../dev/toolchain/aws-cli.ts';
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

/** The issuer of a cluster that nobody made: EKS is not in the emulator's reach. */
const issuer = 'https://oidc.eks.eu-central-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF';

/**
 * A directory for PATH with the tools that the guide names: kubectl, helm and the AWS CLI are the real ones, but for
 * what is asked of EKS, and `eksctl` only tells what it was asked for. What is stood in for is told on stderr.
 */
export async function toolsIn(directory: string): Promise<string> {
  const bin = join(directory, 'bin');
  mkdirSync(bin);
  symlinkSync(await kubectlBinary(), join(bin, 'kubectl'));
  symlinkSync(await helmBinary(), join(bin, 'helm'));
  const aws = await awsCommand();
  const standIn = (name: string) => `echo "stood in for: ${name} $*" >&2`;
  script(bin, 'aws', [
    `if [ "$1" = eks ]; then ${standIn('aws')}; echo ${issuer}; else exec ${aws.map((word) => `"${word}"`).join(' ')} "$@"; fi`,
  ]);
  script(bin, 'eksctl', [standIn('eksctl')]);
  return bin;
}

function script(bin: string, name: string, lines: readonly string[]): void {
  const path = join(bin, name);
  writeFileSync(path, ['#!/bin/sh', ...lines, ''].join('\n'));
  chmodSync(path, 0o755);
}
