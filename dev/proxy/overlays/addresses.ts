import { type Call, field } from '../call.ts';
import type { Ask } from '../overlay.ts';
import { descend, type Element, elements, textAt } from '../xml.ts';
import type { AddressState } from './address-state.ts';

/** An address as the emulator has it, with the private address it is really on. */
export interface Address {
  readonly allocationId: string;
  readonly publicIp: string;
  readonly associationId: string | undefined;
  readonly interfaceId: string | undefined;
  readonly privateIp: string | undefined;
}

/** The address a call is about; the emulator's NotFound when there is none. */
export async function addressNamedBy(
  call: Call,
  ask: Ask,
  state: AddressState,
): Promise<Address | undefined> {
  const allocationId = field(call, 'AllocationId');
  const publicIp = field(call, 'PublicIp');
  if (allocationId !== undefined)
    return (await listAddresses(ask, state, { 'AllocationId.1': allocationId }))[0];
  if (publicIp !== undefined) return (await listAddresses(ask, state, { 'PublicIp.1': publicIp }))[0];
  return undefined;
}

export async function addressesOnInterfaces(
  ask: Ask,
  state: AddressState,
  interfaceIds: readonly string[],
): Promise<Address[]> {
  if (interfaceIds.length === 0) return [];
  return listAddresses(ask, state, filterFields('network-interface-id', interfaceIds));
}

export async function listAddresses(
  ask: Ask,
  state: AddressState,
  fields: Readonly<Record<string, string>>,
): Promise<Address[]> {
  const document = await ask('DescribeAddresses', fields);
  return addressItems(document).map((item) => {
    const associationId = textAt(item, 'associationId');
    return {
      allocationId: textAt(item, 'allocationId') ?? '',
      publicIp: textAt(item, 'publicIp') ?? '',
      associationId,
      interfaceId: textAt(item, 'networkInterfaceId'),
      privateIp: state.secondaryIps.get(associationId ?? '') ?? textAt(item, 'privateIpAddress'),
    };
  });
}

export function addressItems(document: Element): Element[] {
  return elements(descend(document, 'addressesSet'), 'item');
}

export function filterFields(name: string, values: readonly string[]): Record<string, string> {
  const fields: Record<string, string> = { 'Filter.1.Name': name };
  for (const [index, value] of values.entries()) fields[`Filter.1.Value.${index + 1}`] = value;
  return fields;
}

/** Frees the address and forgets the secondary private address it was on. */
export async function disassociate(ask: Ask, state: AddressState, associationId: string): Promise<void> {
  await ask('DisassociateAddress', { AssociationId: associationId });
  state.secondaryIps.delete(associationId);
}
