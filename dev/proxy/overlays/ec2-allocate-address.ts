import { type Call, field, type Reply } from '../call.ts';
import type { Overlay } from '../overlay.ts';
import { AwsError, amendXml } from '../reply.ts';
import { element, replaceChild, textAt } from '../xml.ts';
import type { AddressOrigin, AddressStates } from './address-state.ts';
import { listAddresses } from './addresses.ts';

/**
 * The quota, recovery of a released address, and the network border group and pools, which the emulator ignores.
 * An address is recoverable when it was released through the proxy, unless a test says otherwise.
 */
export function allocateAddress(states: AddressStates): Overlay {
  return {
    match: (call) => call.operation === 'AllocateAddress' && field(call, 'DryRun') !== 'true',
    async handle(call, next, ask): Promise<Reply> {
      const state = states.of(call);
      if (states.quota !== undefined && (await listAddresses(ask, state, {})).length >= states.quota) {
        throw new AwsError('AddressLimitExceeded', 'The maximum number of addresses has been reached.');
      }
      const wanted = field(call, 'Address');
      if (wanted !== undefined && !(states.recoverable.get(wanted) ?? state.released.has(wanted))) {
        throw new AwsError('InvalidAddress.NotFound', `Address '${wanted}' not found.`);
      }
      return amendXml(await next(call), (document) => {
        const origin = originOf(call, textAt(document, 'publicIp') ?? '');
        state.origins.set(textAt(document, 'allocationId') ?? '', origin);
        if (wanted !== undefined) state.released.delete(wanted);
        for (const [name, value] of Object.entries(origin)) {
          if (value !== undefined) replaceChild(document, element(name, value));
        }
      });
    },
  };
}

// Wavelength zones (…-wl1-…) give carrier addresses, Outposts' pools customer-owned ones.
function originOf(call: Call, publicIp: string): AddressOrigin {
  const networkBorderGroup = field(call, 'NetworkBorderGroup') ?? call.region;
  const customerOwnedIpv4Pool = field(call, 'CustomerOwnedIpv4Pool');
  return {
    networkBorderGroup,
    publicIpv4Pool: field(call, 'PublicIpv4Pool') ?? field(call, 'IpamPoolId') ?? 'amazon',
    customerOwnedIpv4Pool,
    customerOwnedIp: customerOwnedIpv4Pool === undefined ? undefined : publicIp.replace(/^127/, '192'),
    carrierIp: networkBorderGroup.includes('-wl') ? publicIp.replace(/^127/, '155') : undefined,
  };
}
