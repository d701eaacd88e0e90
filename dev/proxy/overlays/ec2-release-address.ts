import { field } from '../call.ts';
import type { Overlay } from '../overlay.ts';
import { AwsError, errorIn } from '../reply.ts';
import type { AddressStates } from './address-state.ts';
import { addressNamedBy } from './addresses.ts';

/** AWS refuses to release what is associated or has reverse DNS; the emulator releases it. */
export function releaseAddress(states: AddressStates): Overlay {
  return {
    match: (call) => call.operation === 'ReleaseAddress' && field(call, 'DryRun') !== 'true',
    async handle(call, next, ask) {
      const state = states.of(call);
      const address = await addressNamedBy(call, ask, state);
      if (address === undefined) return next(call);
      if (address.associationId !== undefined) {
        throw new AwsError('InvalidIPAddress.InUse', `Address ${address.publicIp} is in use.`);
      }
      const reverseDns = state.reverseDns.get(address.allocationId);
      if (reverseDns?.record !== undefined || reverseDns?.update?.status === 'PENDING') {
        const message = `The address with allocation id ${address.allocationId} is locked: it has reverse DNS.`;
        throw new AwsError('InvalidAddress.Locked', message);
      }
      const reply = await next(call);
      if (errorIn(reply) === undefined) {
        state.released.add(address.publicIp);
        state.origins.delete(address.allocationId);
        state.reverseDns.delete(address.allocationId);
      }
      return reply;
    },
  };
}
