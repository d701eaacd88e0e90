import type { AnyKind, CreationIntent } from '../../core/kind.ts';
import type { Step } from '../../core/plan.ts';
import type { ReconcilerOptions } from './options.ts';
import type { Pass } from './pass.ts';

/**
 * The intent behind every creating call, so that no crash and no lost reply leaks or doubles a resource.
 * Guarantees:
 * - `status.creation` (a token that the resource will carry too, and the time) and the account are written
 *   before the call, under the object's resourceVersion: of two operators that both believe they lead,
 *   one fails here and goes no further;
 * - after an intent, nothing is concluded from not finding the resource until AWS has had the time to show
 *   it: it is neither created again, nor taken for gone, nor is its object let go.
 */
export async function writeIntent(
  options: ReconcilerOptions,
  pass: Pass,
  { creates, intent }: Pick<Step<unknown>, 'creates' | 'intent'>,
): Promise<void> {
  const { account, region } = pass.ctx.scope;
  const pinned = pass.object.status?.accountId === account && pass.object.status.region === region;
  if (pinned && !creates) return;
  const creation = creates
    ? { token: pass.ctx.creationToken, time: new Date(options.clock.now()).toISOString() }
    : pass.creation;
  const status = { accountId: account, region, ...(creation ? { creation } : {}), ...intent };
  pass.object = await options.objects.patchStatus(pass.object, status);
  pass.creation = creation;
  if (creates) pass.intent = intent;
}

/** Milliseconds from the intent until the first look for what it made. */
const firstLook = 1_000;

/**
 * While AWS may still hide what `creation` made: when to look again, first soon and then ever later, as
 * AWS advises, and at the latest when the time is up. Undefined once it is, or where there is no intent.
 */
export function unsettled(
  kind: Pick<AnyKind, 'visibleAfter'>,
  creation: CreationIntent | undefined,
  now: number,
): { readonly lookAt: number } | undefined {
  if (!creation) return undefined;
  const until = Date.parse(creation.time) + kind.visibleAfter;
  if (now >= until) return undefined;
  return { lookAt: Math.min(until, now + Math.max(firstLook, now - Date.parse(creation.time))) };
}
