import { type Call, field, formFields, type Reply, withForm } from '../call.ts';
import type { Ask, Overlay } from '../overlay.ts';
import { AwsError, amendXml, ec2Reply } from '../reply.ts';
import { descend, type Element, element, elements, replaceChild, textAt } from '../xml.ts';
import type { AddressState, AddressStates, ReverseDns } from './address-state.ts';
import { type Address, addressNamedBy } from './addresses.ts';

const OPERATIONS = new Set(['ModifyAddressAttribute', 'ResetAddressAttribute', 'DescribeAddressesAttribute']);

/** Reverse DNS of addresses: set, reset, read in pages. A change completes as the `reverseDnsMode` says. */
export function addressAttribute(states: AddressStates): Overlay {
  return {
    match: (call) => OPERATIONS.has(call.operation) && field(call, 'DryRun') !== 'true',
    async handle(call, next, ask) {
      if (call.operation === 'DescribeAddressesAttribute')
        return describe(states.of(call), call, await next(unpaged(call)));
      return change(states, call, ask);
    },
  };
}

async function change(states: AddressStates, call: Call, ask: Ask): Promise<Reply> {
  const state = states.of(call);
  const address = await addressNamedBy(call, ask, state);
  if (address === undefined)
    throw new AwsError('MissingParameter', 'The request must contain the parameter AllocationId');
  const isReset = call.operation === 'ResetAddressAttribute';
  const value = isReset ? '' : absolute(field(call, 'DomainName') ?? '');
  const entry = state.reverseDns.get(address.allocationId) ?? {};
  state.reverseDns.set(address.allocationId, entry);
  const mode = states.reverseDnsMode;
  entry.update = { value, status: 'PENDING', ...(typeof mode === 'number' && { readsLeft: mode }) };
  if (mode === 'immediate' || mode === 0) settle(entry);
  return ec2Reply(call.operation, addressElement(address, entry));
}

/** The name as DNS has it: with its final dot. */
function absolute(name: string): string {
  return name === '' || name.endsWith('.') ? name : `${name}.`;
}

function addressElement(address: Address, entry: ReverseDns): Element {
  const shown = element(
    'address',
    element('publicIp', address.publicIp),
    element('allocationId', address.allocationId),
  );
  show(shown, entry);
  return shown;
}

function show(item: Element, entry: ReverseDns): void {
  if (entry.record !== undefined) replaceChild(item, element('ptrRecord', entry.record));
  if (entry.update === undefined) return;
  const { value, status, reason } = entry.update;
  const update = element('ptrRecordUpdate', element('value', value), element('status', status));
  if (reason !== undefined) update.children.push(element('reason', reason));
  replaceChild(item, update);
}

/** Completes a pending change. */
export function settle(entry: ReverseDns): void {
  if (entry.update === undefined) return;
  entry.record = entry.update.value === '' ? undefined : entry.update.value;
  entry.update = undefined;
}

function unpaged(call: Call): Call {
  const { MaxResults, NextToken: _token, ...fields } = formFields(call);
  return MaxResults === undefined ? call : withForm(call, call.operation, fields);
}

// AWS gives at most 1,000 a page and takes 1 to 1,000.
function describe(state: AddressState, call: Call, reply: Reply): Reply {
  const size = Number(field(call, 'MaxResults') ?? 1000);
  const start = Number(field(call, 'NextToken') ?? 0);
  return amendXml(reply, (document) => {
    const set = descend(document, 'addressSet');
    const items = elements(set, 'item');
    const page = items.slice(start, start + size);
    for (const item of page) read(state, item);
    set?.children.splice(0, set.children.length, ...page);
    if (start + size < items.length) replaceChild(document, element('nextToken', String(start + size)));
  });
}

function read(state: AddressState, item: Element): void {
  const entry = state.reverseDns.get(textAt(item, 'allocationId') ?? '');
  if (entry === undefined) return;
  const update = entry.update;
  if (update?.status === 'PENDING' && update.readsLeft !== undefined) {
    if (update.readsLeft <= 0) settle(entry);
    else update.readsLeft -= 1;
  }
  show(item, entry);
}
