import { z } from 'zod';
import type { ProxyControl } from './control.ts';
import {
  accessKeyChange,
  callMatch,
  faultRule,
  imageChange,
  imageFailure,
  imagePending,
  instanceStatus,
  quotas,
  reverseDnsMode,
  reverseDnsOutcome,
} from './control-types.ts';

export const CONTROL_PREFIX = '/_proxy/';

export interface ControlAnswer {
  readonly status: number;
  readonly body: unknown;
}

type Method = (args: unknown) => Promise<unknown>;

/** `POST /_proxy/<method>` with a JSON array of its arguments; answers its result, or 400 with `{ error }`. */
export function controlServer(control: ProxyControl): (path: string, body: string) => Promise<ControlAnswer> {
  const methods = new Map(Object.entries(methodsOf(control)));
  return async (path, body) => {
    const name = path.slice(CONTROL_PREFIX.length);
    const method = methods.get(name);
    if (method === undefined) return { status: 404, body: { error: `no such method: ${name}` } };
    try {
      const result = await method(body === '' ? [] : JSON.parse(body));
      return { status: 200, body: result ?? null };
    } catch (error) {
      return { status: 400, body: { error: messageOf(error) } };
    }
  };
}

function messageOf(error: unknown): string {
  if (error instanceof z.ZodError) return z.prettifyError(error);
  return error instanceof Error ? error.message : String(error);
}

const id = z.string();

function methodsOf(control: ProxyControl): Record<keyof ProxyControl, Method> {
  return {
    calls: taking(z.union([z.tuple([]), z.tuple([callMatch])]), (args) => control.calls(...args)),
    writes: taking(z.tuple([]), () => control.writes()),
    counts: taking(z.tuple([]), () => control.counts()),
    resetCounts: taking(z.tuple([]), () => control.resetCounts()),
    emulatorFailures: taking(z.tuple([]), () => control.emulatorFailures()),
    inject: taking(z.tuple([faultRule]), (args) => control.inject(...args)),
    rules: taking(z.tuple([]), () => control.rules()),
    remove: taking(z.tuple([id]), (args) => control.remove(...args)),
    clear: taking(z.tuple([]), () => control.clear()),
    held: taking(z.tuple([]), () => control.held()),
    waitHeld: taking(z.tuple([id, z.number()]), (args) => control.waitHeld(...args)),
    release: taking(z.tuple([id, z.enum(['go', 'drop'])]), (args) => control.release(...args)),
    setQuotas: taking(z.tuple([z.union([z.enum(['published', 'none']), quotas])]), (args) =>
      control.setQuotas(...args),
    ),
    setAddressQuota: taking(z.tuple([z.int().nullable()]), (args) => control.setAddressQuota(...args)),
    setRecoverable: taking(z.tuple([z.string(), z.boolean()]), (args) => control.setRecoverable(...args)),
    setReverseDnsMode: taking(z.tuple([reverseDnsMode]), (args) => control.setReverseDnsMode(...args)),
    settleReverseDns: taking(z.tuple([id, reverseDnsOutcome]), (args) => control.settleReverseDns(...args)),
    setInstanceStatus: taking(z.tuple([id, instanceStatus.nullable()]), (args) =>
      control.setInstanceStatus(...args),
    ),
    setImagePending: taking(z.tuple([id, imagePending]), (args) => control.setImagePending(...args)),
    setImageFailure: taking(z.tuple([id, imageFailure.nullable()]), (args) =>
      control.setImageFailure(...args),
    ),
    changeImage: taking(z.tuple([id, imageChange]), (args) => control.changeImage(...args)),
    setSnapshotRefusal: taking(z.tuple([id, z.string().nullable()]), (args) =>
      control.setSnapshotRefusal(...args),
    ),
    changeAccessKey: taking(z.tuple([id, accessKeyChange]), (args) => control.changeAccessKey(...args)),
    reset: taking(z.tuple([]), () => control.reset()),
  };
}

function taking<T>(args: z.ZodType<T>, run: (args: T) => Promise<unknown>): Method {
  return (given) => run(args.parse(given));
}
