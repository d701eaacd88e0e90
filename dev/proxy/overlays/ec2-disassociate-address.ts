import { field } from '../call.ts';
import type { Overlay } from '../overlay.ts';
import { errorIn } from '../reply.ts';
import type { AddressStates } from './address-state.ts';

/** Forgets the secondary private address of an association that has ended. */
export function disassociateAddress(states: AddressStates): Overlay {
  return {
    match: (call) => call.operation === 'DisassociateAddress',
    async handle(call, next) {
      const reply = await next(call);
      if (errorIn(reply) === undefined)
        states.of(call).secondaryIps.delete(field(call, 'AssociationId') ?? '');
      return reply;
    },
  };
}
