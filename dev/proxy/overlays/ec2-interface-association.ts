import type { Call } from '../call.ts';
import type { Overlay } from '../overlay.ts';
import { amendXml, errorIn } from '../reply.ts';
import { type Element, element, parseXml, removeChildren, replaceChild, textAt } from '../xml.ts';
import type { AddressStates } from './address-state.ts';
import { type Address, addressesOnInterfaces } from './addresses.ts';
import { instanceItems, interfaceItems, privateIpItems } from './interfaces.ts';

/**
 * Which public address each private address of an interface has, as DescribeInstances and DescribeNetworkInterfaces
 * tell it. The addresses are the truth: the emulator's interfaces keep one public address at most, on the primary
 * private address, lose it when the instance stops, and do not tell an own address from one AWS lent (ipOwnerId).
 */
export function interfaceAssociation(states: AddressStates): Overlay {
  return {
    match: (call) => call.operation === 'DescribeInstances' || call.operation === 'DescribeNetworkInterfaces',
    async handle(call, next, ask) {
      const reply = await next(call);
      if (errorIn(reply) !== undefined) return reply;
      const ids = allInterfaces(parseXml(reply.body.toString('utf8'))).map(idOf);
      const addresses = await addressesOnInterfaces(ask, states.of(call), ids);
      const byPlace = new Map(addresses.map((one) => [`${one.interfaceId} ${one.privateIp}`, one]));
      return amendXml(reply, (document) => {
        for (const item of allInterfaces(document)) amendInterface(item, byPlace, call);
        for (const instance of instanceItems(document)) amendInstance(instance);
      });
    },
  };
}

function allInterfaces(document: Element): Element[] {
  return [...interfaceItems(document), ...instanceItems(document).flatMap(interfaceItems)];
}

function idOf(networkInterface: Element): string {
  return textAt(networkInterface, 'networkInterfaceId') ?? '';
}

function amendInterface(item: Element, byPlace: ReadonlyMap<string, Address>, call: Call): void {
  const own = new Set([...byPlace.values()].map((address) => address.publicIp));
  const lent = lentAssociation(item, own);
  const primary = textAt(item, 'privateIpAddress');
  removeChildren(item, isAssociation);
  for (const place of privateIpItems(item)) {
    removeChildren(place, isAssociation);
    const privateIp = textAt(place, 'privateIpAddress');
    const address = byPlace.get(`${idOf(item)} ${privateIp}`);
    const association = address === undefined ? undefined : ownAssociation(address, call);
    const shown = association ?? (privateIp === primary ? lent : undefined);
    if (shown === undefined) continue;
    place.children.push(shown);
    if (privateIp === primary) item.children.push(shown);
  }
}

function isAssociation(child: Element): boolean {
  return child.name === 'association';
}

function ownAssociation(address: Address, call: Call): Element {
  return element(
    'association',
    element('publicIp', address.publicIp),
    element('publicDnsName', publicName(address.publicIp, call.region)),
    element('ipOwnerId', call.accountId),
    // DescribeInstances does not tell these two; the SDK ignores them there.
    element('allocationId', address.allocationId),
    element('associationId', address.associationId ?? ''),
  );
}

/** An address the subnet gave on launch: it belongs to `amazon`. An address of ours elsewhere is a stale trace. */
function lentAssociation(item: Element, own: ReadonlySet<string>): Element | undefined {
  const publicIp = textAt(item, 'association', 'publicIp');
  if (publicIp === undefined || own.has(publicIp) || textAt(item, 'association', 'allocationId'))
    return undefined;
  return element('association', element('publicIp', publicIp), element('ipOwnerId', 'amazon'));
}

function publicName(publicIp: string, region: string): string {
  const host = `ec2-${publicIp.replaceAll('.', '-')}`;
  return region === 'us-east-1'
    ? `${host}.compute-1.amazonaws.com`
    : `${host}.${region}.compute.amazonaws.com`;
}

/** The instance's own public address is that of its first interface. */
function amendInstance(instance: Element): void {
  const first = interfaceItems(instance).find((item) => textAt(item, 'attachment', 'deviceIndex') === '0');
  const publicIp = textAt(first, 'association', 'publicIp');
  removeChildren(instance, (child) => child.name === 'ipAddress');
  if (publicIp !== undefined) replaceChild(instance, element('ipAddress', publicIp));
}
