import { scopeOf } from '../call.ts';
import { Mutex } from '../mutex.ts';
import type { Overlay } from '../overlay.ts';
import { AddressStates } from './address-state.ts';
import { addressAttribute } from './ec2-address-attribute.ts';
import { allocateAddress } from './ec2-allocate-address.ts';
import { associateAddress } from './ec2-associate-address.ts';
import { describeAddresses } from './ec2-describe-addresses.ts';
import { disassociateAddress } from './ec2-disassociate-address.ts';
import { type InstanceStatuses, instanceStatusChecks } from './ec2-instance-status.ts';
import { interfaceAssociation } from './ec2-interface-association.ts';
import { releaseAddress } from './ec2-release-address.ts';
import { terminateInstances } from './ec2-terminate-instances.ts';
import { Visibility } from './visibility.ts';

/** All overlays with the state behind them. A new one is a file here and a line in `overlays`. */
export class Overlays {
  readonly addresses = new AddressStates();
  readonly instanceStatuses: InstanceStatuses = new Map();
  readonly visibility: Visibility;
  readonly list: readonly Overlay[];

  constructor(now: () => number) {
    this.visibility = new Visibility(now);
    const { addresses } = this;
    const exclusive = oneAtATime(new Mutex());
    this.list = [
      this.visibility,
      exclusive(allocateAddress(addresses)),
      exclusive(associateAddress(addresses)),
      exclusive(disassociateAddress(addresses)),
      exclusive(releaseAddress(addresses)),
      exclusive(terminateInstances(addresses)),
      describeAddresses(addresses),
      addressAttribute(addresses),
      interfaceAssociation(addresses),
      instanceStatusChecks(this.instanceStatuses),
    ];
  }

  reset(): void {
    this.addresses.reset();
    this.instanceStatuses.clear();
    this.visibility.reset();
  }
}

/** These look before they act: what they saw must still hold when they act. */
function oneAtATime(mutex: Mutex): (overlay: Overlay) => Overlay {
  return (overlay) => ({
    match: (call) => overlay.match(call),
    handle: (call, next, ask) => mutex.run(scopeOf(call), () => overlay.handle(call, next, ask)),
  });
}
