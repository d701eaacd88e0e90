import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { documents, read } from '../../dev/docs/documents.ts';
import { type Moto, startMoto } from '../../dev/emulator/moto.ts';
import { awsCommand } from '../../dev/toolchain/aws-cli.ts';

/** Those of getting-started.md are really run, by its own suite. */
const elsewhere = ['docs/getting-started.md'];

interface Typed {
  readonly document: string;
  readonly command: string;
}

/** A command may go on in further lines, stand in a list, or in the text between backquotes. */
const commandsIn = (document: string): Typed[] =>
  read(document)
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .flatMap((line) => line.match(/(?:^\s*(?:\$ )?|`)(aws [a-z][^`|]*)/)?.[1] ?? [])
    .map((command) => ({ document, command: command.replace(/\s#.*$/, '').trim() }));

const typed = documents.filter((document) => !elsewhere.includes(document)).flatMap(commandsIn);

/** The emulator's words, or its page where it does not know the operation. */
const refusedByAws = /An error occurred \([\w.]+\) when calling the \w+ operation|invalid XML received/;

let moto: Moto;
let aws: readonly string[];
beforeAll(async () => {
  [moto, aws] = await Promise.all([startMoto(), awsCommand()]);
});
afterAll(() => moto?.stop());

describe('the AWS CLI understands', () => {
  it('some commands', () => {
    expect(typed.length).toBeGreaterThan(12);
  });

  // What they are about is not there, so most are refused: by AWS, and not by the CLI.
  it.each(typed)('$document: $command', ({ command }) => {
    const variables = [...command.matchAll(/\$\{?([A-Z_]+)/g)].map(([, name = '']) => [name, 'x']);
    const { status, stdout, stderr } = spawnSync(
      'bash',
      ['-c', `aws() { ${aws.join(' ')} "$@"; }\n${command}`],
      {
        encoding: 'utf8',
        env: {
          ...Object.fromEntries(variables),
          PATH: '/usr/bin:/bin',
          AWS_ENDPOINT_URL: moto.url,
          AWS_DEFAULT_REGION: 'eu-central-1',
          AWS_ACCESS_KEY_ID: 'person',
          AWS_SECRET_ACCESS_KEY: 'person',
          AWS_MAX_ATTEMPTS: '1',
        },
      },
    );
    const told = `${stdout}${stderr}`.slice(-1_500);
    if (status !== 0) expect(told).toMatch(refusedByAws);
  });
});
