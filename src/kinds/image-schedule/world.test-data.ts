/** A cluster and an AWS account as far as an ImageSchedule meets them, under a clock that a test turns. */

import type { Blocked } from '../../core/conditions.ts';
import type { Child, Context } from '../../core/context.ts';
import { ObjectRefused } from '../../core/errors.ts';
import type { Sample } from '../../core/gauges.ts';
import type { Guardrails } from '../../core/guardrails/schema.ts';
import type { Step } from '../../core/plan.ts';
import { conditionsOf } from './conditions.ts';
import { diff } from './diff.ts';
import { gauges } from './gauges.ts';
import { day, hour, ImageWorld, identity, minute } from './image-world.test-data.ts';
import { observe } from './observe.ts';
import type { Seen } from './seen.ts';
import type { ImageSchedule } from './self.ts';
import type { Sources } from './sources.ts';
import { type ImageScheduleStatus, imageScheduleDefinition } from './spec.ts';
import { statusOf } from './status.ts';

export { day, hour, minute };

const settleTime = 5 * minute;

export class World extends ImageWorld {
  spec: ImageSchedule['spec'];
  status: ImageScheduleStatus = {};
  annotations: Record<string, string> = {};
  deleting = false;
  /** The account's rules. */
  guardrails: Guardrails | undefined;
  /** Image ids that something refers to. */
  readonly used = new Set<string>();
  /** Image ids whose users AWS was asked for. */
  readonly asked: string[] = [];
  /** Image ids that somebody has shared in AWS. */
  readonly sharedByHand = new Set<string>();
  /** Of AWS's. */
  clockAhead = false;
  /** As under `--max-deletions 0`. */
  holdsDeletions = false;
  /** What the API server refuses to create or to delete, and why. */
  refuses: (call: string, name: string) => Refusal | undefined = () => undefined;
  readonly calls: string[] = [];
  readonly warnings: string[] = [];
  samples: readonly Sample[] = [];
  wakeAt: number | undefined;
  blocked: Blocked | undefined;
  #uids = 0;

  constructor(spec: object, start: number, instances: readonly string[] = ['i-0000000a']) {
    super(start);
    this.spec = imageScheduleDefinition.spec.parse({ selector: { matchTags: { backup: 'yes' } }, ...spec });
    for (const id of instances) this.instances.set(id, { state: 'running', tags: { backup: 'yes' } });
  }

  self(): ImageSchedule {
    return {
      identity,
      uid: 'u-schedule',
      generation: 1,
      labels: { 'argocd.argoproj.io/instance': 'shop' },
      annotations: this.annotations,
      spec: this.spec,
      status: imageScheduleDefinition.status.parse(this.status),
      deleting: this.deleting,
    };
  }

  context(): Context {
    return {
      scope: { partition: 'aws', account: '123456789012', region: 'eu-central-1' },
      now: this.now,
      creationToken: 't',
      defaultTags: {},
      references: new Map(),
      mayRecreate: false,
      ...(this.guardrails ? { guardrails: this.guardrails } : {}),
      children: [...this.objects.values()],
    };
  }

