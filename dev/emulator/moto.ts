/**
 * moto, the AWS emulator, as a child process on the loopback address. What it lacks is overlaid by the proxy.
 * It takes any credentials; the account is 123456789012.
 */
import { freePort } from '../port.ts';
import { createProcessGroup, type ProcessGroup } from '../process.ts';
import { motoPython } from '../toolchain/moto.ts';

export interface MotoOptions {
  /** Whether every region begins with moto's own sample AMIs. Default: false, none. */
  sampleImages?: boolean;
}

export interface Moto extends AsyncDisposable {
  /** Such as "http://127.0.0.1:20500". */
  readonly url: string;
  /** Forgets all resources of all accounts and regions. */
  reset(): Promise<void>;
  /** Resolves, with its log's last lines, when moto has ended and nobody stopped it; else never. */
  readonly died: Promise<string>;
  stop(): Promise<void>;
}

const startTimeoutMs = 60_000;

export async function startMoto(options: MotoOptions = {}): Promise<Moto> {
  const python = await motoPython();
  const group = await createProcessGroup('moto');
  try {
    return await assemble(group, python, options);
  } catch (error) {
    await group.stop();
    throw error;
  }
}

async function assemble(group: ProcessGroup, python: string, options: MotoOptions): Promise<Moto> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const moto = await group.start({
    name: 'moto',
    command: python,
    args: ['-m', 'moto.server', '-H', '127.0.0.1', '-p', String(port)],
    env: motoEnvironment(process.env, options),
    stopSignal: 'SIGKILL',
  });
  await moto.ready(async () => (await fetch(`${url}/moto-api/data.json`)).ok, startTimeoutMs);
  return {
    url,
    async reset() {
      const response = await fetch(`${url}/moto-api/reset`, { method: 'POST' });
      if (!response.ok) throw new Error(`moto could not be reset: it answered ${response.status}`);
    },
    died: group.died,
    stop: group.stop,
    [Symbol.asyncDispose]: group.stop,
  };
}

/** The person's own AWS settings (profile, endpoint, CA bundle, …) mean nothing to moto, and may break it. */
export function motoEnvironment(
  env: NodeJS.ProcessEnv,
  { sampleImages = false }: MotoOptions,
): NodeJS.ProcessEnv {
  const inherited = Object.entries(env).filter(([name]) => !/^(AWS|MOTO)_/.test(name));
  return {
    ...Object.fromEntries(inherited),
    MOTO_IAM_LOAD_MANAGED_POLICIES: 'true',
    MOTO_EC2_LOAD_DEFAULT_AMIS: String(sampleImages),
    PYTHONUNBUFFERED: '1',
  };
}
