import { createAccessKeyReaders } from '../../src/aws/readers/access-keys.ts';
import { AwsError } from '../../src/core/errors.ts';
import { finalizer } from '../../src/core/identity.ts';
import type { Resource } from '../../src/core/resource.ts';
import { iamAccessKey } from '../../src/kinds/iam-access-key/index.ts';
import type { IAMAccessKeyStatus } from '../../src/kinds/iam-access-key/spec.ts';
import { createDeletions } from '../../src/runtime/guards/deletions.ts';
import { createExclusions } from '../../src/runtime/guards/exclusions.ts';
import { createFights } from '../../src/runtime/guards/fights.ts';
import { createRecreations } from '../../src/runtime/guards/recreations.ts';
import { createClient } from '../../src/runtime/kubernetes/client.ts';
import { KubernetesError } from '../../src/runtime/kubernetes/kubernetes.ts';
import type { Objects } from '../../src/runtime/reconcile/objects.ts';
import type { Requeue } from '../../src/runtime/reconcile/outcome.ts';
import { createReconcile } from '../../src/runtime/reconcile/reconcile.ts';
import { createSecretLook, createSecretWrites } from '../../src/runtime/reconcile/secret-writes.ts';
import { recordingLogger } from './recording-logger.ts';
import { SimulatedIam } from './simulated-iam.ts';
import { SimulatedSecrets } from './simulated-secrets.ts';
import { VirtualClock } from './virtual-clock.ts';
import { FakeObjects, scope } from './widget-operator.ts';

/** What becomes of one effect: the process ends before or after it, or its reply is lost. */
export type Fate = 'crash before' | 'crash after' | 'lose reply';

class Crash extends Error {}

const key = 'shop/app';
/** Between two sweeps: rarer than in earnest, for each is an effect more to try. */
const sweep = 4 * 3_600_000;

/**
 * The whole reconcile of one IAMAccessKey against a simulated IAM and a simulated store of objects and Secrets, in
 * virtual time. Everything the operator does to the outside is one effect, and each can be its last.
 */
export class AccessKeyWorld {
  readonly clock = new VirtualClock();
  readonly iam: SimulatedIam;
  readonly secrets = new SimulatedSecrets();
  readonly objects = new FakeObjects();
  readonly logger = recordingLogger();
  readonly events: string[] = [];
  /** By the number of the effect. */
  readonly fates = new Map<number, Fate>();
  /** The effects so far, by name. */
  readonly effects: string[] = [];
  #process: ((key: string) => Promise<Requeue>) | undefined;
  #dead = false;

  constructor() {
    this.iam = new SimulatedIam(
      (what, apply) => this.#touch(what, apply),
      () => this.clock.now(),
    );
  }

  get object(): Resource | undefined {
    return this.objects.stored.get(key);
  }

  get status(): IAMAccessKeyStatus & NonNullable<Resource['status']> {
    return this.object?.status ?? {};
  }

  get ready() {
    return this.status.conditions?.find(({ type }) => type === 'Ready');
  }

  /** The id and the secret in the Secret. */
  get delivered() {
    const data = this.secrets.stored.get('app')?.data;
    return { id: data?.get('aws_access_key_id')?.value, secret: data?.get('aws_secret_access_key')?.value };
  }

  apply(spec: object): void {
    const before = this.object?.metadata;
    const own = { name: 'app', namespace: 'shop', uid: 'u-app', resourceVersion: '0' };
    const generation = (before?.generation ?? 0) + 1;
    this.objects.put({
      apiVersion: 'mooring.dev/v1alpha1',
      kind: 'IAMAccessKey',
      ...this.object,
      metadata: { ...own, ...before, generation },
      spec: { userName: 'app', ...spec },
    });
  }

  delete(): void {
    const object = this.object;
    if (!object) return;
    if (!object.metadata.finalizers?.includes(finalizer)) return void this.objects.stored.delete(key);
    this.objects.put({
      ...object,
      metadata: { ...object.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' },
    });
  }

  /** Reconciles whenever it is asked to, and as the sweep does now and then, until so much time has passed. */
  async run(milliseconds: number): Promise<void> {
    const until = this.clock.now() + milliseconds;
    for (;;) {
      const wait = await this.#reconcile();
      const left = until - this.clock.now();
      if (left <= 0) return;
      await this.clock.advance(Math.min(wait, left));
    }
  }

  /** How long to wait for the next one. A process that has ended is started again. */
  async #reconcile(): Promise<number> {
    this.#process ??= this.#start();
    const requeue = await this.#process(key);
    if (this.#dead) {
      this.#dead = false;
      this.#process = undefined;
      return 1_000;
    }
    if (requeue.when === 'backoff') return 5_000;
    return requeue.when === 'after' ? Math.max(1, Math.min(requeue.milliseconds, sweep)) : sweep;
  }

  #start(): (key: string) => Promise<Requeue> {
    const { clock, iam, logger } = this;
    const client = createClient({
      request: (request) =>
        this.#touch(`${request.method} secrets${request.query?.dryRun ? ' (dry)' : ''}`, () =>
          this.secrets.answer(request),
        ),
      watch: () => {
        throw new Error('Secrets are never watched');
      },
      close: async () => {},
    });
    let tokens = 0;
    return createReconcile({
      kind: iamAccessKey(
        { in: () => ({ accessKeys: createAccessKeyReaders(iam.read, scope) }) },
        { lookAtSecret: createSecretLook(client) },
      ),
      cluster: 'prod-eu',
      objects: this.#mortal(),
      cached: (name) => this.objects.stored.get(name),
      references: () => new Map(),
      forgetReferences: () => {},
      execute: iam.execute,
      writeSecret: createSecretWrites(client),
      resolvePlacement: async () => ({ scope }),
      mayWrite: () => {},
      record: (_, { reason, note }) => void this.events.push(`${reason}: ${note}`),
      guards: {
        deletions: createDeletions(20, clock),
        recreations: createRecreations(),
        fights: createFights(clock),
        exclusions: createExclusions(),
      },
      defaultTags: {},
      readOnly: false,
      watchesAllOf: () => true,
      clock,
      newToken: () => `t-${++tokens}`,
      logger,
      onRepair: () => {},
    });
  }

  #mortal(): Objects {
    const { objects } = this;
    return {
      patch: (object, patch) => this.#await('patch object', () => objects.patch(object, patch)),
      patchStatus: (object, status) => this.#await('patch status', () => objects.patchStatus(object, status)),
      saveStatus: (object, status) => this.#await('save status', () => objects.saveStatus(object, status)),
      definitionTerminating: () => objects.definitionTerminating(),
    };
  }

  async #await<Value>(what: string, apply: () => Promise<Value>): Promise<Value> {
    return await await this.#touch(what, apply);
  }

  async #touch<Value>(what: string, apply: () => Value): Promise<Value> {
    if (this.#dead) throw new Crash();
    this.effects.push(what);
    const fate = this.fates.get(this.effects.length);
    if (fate === 'crash before') {
      this.#dead = true;
      throw new Crash();
    }
    const result = await apply();
    if (fate === 'crash after') {
      this.#dead = true;
      throw new Crash();
    }
    if (fate === 'lose reply') throw lost(what);
    return result;
  }
}

const lost = (what: string): Error =>
  what.startsWith('iam:')
    ? new AwsError({ class: 'Transient', code: 'NoReply', call: what, message: 'no reply', definite: false })
    : new KubernetesError({ status: 0, reason: 'NoReply', message: 'no reply' });
