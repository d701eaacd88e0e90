import type { Ask } from '../overlay.ts';
import { AwsError } from '../reply.ts';
import { descend, type Element, elements, textAt } from '../xml.ts';

/** A network interface as the emulator has it. */
export interface Interface {
  readonly id: string;
  readonly instanceId: string | undefined;
  readonly deviceIndex: string | undefined;
  readonly primaryIp: string;
  readonly privateIps: readonly string[];
}

export async function interfaceOf(ask: Ask, interfaceId: string): Promise<Interface> {
  const [found] = await interfaces(ask, { 'NetworkInterfaceId.1': interfaceId });
  if (found !== undefined) return found;
  const message = `The networkInterface ID '${interfaceId}' does not exist`;
  throw new AwsError('InvalidNetworkInterfaceID.NotFound', message);
}

/** The interfaces attached to an instance; the emulator's NotFound when there is no such instance. */
export async function interfacesOfInstance(ask: Ask, instanceId: string): Promise<Interface[]> {
  const document = await ask('DescribeInstances', { 'InstanceId.1': instanceId });
  const ids = instanceItems(document)
    .flatMap(interfaceItems)
    .map((item) => textAt(item, 'networkInterfaceId') ?? '');
  const fields = Object.fromEntries(ids.map((id, index) => [`NetworkInterfaceId.${index + 1}`, id]));
  return ids.length === 0 ? [] : interfaces(ask, fields);
}

async function interfaces(ask: Ask, fields: Readonly<Record<string, string>>): Promise<Interface[]> {
  const document = await ask('DescribeNetworkInterfaces', fields);
  return interfaceItems(document).map((item) => ({
    id: textAt(item, 'networkInterfaceId') ?? '',
    instanceId: textAt(item, 'attachment', 'instanceId'),
    deviceIndex: textAt(item, 'attachment', 'deviceIndex'),
    primaryIp: textAt(item, 'privateIpAddress') ?? '',
    privateIps: privateIpItems(item).map((address) => textAt(address, 'privateIpAddress') ?? ''),
  }));
}

/** The instances of a DescribeInstances reply. */
export function instanceItems(document: Element): Element[] {
  const reservations = elements(descend(document, 'reservationSet'), 'item');
  return reservations.flatMap((reservation) => elements(descend(reservation, 'instancesSet'), 'item'));
}

/** The interfaces of a DescribeNetworkInterfaces reply, or of one instance in a DescribeInstances reply. */
export function interfaceItems(parent: Element): Element[] {
  return elements(descend(parent, 'networkInterfaceSet'), 'item');
}

export function privateIpItems(networkInterface: Element): Element[] {
  return elements(descend(networkInterface, 'privateIpAddressesSet'), 'item');
}
