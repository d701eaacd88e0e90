import { type Call, field, fieldList, formFields, type Reply, withForm } from '../call.ts';
import type { Ask, Overlay } from '../overlay.ts';
import { matchesPattern } from '../pattern.ts';
import { AwsError, amendXml, errorIn } from '../reply.ts';
import { descend, type Element, element, parseXml, removeChildren, replaceChild, textAt } from '../xml.ts';
import type { AddressState, AddressStates } from './address-state.ts';
import { addressItems, filterFields, listAddresses } from './addresses.ts';
import { interfaceOf } from './interfaces.ts';

const BORDER_GROUP = 'network-border-group';

/**
 * Adds what the emulator leaves out of an address: its border group and pools, the instance behind its interface,
 * the secondary private address it is on; filters by border group; and names in a NotFound only what is not there.
 */
export function describeAddresses(states: AddressStates): Overlay {
  return {
    match: (call) => call.operation === 'DescribeAddresses',
    async handle(call, next, ask) {
      const state = states.of(call);
      const { asked, groups } = withoutBorderGroups(call);
      const reply = await next(asked);
      await nameTheMissing(call, reply, ask, state);
      const instances = await instancesBehind(reply, ask);
      return amendXml(reply, (document) => {
        for (const item of addressItems(document)) complete(item, call, state, instances);
        const set = descend(document, 'addressesSet');
        if (groups === undefined || set === undefined) return;
        const isWanted = (group: string) => groups.some((pattern) => matchesPattern(pattern, group));
        removeChildren(set, (item) => !isWanted(textAt(item, 'networkBorderGroup') ?? ''));
      });
    },
  };
}

function complete(
  item: Element,
  call: Call,
  state: AddressState,
  instances: ReadonlyMap<string, string>,
): void {
  const origin = state.origins.get(textAt(item, 'allocationId') ?? '');
  const fallback = { networkBorderGroup: call.region, publicIpv4Pool: 'amazon' };
  for (const [name, value] of Object.entries(origin ?? fallback)) {
    if (value !== undefined) replaceChild(item, element(name, value));
  }
  const privateIp = state.secondaryIps.get(textAt(item, 'associationId') ?? '');
  if (privateIp !== undefined) replaceChild(item, element('privateIpAddress', privateIp));
  // AWS leaves out what has no value; the emulator writes empty elements.
  const instanceId = textAt(item, 'instanceId') ?? instances.get(textAt(item, 'networkInterfaceId') ?? '');
  removeChildren(item, (child) => child.name !== 'tagSet' && child.children.length === 0);
  if (instanceId !== undefined) replaceChild(item, element('instanceId', instanceId));
}

/** Interface id → instance id, for the addresses where the emulator told only the interface. */
async function instancesBehind(reply: Reply, ask: Ask): Promise<Map<string, string>> {
  const instances = new Map<string, string>();
  if (errorIn(reply) !== undefined) return instances;
  for (const item of addressItems(parseXml(reply.body.toString('utf8')))) {
    const interfaceId = textAt(item, 'networkInterfaceId');
    if (interfaceId === undefined || textAt(item, 'instanceId') !== undefined) continue;
    const { instanceId } = await interfaceOf(ask, interfaceId);
    if (instanceId !== undefined) instances.set(interfaceId, instanceId);
  }
  return instances;
}

async function nameTheMissing(call: Call, reply: Reply, ask: Ask, state: AddressState): Promise<void> {
  if (errorIn(reply)?.code !== 'InvalidAllocationID.NotFound') return;
  const ids = fieldList(call, 'AllocationId');
  const known = new Set(
    (await listAddresses(ask, state, filterFields('allocation-id', ids))).map((one) => one.allocationId),
  );
  const missing = ids.filter((id) => !known.has(id));
  const text = missing.length === 1 ? `ID '${missing[0]}' does` : `IDs '${missing.join(', ')}' do`;
  throw new AwsError('InvalidAllocationID.NotFound', `The allocation ${text} not exist`);
}

function withoutBorderGroups(call: Call): { asked: Call; groups: string[] | undefined } {
  let groups: string[] | undefined;
  const fields = Object.fromEntries(
    Object.entries(formFields(call)).filter(([name]) => !name.startsWith('Filter.')),
  );
  let kept = 0;
  for (let index = 1; field(call, `Filter.${index}.Name`) !== undefined; index += 1) {
    const name = field(call, `Filter.${index}.Name`) ?? '';
    const values = fieldList(call, `Filter.${index}.Value`);
    if (name === BORDER_GROUP) {
      groups = values;
      continue;
    }
    kept += 1;
    fields[`Filter.${kept}.Name`] = name;
    for (const [at, value] of values.entries()) fields[`Filter.${kept}.Value.${at + 1}`] = value;
  }
  return groups === undefined
    ? { asked: call, groups }
    : { asked: withForm(call, call.operation, fields), groups };
}
