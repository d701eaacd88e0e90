import type { AccountSessions, AccountSpec } from '../../core/account.ts';
import { messageOf } from '../../core/errors.ts';
import { annotations } from '../../core/identity.ts';
import type { Logger } from '../../core/ports.ts';
import type { Resource } from '../../core/resource.ts';
import * as finalizer from '../reconcile/finalizer.ts';
import type { ReconcilerOptions } from '../reconcile/options.ts';
import { failureOf, type Requeue } from '../reconcile/outcome.ts';
import { writeStatus } from '../reconcile/report.ts';
import type { StatusDraft } from '../reconcile/status.ts';
import type { AccessOf } from './access.ts';
import type { PermissionsOf } from './permissions.ts';
import { tellUsers, type Users } from './users.ts';

/**
 * Looks after one AWSAccount: whether AWS takes its credentials, and whose they are.
 * Guarantees: it has the finalizer before anything is made with it, and keeps it while any object that may use it
 * does, or has something in it; a namespace that it is not for cannot hold it; what
 * is wrong is told once, in its status and as an Event, and tried again with a growing backoff; nothing of a
 * credential is ever written.
 */
export interface AccountReconciler
  extends Pick<ReconcilerOptions, 'objects' | 'clock' | 'record' | 'mayWrite'> {
  readonly cached: (name: string) => Resource | undefined;
  readonly specOf: (account: Resource) => AccountSpec;
  readonly access: AccessOf;
  readonly sessions: AccountSessions;
  readonly users: Users;
  readonly permissions: PermissionsOf;
  /** Of objects for which none is named. */
  readonly region: string | undefined;
  readonly logger: Logger;
}

/** How often AWS is asked whether the credentials are still good, in milliseconds. */
const recheck = 5 * 60_000;

export function createAccountReconcile(options: AccountReconciler): (name: string) => Promise<Requeue> {
  return async (name) => {
    const account = options.cached(name);
    if (!account) {
      options.sessions.forget(name);
      return { when: 'changed' };
    }
    try {
      if (account.metadata.deletionTimestamp !== undefined) return await release(options, account);
      return await verify(options, await finalizer.ensure(options.objects, account));
    } catch (error) {
      return await tellFailure(options, account, error);
    }
  };
}

async function release(options: AccountReconciler, account: Resource): Promise<Requeue> {
  if (!finalizer.isOn(account)) return { when: 'changed' };
  const { name, deletionTimestamp: deletedAt } = account.metadata;
  const { accountId } = account.status ?? {};
  const used = tellUsers(
    options.users.keeping(name, { spec: readable(options, account), accountId, deletedAt }),
  );
  options.mayWrite();
  if (used === undefined) {
    await finalizer.remove(options.objects, account);
    options.sessions.forget(name);
  } else {
    const message = `${used}: it is kept until nothing does`;
    await writeStatus(options, account, draftOf(account, { blocked: { reason: 'Deleting', message } }));
  }
  return { when: 'changed' };
}

/** Of one that is wrong nobody can tell whom it is for; what there is in it keeps it all the same. */
function readable({ specOf }: AccountReconciler, account: Resource): AccountSpec | undefined {
  try {
    return specOf(account);
  } catch {
    return undefined;
  }
}

async function verify(options: AccountReconciler, account: Resource): Promise<Requeue> {
  const { sessions, access, specOf } = options;
  const spec = specOf(account);
  const { name } = account.metadata;
  const asked = account.metadata.annotations?.[annotations.reconcileAt];
  const fresh = asked !== account.status?.lastHandledReconcileAt;
  if (fresh) sessions.doubt(name);
  const identity = await sessions.identify(access(name, spec));
  const region = spec.region ?? options.region;
  const own = {
    accountId: identity.account,
    arn: identity.arn,
    ...(region === undefined ? {} : { region }),
    permissions: await options.permissions(access(name, spec), identity, fresh),
  };
  const ready = `AWS takes the credentials for ${identity.arn}`;
  await writeStatus(options, account, draftOf(account, { own, ready }));
  return { when: 'after', milliseconds: recheck };
}

async function tellFailure(options: AccountReconciler, account: Resource, error: unknown): Promise<Requeue> {
  const { blocked, requeue, unexpected } = failureOf(error);
  const fields = { account: account.metadata.name, error: messageOf(error) };
  if (unexpected)
    options.logger.error({ ...fields, err: error }, 'looking after an AWSAccount failed unexpectedly');
  if (!blocked) return requeue;
  try {
    const current = options.cached(account.metadata.name) ?? account;
    await writeStatus(options, current, draftOf(current, { blocked }));
  } catch (second) {
    return failureOf(second).requeue;
  }
  return { when: 'backoff', failed: 'looking' };
}

const draftOf = (
  { metadata }: Resource,
  { own, blocked, ready }: Partial<Pick<StatusDraft, 'own' | 'blocked' | 'ready'>>,
): StatusDraft => ({
  own,
  blocked,
  ready,
  conditions: [],
  drift: [],
  scope: undefined,
  creation: undefined,
  reconcileAt: metadata.annotations?.[annotations.reconcileAt],
});