  /**
   * One reconcile: until the plan is empty, or for as many steps as the process lives. Returns whether it
   * came to its end, and so wrote status.
   */
  async reconcile(lives = Number.POSITIVE_INFINITY): Promise<boolean> {
    this.makeImages();
    const self = this.self();
    const ctx = this.context();
    let seen = await observe(self, ctx, this.#sources());
    let left = lives;
    for (let round = 0; ; round++) {
      const plan = diff(self, seen, ctx, settleTime);
      this.wakeAt = plan.wakeAt;
      this.blocked = plan.blocked;
      const held = plan.steps.findIndex(({ destroys }) => destroys && this.holdsDeletions);
      const steps = held < 0 ? plan.steps : plan.steps.slice(0, held);
      if (steps.length === 0) break;
      if (round > 12) throw new Error(`never ends: ${plan.steps.map(({ why }) => why).join('; ')}`);
      for (const step of steps) {
        if (left-- <= 0) return false;
        const answer = this.#execute(step, seen);
        seen = answer.seen;
        if (answer.refused && !step.independent) break;
      }
    }
    this.warnings.push(
      ...conditionsOf(self, seen, ctx).flatMap(({ status, message }) => (status === 'True' ? message : [])),
    );
    this.samples = gauges.measure(self, seen, ctx);
    this.status = JSON.parse(JSON.stringify(statusOf(self, seen, ctx)));
    return true;
  }

  /** Until `until`, waking when the schedule asks for it, when an Image changes, and every hour as a sweep. */
  async run(until: number): Promise<void> {
    for (;;) {
      do await this.reconcile();
      while (this.makeImages());
      const pending = [...this.images.values()].filter(({ state }) => state === 'pending');
      const sweep = this.now + hour;
      const next = Math.min(sweep, this.wakeAt ?? sweep, ...pending.map(({ availableAt }) => availableAt));
      if (Math.max(next, this.now + 1_000) > until) break;
      this.now = Math.max(next, this.now + 1_000);
    }
    this.now = Math.max(this.now, until);
  }

  #sources(): Sources {
    return {
      readers: {
        instancesMatching: async () =>
          [...this.instances].map(([id, one]) => ({ id, interfaces: [], ...one })),
        instances: {
          byId: async (id) => {
            const found = this.instances.get(id);
            return found && { id, interfaces: [], ...found };
          },
          byTags: async () => [],
        },
      },
      images: { bySchedule: async () => [...this.images.values()] },
      isClockAhead: () => this.clockAhead,
      usageIn: () => ({
        imageReferences: async (id) => {
          this.asked.push(id);
          return this.used.has(id) ? [{ type: 'ec2:Instance', arn: 'i-9' }] : undefined;
        },
        autoScalingUses: async () => [],
        imageUsage: async () => undefined,
        imageSharing: {
          launchPermissions: async (id) => ({
            accounts: this.sharedByHand.has(id) ? ['210987654321'] : [],
            organizationArns: [],
            ouArns: [],
            public: false,
          }),
        },
      }),
    };
  }

  #execute(step: Step<Seen>, seen: Seen): { readonly seen: Seen; readonly refused?: true } {
    if (step.effect === 'status') {
      this.status = { ...this.status, ...JSON.parse(JSON.stringify(step.input)) };
      return { seen: step.fold(seen, undefined) };
    }
    if (step.effect === 'aws') {
      this.calls.push(`${step.call} ${JSON.stringify(step.input)}`);
      return { seen: step.fold(seen, {}) };
    }
    const { name, body, patch } = Object(step.input);
    this.calls.push(`${step.call} ${name}`);
    const refusal = this.refuses(step.call, name);
    if (refusal) return this.#refused(step, seen, refusal);
    const known = this.objects.get(name);
    if (step.call === 'k8s:Create') {
      if (known) return this.#refused(step, seen, { class: 'Conflict', code: 'AlreadyExists', message: '' });
      const made = {
        name,
        uid: `u-${++this.#uids}`,
        labels: body.metadata.labels,
        annotations: body.metadata.annotations ?? {},
        deleting: false,
        spec: body.spec,
        status: undefined,
      };
      this.objects.set(name, made);
      return { seen: step.fold(seen, made) };
    }
    if (!known) throw new Error(`${step.call} of ${name}, which is not there`);
    const { annotations = {} } = patch?.metadata ?? {};
    const kept = Object.entries({ ...known.annotations, ...annotations }).flatMap(([key, value]) =>
      typeof value === 'string' ? [[key, value]] : [],
    );
    const changed: Child =
      step.call === 'k8s:Delete'
        ? { ...known, deleting: true }
        : {
            ...known,
            annotations: Object.fromEntries(kept),
            spec: { ...Object(known.spec), ...patch.spec },
          };
    this.objects.set(name, changed);
    return { seen: step.fold(seen, step.call === 'k8s:Delete' ? undefined : changed) };
  }

  #refused(step: Step<Seen>, seen: Seen, refusal: Refusal): { readonly seen: Seen; readonly refused: true } {
    const error = new ObjectRefused({ ...refusal, call: step.call, definite: true });
    const learned = step.refused?.(seen, error);
    if (!learned) throw new Error(`${step.why}: refused`);
    return { seen: learned, refused: true };
  }
}

type Refusal = Pick<ObjectRefused, 'class' | 'code' | 'message'>;

/** Twice the same: what must never be. */
export const doubles = (made: readonly string[]): string[] =>
  made.filter((entry, at) => made.indexOf(entry) !== at);
