import { scopeOf } from '../call.ts';
import { Mutex } from '../mutex.ts';
import type { Overlay } from '../overlay.ts';
import { AddressStates } from './address-state.ts';
import { addressAttribute } from './ec2-address-attribute.ts';
import { allocateAddress } from './ec2-allocate-address.ts';
import { associateAddress } from './ec2-associate-address.ts';
import { copyImage } from './ec2-copy-image.ts';
import { createImage } from './ec2-create-image.ts';
import { deregisterImage } from './ec2-deregister-image.ts';
import { describeAddresses } from './ec2-describe-addresses.ts';
import { describeImages } from './ec2-describe-images.ts';
import { describeSnapshots } from './ec2-describe-snapshots.ts';
import { disassociateAddress } from './ec2-disassociate-address.ts';
import { imageReferences } from './ec2-image-references.ts';
import { imageSwitches } from './ec2-image-switches.ts';
import { imageUsageReports } from './ec2-image-usage.ts';
import { type InstanceStatuses, instanceStatusChecks } from './ec2-instance-status.ts';
import { interfaceAssociation } from './ec2-interface-association.ts';
import { releaseAddress } from './ec2-release-address.ts';
import { snapshotAttribute } from './ec2-snapshot-attribute.ts';
import { terminateInstances } from './ec2-terminate-instances.ts';
import { type AccessKeys, accessKeys } from './iam-access-keys.ts';
import { authorizationPages } from './iam-authorization-pages.ts';
import { iamPrincipals, TrustedRoles } from './iam-principals.ts';
import { simulatePrincipalPolicy } from './iam-simulate.ts';
import { iamTags } from './iam-tags.ts';
import { ImageStates } from './image-state.ts';
import { kms } from './kms.ts';
import { ebsKey } from './kms-ebs-key.ts';
import { KmsStates } from './kms-state.ts';
import { Visibility } from './visibility.ts';

/** All overlays with the state behind them. A new one is a file here and a line in `overlays`. */
export class Overlays {
  readonly accessKeys: AccessKeys = new Map();
  readonly addresses = new AddressStates();
  readonly images: ImageStates;
  readonly instanceStatuses: InstanceStatuses = new Map();
  readonly keys = new KmsStates();
  readonly trustedRoles = new TrustedRoles();
  readonly visibility: Visibility;
  readonly list: readonly Overlay[];

  constructor(now: () => number) {
    this.visibility = new Visibility(now);
    this.images = new ImageStates(now);
    const { addresses, images } = this;
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
      exclusive(createImage(images)),
      exclusive(copyImage(images)),
      exclusive(deregisterImage(images)),
      exclusive(imageSwitches(images)),
      describeImages(images),
      describeSnapshots(images),
      imageReferences(images),
      imageUsageReports(images),
      snapshotAttribute,
      exclusive(iamPrincipals(this.trustedRoles)),
      exclusive(iamTags),
      accessKeys(this.accessKeys),
      authorizationPages,
      simulatePrincipalPolicy,
      ebsKey,
      kms(this.keys, now),
    ];
  }

  reset(): void {
    this.accessKeys.clear();
    this.addresses.reset();
    this.images.reset();
    this.instanceStatuses.clear();
    this.keys.reset();
    this.trustedRoles.reset();
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
