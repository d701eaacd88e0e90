import type { Scope } from '../../core/scope.ts';
import type { OutputOf } from '../calls/index.ts';
import type { Read } from '../execute.ts';
import { text } from './filters.ts';
import { type Batching, createReader } from './reader.ts';

/**
 * The PTR record of an Elastic IP. An address with one cannot be released.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AddressAttribute.html
 */
export interface ReverseDns {
  /** As it is in force, with AWS's trailing dot. */
  readonly ptrRecord?: string | undefined;
  /** A change under way, or one that failed. */
  readonly update?:
    | {
        readonly value?: string | undefined;
        readonly status?: string | undefined;
        readonly reason?: string | undefined;
      }
    | undefined;
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeAddressesAttribute.html */
const pageSize = 1_000;

/** By allocation id. Undefined where AWS lists no attribute; rejects with NotFound for an unknown id. */
export function createReverseDnsReader(read: Read, scope: Scope, batching: Batching) {
  return createReader<ReverseDns>({
    ...batching,
    maxBatch: pageSize,
    async read(allocationIds) {
      const found = new Map<string, ReverseDns>();
      let NextToken: string | undefined;
      do {
        const page = await read(scope, 'ec2:DescribeAddressesAttribute', {
          Attribute: 'domain-name',
          AllocationIds: [...allocationIds],
          MaxResults: pageSize,
          NextToken,
        });
        for (const attribute of page.Addresses ?? []) {
          if (attribute.AllocationId) found.set(attribute.AllocationId, toReverseDns(attribute));
        }
        NextToken = text(page.NextToken);
      } while (NextToken);
      return found;
    },
  });
}

type SdkAttribute = NonNullable<OutputOf<'ec2:DescribeAddressesAttribute'>['Addresses']>[number];

function toReverseDns({ PtrRecord, PtrRecordUpdate: update }: SdkAttribute): ReverseDns {
  return {
    ptrRecord: text(PtrRecord),
    update: update && { value: text(update.Value), status: text(update.Status), reason: text(update.Reason) },
  };
}
