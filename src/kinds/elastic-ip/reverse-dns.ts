import type { OutputOf } from '../../aws/calls/index.ts';
import { step } from '../../aws/step.ts';
import { blocked, inSync, type Plan, plan } from '../../core/plan.ts';
import type { Seen, SeenAddress } from './seen.ts';
import type { ElasticIP } from './self.ts';

/**
 * The name that the address resolves to. AWS checks the forward record first, may take minutes, and
 * refuses to release the address while a name is set.
 * https://docs.aws.amazon.com/vpc/latest/userguide/using-elastic-addressing-reverse-dns.html
 */
export function reverseDNS(self: ElasticIP, seen: Seen): Plan<Seen> {
  const { address } = seen;
  const wanted = self.spec.reverseDNS?.domainName;
  if (!address) return inSync;
  if (wanted === undefined)
    return self.status.reverseDNS?.domainName === undefined ? inSync : resetReverseDNS(address, seen);
  if (sameName(seen.reverseDNS?.domainName, wanted)) return awaitPending(seen);
  return plan(
    step<Seen>()('ec2:ModifyAddressAttribute', {
      input: { AllocationId: address.allocationId, DomainName: wanted },
      why: `${address.publicIp} resolves to ${seen.reverseDNS?.domainName ?? 'no name'}, the manifest says ${wanted}`,
      field: 'reverseDNS',
      fold: (before, { Address }) => ({ ...before, reverseDNS: answered(Address, wanted) }),
    }),
  );
}

export function resetReverseDNS(address: SeenAddress, seen: Seen): Plan<Seen> {
  const name = seen.reverseDNS?.domainName;
  if (name === undefined) return awaitPending(seen);
  return plan(
    step<Seen>()('ec2:ResetAddressAttribute', {
      input: { AllocationId: address.allocationId, Attribute: 'domain-name' },
      why: `${address.publicIp}: reverse DNS ${name} is removed`,
      field: 'reverseDNS',
      fold: (before, { Address }) => ({ ...before, reverseDNS: answered(Address, undefined) }),
    }),
  );
}

/** AWS may answer at once that the change is under way, and says so with the name that will be. */
function answered(
  { PtrRecord, PtrRecordUpdate: update }: Attribute = {},
  wanted: string | undefined,
): Seen['reverseDNS'] {
  if (!update) return wanted === undefined ? undefined : { domainName: PtrRecord || wanted };
  const pending = { status: update.Status || 'PENDING', reason: update.Reason || undefined };
  return { domainName: update.Value || undefined, pending };
}

type Attribute = NonNullable<OutputOf<'ec2:ModifyAddressAttribute'>['Address']>;

function awaitPending({ reverseDNS: seen }: Seen): Plan<Seen> {
  if (!seen?.pending) return inSync;
  const { status, reason } = seen.pending;
  return blocked('Pending', `reverse DNS is ${status.toLowerCase()}${reason ? `: ${reason}` : ''}`);
}

/** DNS names carry no case, and AWS shows them with the root's dot. */
const sameName = (a: string | undefined, b: string): boolean => a !== undefined && bare(a) === bare(b);

const bare = (name: string): string => name.toLowerCase().replace(/\.$/, '');
