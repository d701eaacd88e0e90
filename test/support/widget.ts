import { z } from 'zod';
import type { Context } from '../../src/core/context.ts';
import { AwsError, type ErrorClass } from '../../src/core/errors.ts';
import { idTag, ownershipTags, tagKeys } from '../../src/core/identity.ts';
import type { AnyKind, Execute, Kind, Listing, Pulse, Self } from '../../src/core/kind.ts';
import { blocked, inSync, type Plan, type Step } from '../../src/core/plan.ts';
import type { Scope } from '../../src/core/scope.ts';
import type { Tags } from '../../src/core/tags.ts';

/**
 * A kind that exists only to try the runtime's own rules: one creating call, one field to repair, one
 * destroying call, and an AWS of its own in memory. A fake: what it proves of the runtime says nothing of
 * any real service.
 */

const spec = z.object({
  size: z.number().default(1),
  managementPolicy: z.enum(['Manage', 'Observe']).default('Manage'),
  region: z.string().optional(),
});
const status = z.object({ widgetId: z.string().optional(), size: z.number().optional() });

export type WidgetSpec = z.infer<typeof spec>;
export type WidgetStatus = z.infer<typeof status>;
type Widgetlike = Self<WidgetSpec, WidgetStatus>;

export interface Widget {
  readonly id: string;
  readonly size: number;
  readonly tags: Tags;
}

export interface SeenWidget {
  readonly widget: Widget | undefined;
}

/** What AWS is told to do instead of answering well, once. */
export type Fault = { readonly class: ErrorClass; readonly definite: boolean; readonly applied?: boolean };

/** Widgets by id, the calls that were made, and what the next ones are to fail with. */
export class WidgetAws {
  readonly widgets = new Map<string, Widget>();
  readonly calls: { readonly call: string; readonly input: object; readonly scope: Scope }[] = [];
  /** How often AWS was looked at for one object, and listed in bulk. */
  looks = 0;
  lists = 0;
  /** By call: taken in order. */
  readonly faults = new Map<string, Fault[]>();
  /** What is created is not shown while this is set, as under eventual consistency. */
  hidden = false;
  /** Called when a call has been made, before its answer. */
  afterCall: (call: string) => void = () => {};
  #made = 0;

  failNext(call: string, ...faults: Fault[]): void {
    this.faults.set(call, [...(this.faults.get(call) ?? []), ...faults]);
  }

  get callNames(): string[] {
    return this.calls.map(({ call }) => call);
  }

  readonly execute: Execute = async ({ call, input, scope, mayWrite }) => {
    mayWrite();
    this.calls.push({ call, input, scope });
    const fault = this.faults.get(call)?.shift();
    const answer = !fault || fault.applied ? this.#apply(call, input) : undefined;
    this.afterCall(call);
    if (fault) throw awsError(call, fault);
    return answer;
  };

  byIdentity(tag: string): Widget[] {
    this.looks += 1;
    this.#mayFail('widget:Describe');
    return this.hidden ? [] : [...this.widgets.values()].filter(({ tags }) => tags[tagKeys.id] === tag);
  }

  all(): Widget[] {
    this.lists += 1;
    this.#mayFail('widget:List');
    return [...this.widgets.values()];
  }

  #mayFail(call: string): void {
    const fault = this.faults.get(call)?.shift();
    if (fault) throw awsError(call, fault);
  }

  #apply(call: string, input: object): unknown {
    const id = String(Reflect.get(input, 'id') ?? `w-${++this.#made}`);
    if (call === 'widget:Delete') return this.widgets.delete(id);
    const size = Number(Reflect.get(input, 'size'));
    const tags = Reflect.get(input, 'tags') ?? this.widgets.get(id)?.tags;
    this.widgets.set(id, { id, size, tags });
    return { id };
  }
}

const awsError = (call: string, fault: Fault): AwsError =>
  new AwsError({
    class: fault.class,
    code: fault.class,
    call,
    message: `${fault.class} it is`,
    definite: fault.definite,
  });

export interface WidgetOptions {
  readonly aws: WidgetAws;
  readonly visibleAfter?: number;
  readonly pulse?: Pulse<Widgetlike>;
  /** Steps and conditions of a test's own, in place of the usual diff. */
  readonly diff?: Kind<WidgetSpec, WidgetStatus, SeenWidget>['diff'];
  readonly conditions?: Kind<WidgetSpec, WidgetStatus, SeenWidget>['conditions'];
}

/** Hidden behind `AnyKind`, as the runtime sees every kind. */
export function widgetKind({
  aws,
  visibleAfter = 60_000,
  pulse,
  diff = diffWidget,
  conditions,
}: WidgetOptions): AnyKind {
  const kind: Kind<WidgetSpec, WidgetStatus, SeenWidget> = {
    definition: {
      kind: 'Widget',
      plural: 'widgets',
      singular: 'widget',
      shortNames: [],
      scope: 'Namespaced',
      description: 'A fake.',
      spec,
      status,
      rules: [],
      printerColumns: [],
    },
    visibleAfter,
    knownId: ({ widgetId }) => widgetId,
    seenId: ({ widget }) => widget?.id,
    observe: async (self) => ({ widget: aws.byIdentity(idTag(self.identity))[0] }),
    diff,
    status: (_self, { widget }) => (widget ? { widgetId: widget.id, size: widget.size } : {}),
    ...(conditions ? { conditions } : {}),
    ...(pulse ? { pulse } : {}),
    async list(): Promise<Listing<Widgetlike, SeenWidget>> {
      const all = aws.all();
      return {
        size: all.length,
        observe: async ({ identity }) => {
          const widget = all.find(({ tags }) => tags[tagKeys.id] === idTag(identity));
          return widget && { widget };
        },
        owned: all.map(({ id, tags }) => ({
          id,
          idTag: tags[tagKeys.id] ?? '',
          released: tagKeys.released in tags,
        })),
      };
    },
  };
  return kind;
}

export function diffWidget(self: Widgetlike, { widget }: SeenWidget, ctx: Context): Plan<SeenWidget> {
  const { size } = self.spec;
  if (self.deleting) return widget ? { steps: [deletion(widget)] } : inSync;
  if (size < 0) return blocked('DependencyNotReady', 'nobody makes widgets so small', ctx.now + 5_000);
  if (!widget) return { steps: [creation(self, ctx)] };
  return widget.size === size ? inSync : { steps: [resizing(widget, size)] };
}

const creation = ({ identity, uid, spec: { size } }: Widgetlike, ctx: Context): Step<SeenWidget> => {
  const tags = ownershipTags({ identity, uid, role: 'primary', creation: ctx.creationToken });
  return {
    effect: 'aws',
    call: 'widget:Create',
    input: { size, tags },
    why: 'there is none',
    creates: true,
    fold: (_, output) => ({ widget: { id: String(Reflect.get(Object(output), 'id')), size, tags } }),
  };
};

const resizing = (widget: Widget, size: number): Step<SeenWidget> => ({
  effect: 'aws',
  call: 'widget:Resize',
  input: { id: widget.id, size },
  why: `it is ${widget.size}, not ${size}`,
  field: 'size',
  fold: () => ({ widget: { ...widget, size } }),
});

const deletion = ({ id }: Widget): Step<SeenWidget> => ({
  effect: 'aws',
  call: 'widget:Delete',
  input: { id },
  why: 'the object is deleted',
  destroys: true,
  fold: () => ({ widget: undefined }),
});
