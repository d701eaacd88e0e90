import type { Clock, Timer } from '../../src/core/ports.ts';
import type { KubernetesClient } from '../../src/runtime/kubernetes/client.ts';
import { KubernetesError } from '../../src/runtime/kubernetes/kubernetes.ts';
import type { LeaseObject } from '../../src/runtime/lease/record.ts';

/** How requests of one process reach the API server: `apply` is what the server does with it. */
export type Link = <T>(apply: () => T) => Promise<T>;

export const refused = (status: number, reason: string): KubernetesError =>
  new KubernetesError({ status, reason, message: reason });

/** One Lease as the API server keeps it: resourceVersions, conflicts, NotFound; nothing else. */
export class FakeLeaseApi {
  lease: LeaseObject | undefined;
  /** Every write that was applied, in order. */
  readonly writes: LeaseObject[] = [];
  #version = 0;

  client(link: Link): Pick<KubernetesClient, 'get' | 'create' | 'update'> {
    // The fake stands for the API server, whose word the client takes for the type that is asked for.
    const answer = <T>(apply: () => unknown) => link(apply) as Promise<T>;
    return {
      get: <T>() => answer<T>(() => this.#existing()),
      create: <T>(_path: string, body: unknown) => answer<T>(() => this.#create(leaseOf(body))),
      update: <T>(_path: string, body: unknown) => answer<T>(() => this.#update(leaseOf(body))),
    };
  }

  #existing(): LeaseObject {
    if (!this.lease) throw refused(404, 'NotFound');
    return this.lease;
  }

  #create(body: LeaseObject): LeaseObject {
    if (this.lease) throw refused(409, 'AlreadyExists');
    return this.#store(body);
  }

  #update(body: LeaseObject): LeaseObject {
    if (body.metadata.resourceVersion !== this.#existing().metadata.resourceVersion) {
      throw refused(409, 'Conflict');
    }
    return this.#store(body);
  }

  #store(body: LeaseObject): LeaseObject {
    this.lease = { ...body, metadata: { ...body.metadata, resourceVersion: String(++this.#version) } };
    this.writes.push(this.lease);
    return this.lease;
  }
}

const isLease = (body: unknown): body is LeaseObject =>
  typeof body === 'object' && body !== null && 'kind' in body && body.kind === 'Lease';

function leaseOf(body: unknown): LeaseObject {
  if (!isLease(body)) throw refused(400, 'BadRequest');
  return body;
}

/** One process's view of time: it can be frozen, as by SIGSTOP, and its wall clock set, as by NTP. */
export class ProcessClock implements Clock {
  readonly #clock: Clock;
  #offset = 0;
  #thawed = Promise.withResolvers<void>();
  #due: (() => void)[] | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#thawed.resolve();
  }

  now(): number {
    return this.#clock.now() + this.#offset;
  }

  after(milliseconds: number, callback: () => void): Timer {
    let cancelled = false;
    const fire = () => {
      if (cancelled) return;
      if (this.#due) this.#due.push(fire);
      else callback();
    };
    const timer = this.#clock.after(milliseconds, fire);
    return {
      cancel: () => {
        cancelled = true;
        timer.cancel();
      },
    };
  }

  get frozen(): boolean {
    return this.#due !== undefined;
  }

  /** Resolves when what has arrived from outside can be seen. */
  awake(): Promise<void> {
    return this.#thawed.promise;
  }

  set(milliseconds: number): void {
    this.#offset = milliseconds;
  }

  freeze(): void {
    if (this.#due) return;
    this.#due = [];
    this.#thawed = Promise.withResolvers();
  }

  /** Overdue timers run before anything that has arrived is read, as in node's event loop. */
  thaw(): void {
    const due = this.#due ?? [];
    this.#due = undefined;
    for (const fire of due) fire();
    this.#thawed.resolve();
  }
}
