import { field, fieldList } from '../call.ts';
import type { Overlay } from '../overlay.ts';
import { errorIn } from '../reply.ts';
import type { AddressStates } from './address-state.ts';
import { addressesOnInterfaces, disassociate } from './addresses.ts';
import { interfacesOfInstance } from './interfaces.ts';

/** Terminating an instance frees its addresses; in the emulator they stay associated. */
export function terminateInstances(states: AddressStates): Overlay {
  return {
    match: (call) => call.operation === 'TerminateInstances' && field(call, 'DryRun') !== 'true',
    async handle(call, next, ask) {
      const state = states.of(call);
      const interfaces = [];
      for (const instanceId of fieldList(call, 'InstanceId')) {
        interfaces.push(...(await interfacesOfInstance(ask, instanceId)));
      }
      const ids = interfaces.map((one) => one.id);
      const addresses = await addressesOnInterfaces(ask, state, ids);
      const reply = await next(call);
      if (errorIn(reply) !== undefined) return reply;
      for (const { associationId } of addresses) {
        if (associationId !== undefined) await disassociate(ask, state, associationId);
      }
      return reply;
    },
  };
}
