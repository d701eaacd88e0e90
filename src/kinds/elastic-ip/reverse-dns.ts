import type { OutputOf } from '../../aws/calls/index.ts';
import { step } from '../../aws/step.ts';
import type { Context } from '../../core/context.ts';
import type { StepError } from '../../core/errors.ts';
import { blocked, inSync, type Plan, plan } from '../../core/plan.ts';
import type { ReverseDNS, Seen, SeenAddress } from './seen.ts';
import type { ElasticIP } from './self.ts';

/**
 * The name that the address resolves to. AWS checks the forward record first, may take minutes, and
 * refuses to release the address while a name is set.
 * https://docs.aws.amazon.com/vpc/latest/userguide/using-elastic-addressing-reverse-dns.html
 */
export function reverseDNS(self: ElasticIP, seen: Seen, ctx: Context): Plan<Seen> {
  const { address } = seen;
  const wanted = self.spec.reverseDNS?.domainName;
  if (!address) return inSync;
  if (wanted === undefined)
    return self.status.reverseDNS?.domainName === undefined ? inSync : resetReverseDNS(address, seen);
  if (sameName(seen.reverseDNS?.domainName, wanted)) return awaitPending(seen);
  const refused = refusal(self, seen, wanted, ctx);
  if (refused) return refused;
  return plan(
    step<Seen>()('ec2:ModifyAddressAttribute', {
      input: { AllocationId: address.allocationId, DomainName: wanted },
      why: `${address.publicIp} resolves to ${seen.reverseDNS?.domainName ?? 'no name'}, the manifest says ${wanted}`,
      field: 'reverseDNS',
      fold: (before, { Address }) => ({
        ...before,
        reverseDNS: { ...reverseDNSOf(Address?.PtrRecord ?? wanted, changeOf(Address)), askedAt: ctx.now },
      }),
    }),
  );
}

export function resetReverseDNS(address: SeenAddress, seen: Seen): Plan<Seen> {
  const name = seen.reverseDNS?.domainName;
  // A name that AWS has refused was never there: there is nothing to take off, nor to wait for.
  if (name === undefined) return hasFailed(seen) ? inSync : awaitPending(seen);
  return plan(
    step<Seen>()('ec2:ResetAddressAttribute', {
      input: { AllocationId: address.allocationId, Attribute: 'domain-name' },
      why: `${address.publicIp}: reverse DNS ${name} is removed`,
      field: 'reverseDNS',
      fold: (before, { Address }) => ({ ...before, reverseDNS: reverseDNSOf(undefined, changeOf(Address)) }),
    }),
  );
}

const hasFailed = ({ reverseDNS }: Seen): boolean => reverseDNS?.pending?.status === 'FAILED';

/**
 * What is learned from a refusal to release: AWS shows the name that it was asked for, in force or not, and holds
 * one that we took for refused. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
 */
export function lockedByName(seen: Seen, error: StepError): Seen | undefined {
  if (error.code !== 'InvalidAddress.Locked' || !hasFailed(seen)) return undefined;
  return { ...seen, reverseDNS: { domainName: seen.reverseDNS?.refused ?? '(unknown)' } };
}

/** A change of the name that AWS has been asked for; one without a name is a removal. */
export interface NameChange {
  readonly value?: string | undefined;
  /** PENDING, SUCCESS or FAILED. */
  readonly status?: string | undefined;
  readonly reason?: string | undefined;
}

/** The name that is, or is about to be; one that AWS has refused leaves the one there was. */
export function reverseDNSOf(inForce: string | undefined, change: NameChange | undefined): ReverseDNS {
  if (!change || change.status === 'SUCCESS') return { domainName: change ? change.value : inForce };
  const pending = { status: change.status ?? 'PENDING', reason: change.reason };
  return change.status === 'FAILED'
    ? { domainName: inForce === change.value ? undefined : inForce, pending, refused: change.value }
    : { domainName: change.value, pending };
}

const changeOf = (address: Attribute = {}): NameChange | undefined => {
  const { Value, Status, Reason } = address.PtrRecordUpdate ?? {};
  return (
    address.PtrRecordUpdate && {
      value: Value || undefined,
      status: Status || undefined,
      reason: Reason || undefined,
    }
  );
};

type Attribute = NonNullable<OutputOf<'ec2:ModifyAddressAttribute'>['Address']>;

/** The forward record may be mended meanwhile, so AWS is asked again, but not at every look. Milliseconds. */
const askAgainAfter = 5 * 60_000;

function refusal(
  self: ElasticIP,
  { reverseDNS: seen }: Seen,
  wanted: string,
  ctx: Context,
): Plan<Seen> | undefined {
  if (!seen?.pending || seen.refused === undefined || !sameName(seen.refused, wanted)) return undefined;
  const asked = seen.askedAt ?? Date.parse(self.status.reverseDNS?.askedAt ?? '');
  const again = asked + askAgainAfter;
  if (!(ctx.now < again)) return undefined;
  const reason = seen.pending.reason ?? 'AWS gave no reason';
  return blocked(
    'DependencyNotReady',
    `AWS refused ${wanted} as reverse DNS: ${reason}. It needs an A record that points here`,
    again,
  );
}

function awaitPending({ reverseDNS: seen }: Seen): Plan<Seen> {
  if (!seen?.pending) return inSync;
  const { status, reason } = seen.pending;
  return blocked('Pending', `reverse DNS is ${status.toLowerCase()}${reason ? `: ${reason}` : ''}`);
}

/** DNS names carry no case, and AWS shows them with the root's dot. */
const sameName = (a: string | undefined, b: string): boolean => a !== undefined && bare(a) === bare(b);

const bare = (name: string): string => name.toLowerCase().replace(/\.$/, '');
