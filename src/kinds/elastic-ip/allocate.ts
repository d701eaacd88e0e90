import type { OutputOf } from '../../aws/calls/index.ts';
import { step } from '../../aws/step.ts';
import type { Context } from '../../core/context.ts';
import type { AwsError } from '../../core/errors.ts';
import type { Plan } from '../../core/plan.ts';
import { tagList } from '../../core/tags.ts';
import type { Seen } from './seen.ts';
import type { ElasticIP } from './self.ts';
import { desiredTags } from './tags.ts';

/**
 * A new address, with everything that makes it ours in the one call. After a loss the same IP is asked
 * for first: AWS often gives a released address back.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AllocateAddress.html
 */
export function allocate(self: ElasticIP, ctx: Context, seen: Seen): Plan<Seen> {
  const lost = self.status.allocationId === undefined ? undefined : self.status.publicIp;
  const recover = lost !== undefined && !seen.unrecoverable ? lost : undefined;
  const tags = desiredTags(self, ctx, ctx.creationToken);
  const allocation = step<Seen>()('ec2:AllocateAddress', {
    input: {
      Domain: 'vpc',
      ...placeOf(self, recover),
      TagSpecifications: [{ ResourceType: 'elastic-ip', Tags: tagList(tags) }],
    },
    why: whyAllocate(self, lost, recover),
    creates: true,
    ...(lost === undefined
      ? {}
      : { warns: true, event: recover === undefined ? 'AddressReplaced' : 'AddressRecovered' }),
    fold: (before, output) => ({ ...before, address: addressOf(output, tags), cameBy: 'identity' }),
    ...(recover === undefined
      ? {}
      : {
          refused: (before: Seen, error: AwsError) =>
            isTaken(error, self) ? { ...before, unrecoverable: true } : undefined,
        }),
  });
  return { steps: [allocation] };
}

/** Whether a refusal means that somebody else has the address, or nobody can have it; a full quota does not. */
const isTaken = (error: AwsError, { spec }: ElasticIP): boolean =>
  spec.address === undefined &&
  (['NotFound', 'Conflict', 'Invalid'].includes(error.class) || error.code === 'AuthFailure');

/**
 * A pool of one's own or an Outpost's is named for AWS to select an address from; `Address` is given instead of
 * it where a certain one is meant. Of an IPAM pool the reference says no such thing.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AllocateAddress.html#API_AllocateAddress_RequestParameters
 */
function placeOf({ spec }: ElasticIP, recover: string | undefined) {
  const { address = recover, ipamPoolId, networkBorderGroup } = spec;
  return {
    ...(address === undefined ? poolOf(spec) : { Address: address }),
    ...(ipamPoolId === undefined ? {} : { IpamPoolId: ipamPoolId }),
    ...(networkBorderGroup === undefined ? {} : { NetworkBorderGroup: networkBorderGroup }),
  };
}

const poolOf = ({ publicIpv4Pool, customerOwnedIpv4Pool }: ElasticIP['spec']) => ({
  ...(publicIpv4Pool === undefined ? {} : { PublicIpv4Pool: publicIpv4Pool }),
  ...(customerOwnedIpv4Pool === undefined ? {} : { CustomerOwnedIpv4Pool: customerOwnedIpv4Pool }),
});

function whyAllocate(self: ElasticIP, lost: string | undefined, recover: string | undefined): string {
  if (recover !== undefined)
    return `${self.status.allocationId} (${lost}) is gone: asking AWS for the same address again`;
  if (lost !== undefined)
    return `${self.status.allocationId} (${lost}) is gone and AWS does not give it back: the public IP changes`;
  return self.spec.address === undefined
    ? "no address carries this object's identity"
    : `${self.spec.address} is not allocated yet`;
}

function addressOf(
  output: OutputOf<'ec2:AllocateAddress'>,
  tags: Seen['claims'][number]['tags'],
): Seen['address'] {
  const { AllocationId, PublicIp, CustomerOwnedIp, CarrierIp, PublicIpv4Pool, NetworkBorderGroup } = output;
  if (AllocationId === undefined) throw new Error('AllocateAddress answered without an AllocationId');
  return {
    allocationId: AllocationId,
    publicIp: PublicIp ?? CarrierIp ?? CustomerOwnedIp ?? '',
    customerOwnedIp: CustomerOwnedIp,
    carrierIp: CarrierIp,
    publicIpv4Pool: PublicIpv4Pool,
    networkBorderGroup: NetworkBorderGroup,
    tags,
  };
}
