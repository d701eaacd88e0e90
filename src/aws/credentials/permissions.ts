/**
 * What an identity may do, before the first manifest fails.
 *
 * Guarantees: a permission is called missing only where AWS says that it is denied, and a kind allowed only where
 * AWS says so of all its actions; whatever AWS does not tell, or cannot know, is unknown and no error. It is asked
 * for all resources (`*`) at once: what it denies there a policy may still allow for some, so that is missing only
 * where there is no such thing. Nothing is changed by asking.
 */
import type { KindCalls, Permissions } from '../../core/account.ts';
import { AwsError } from '../../core/errors.ts';
import type { Scope } from '../../core/scope.ts';
import { actionsOf, isCallName } from '../calls/index.ts';
import { isAllOrNothing } from './all-or-nothing.ts';
import { type Asking, isPassing, type Verdict } from './asking.ts';
import { dryRun } from './dry-run.ts';

/** By IAM action; what is not in it is unknown. */
interface Answers {
  readonly verdicts: ReadonlyMap<string, Verdict>;
  /** Why some are unknown. */
  readonly because?: string;
}

/** So many actions a request. AWS publishes no limit. */
const chunk = 100;

/** Throws AwsError where AWS cannot tell now. */
export async function permissionsOf(kinds: readonly KindCalls[], asking: Asking): Promise<Permissions[]> {
  const wanted = kinds.map(({ kind, calls }) => ({ kind, actions: actionsOf(calls.filter(isCallName)) }));
  const actions = [...new Set(wanted.flatMap((kind) => kind.actions))].sort();
  const answers = await simulate(actions, asking).catch(async (error: unknown) => {
    if (!(error instanceof AwsError) || isPassing(error)) throw error;
    return { verdicts: await dryRun(actions, asking), because: `AWS cannot be asked: ${error.message}` };
  });
  return wanted.map(({ kind, actions: own }) => judge(kind, own, answers));
}

function judge(kind: string, actions: readonly string[], { verdicts, because }: Answers): Permissions {
  const having = (verdict: Verdict) =>
    actions.filter((action) => (verdicts.get(action) ?? 'unknown') === verdict);
  const missing = having('denied');
  const partly = having('partly');
  const unknown = having('unknown');
  const open = [
    ...(partly.length > 0 ? [`not allowed on all resources, on some perhaps: ${partly.join(', ')}`] : []),
    ...(unknown.length > 0 ? [because ?? `not told of ${unknown.join(', ')}`] : []),
  ].join('; ');
  const message = open === '' ? {} : { message: shortened(open) };
  if (missing.length > 0) return { kind, state: 'Missing', missing, ...message };
  if (open !== '') return { kind, state: 'Unknown', ...message };
  if (actions.some(isForKeys))
    return { kind, state: 'Unknown', message: "a key's own policy decides, too, and is not asked" };
  return { kind, state: 'Allowed' };
}

/** What status has room for. */
const longest = 1_024;

const shortened = (text: string): string =>
  text.length <= longest ? text : `${text.slice(0, longest - 1)}…`;

/** https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html */
const isForKeys = (action: string): boolean => action.startsWith('kms:');

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html */
async function simulate(actions: readonly string[], asking: Asking): Promise<Answers> {
  const PolicySourceArn = await principalOf(asking);
  const verdicts = new Map<string, Verdict>();
  for (let start = 0; start < actions.length; start += chunk) {
    const ActionNames = actions.slice(start, start + chunk);
    let Marker: string | undefined;
    do {
      const page = await asking.readAs(asking.caller, globalScope(asking), 'iam:SimulatePrincipalPolicy', {
        PolicySourceArn,
        ActionNames,
        ...(Marker === undefined ? {} : { Marker }),
      });
      for (const { EvalActionName, EvalDecision, MissingContextValues = [] } of page.EvaluationResults ??
        []) {
        if (EvalActionName)
          verdicts.set(EvalActionName, verdictOf(EvalActionName, EvalDecision, MissingContextValues));
      }
      Marker = page.IsTruncated ? page.Marker : undefined;
    } while (Marker !== undefined);
  }
  return { verdicts };
}

/** What a condition could still allow (a tag, a Region) is not denied yet. */
function verdictOf(action: string, decision: string | undefined, missingContext: readonly string[]): Verdict {
  if (decision === 'allowed') return 'allowed';
  if (decision === 'implicitDeny' && missingContext.length > 0) return 'unknown';
  return isAllOrNothing(action) ? 'denied' : 'partly';
}

/**
 * Whose policies are simulated: a session has none of its own, and its ARN lacks the path of its role. Throws
 * AwsError where it is nobody with policies.
 */
async function principalOf(asking: Asking): Promise<string> {
  const { identity, readAs, caller } = asking;
  const { arn, partition, account } = identity;
  if (/:user\//.test(arn) && arn.includes(':iam::')) return arn;
  const role = /:assumed-role\/([^/]+)\//.exec(arn)?.[1];
  if (role === undefined) throw notSimulated(`${arn} is neither a user nor a role`);
  try {
    const { Role } = await readAs(caller, globalScope(asking), 'iam:GetRole', { RoleName: role });
    if (Role?.Arn) return Role.Arn;
  } catch (error) {
    if (!(error instanceof AwsError) || error.class !== 'Denied') throw error;
  }
  return `arn:${partition}:iam::${account}:role/${role}`;
}

const globalScope = ({ identity }: Asking): Scope => ({
  partition: identity.partition,
  account: identity.account,
  region: identity.globalRegion,
});

const notSimulated = (message: string): AwsError =>
  new AwsError({
    class: 'Invalid',
    code: 'NoPolicies',
    call: 'iam:SimulatePrincipalPolicy',
    message,
    definite: true,
  });
