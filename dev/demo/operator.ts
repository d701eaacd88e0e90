/** The operator as a process of its own, started as a user would start it, its log in a file. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { freePort } from '../port.ts';
import type { Child, ProcessGroup } from '../process.ts';
import { region } from './account.ts';
import { expectEqual } from './check.ts';
import type { ToldCall } from './screen.ts';

const mainFile = join(import.meta.dirname, '..', '..', 'src', 'main.ts');
export const operatorAccessKey = 'mooring';
export const clusterName = 'demo';
/** Faster than the defaults (10 min and 15 s), so that nobody has to wait. */
const haste = ['--resync', '10s', '--health-interval', '1s'];
const startTimeoutMs = 30_000;

export interface Operator {
  /** The AWS calls it says it made, the oldest first. */
  calls(): Promise<ToldCall[]>;
  /** Its log's last warnings and errors. */
  complaints(): Promise<string>;
  readonly log: string;
  /** SIGTERM: it ends what it is doing and leaves. Throws Mismatch if it left otherwise. */
  stop(): Promise<void>;
}

export async function startOperator(
  group: ProcessGroup,
  { kubeconfig, endpoint }: { kubeconfig: string; endpoint: string },
): Promise<Operator> {
  const health = `127.0.0.1:${await freePort()}`;
  const child = await group.start({
    name: 'operator',
    command: process.execPath,
    args: [
      ...[mainFile, 'run', '--cluster-name', clusterName, '--kubeconfig', kubeconfig],
      ...['--aws-endpoint-url', endpoint, '--region', region, ...haste],
      ...['--health-address', health, '--metrics-address', '0'],
    ],
    env: environment(process.env),
  });
  await child.ready(async () => (await fetch(`http://${health}/readyz`)).ok, startTimeoutMs);
  return {
    calls: async () => (await linesOf(child)).flatMap(toCall),
    complaints: async () =>
      (await linesOf(child))
        .filter(({ level }) => level === 'warn' || level === 'error')
        .slice(-5)
        .map((line) => JSON.stringify(line))
        .join('\n'),
    log: child.log,
    async stop() {
      await child.stop();
      expectEqual("the operator's end after SIGTERM", await child.exited, 'operator exited with code 0');
    },
  };
}

/** What the command above is for a reader, without the places of this run. */
export const operatorCommand = `npm start -- run --cluster-name ${clusterName} --region ${region} ${haste.join(' ')} …`;

/** The person's own AWS and MOORING settings mean nothing to the emulator, and may break the demo. */
function environment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const inherited = Object.entries(env).filter(([name]) => !/^(AWS|MOORING|POD)_/.test(name));
  return {
    ...Object.fromEntries(inherited),
    AWS_ACCESS_KEY_ID: operatorAccessKey,
    AWS_SECRET_ACCESS_KEY: operatorAccessKey,
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}

const lineSchema = z.looseObject({ level: z.string(), msg: z.string() });
type Line = z.infer<typeof lineSchema>;
const callSchema = z.looseObject({
  msg: z.literal('called AWS'),
  kind: z.string(),
  namespace: z.string(),
  name: z.string(),
  call: z.string(),
  why: z.string(),
});

/** Whole lines of JSON only: the last may still be on its way. */
async function linesOf({ log }: Child): Promise<Line[]> {
  const text = await readFile(log, 'utf8');
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  return whole
    .split('\n')
    .flatMap((line) => (line.startsWith('{') ? [lineSchema.parse(JSON.parse(line))] : []));
}

function toCall(line: Line): ToldCall[] {
  const { data } = callSchema.safeParse(line);
  if (!data) return [];
  const { call, kind, namespace, name, why } = data;
  return [{ call, kind, object: `${namespace}/${name}`, why }];
}
