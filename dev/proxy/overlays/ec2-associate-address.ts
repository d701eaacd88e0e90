import { type Call, field, withForm } from '../call.ts';
import type { Ask, Overlay } from '../overlay.ts';
import { AwsError, ec2Reply, errorIn } from '../reply.ts';
import { element, parseXml, textAt } from '../xml.ts';
import type { AddressStates } from './address-state.ts';
import { addressesOnInterfaces, addressNamedBy, disassociate } from './addresses.ts';
import { type Interface, interfaceOf, interfacesOfInstance } from './interfaces.ts';

/**
 * AWS moves an associated address unless AllowReassociation=false, repeats an association without a change, and
 * displaces whatever address was on the target. By instance id it takes only instances with one interface. The
 * emulator refuses, leaves traces of the old association, and knows only an interface's primary private address.
 */
export function associateAddress(states: AddressStates): Overlay {
  return {
    match: (call) => call.operation === 'AssociateAddress' && field(call, 'DryRun') !== 'true',
    async handle(call, next, ask) {
      const state = states.of(call);
      const address = await addressNamedBy(call, ask, state);
      if (address === undefined) return next(call);
      const target = await targetOf(call, ask);
      const privateIp = field(call, 'PrivateIpAddress') ?? target.primaryIp;
      if (!target.privateIps.includes(privateIp)) {
        const message = `The private IP address ${privateIp} is not assigned to ${target.id}.`;
        throw new AwsError('InvalidParameterValue', message);
      }
      if (address.associationId !== undefined) {
        if (address.interfaceId === target.id && address.privateIp === privateIp)
          return associated(address.associationId);
        if (field(call, 'AllowReassociation') === 'false') {
          throw new AwsError(
            'Resource.AlreadyAssociated',
            `resource ${address.allocationId} is already associated.`,
          );
        }
        await disassociate(ask, state, address.associationId);
      }
      for (const other of await addressesOnInterfaces(ask, state, [target.id])) {
        if (other.privateIp !== privateIp || other.associationId === undefined) continue;
        await disassociate(ask, state, other.associationId);
      }
      const fields = { AllocationId: address.allocationId, ...hostOf(target), AllowReassociation: 'true' };
      const reply = await next(withForm(call, 'AssociateAddress', fields));
      if (errorIn(reply) !== undefined) return reply;
      const associationId = textAt(parseXml(reply.body.toString('utf8')), 'associationId') ?? '';
      if (privateIp !== target.primaryIp) state.secondaryIps.set(associationId, privateIp);
      return associated(associationId);
    },
  };
}

// Named by its instance, the emulator fills in the instance id of the address, which it otherwise leaves empty.
function hostOf(target: Interface): Record<string, string> {
  const isPrimary = target.instanceId !== undefined && target.deviceIndex === '0';
  return isPrimary ? { InstanceId: target.instanceId ?? '' } : { NetworkInterfaceId: target.id };
}

async function targetOf(call: Call, ask: Ask): Promise<Interface> {
  const interfaceId = field(call, 'NetworkInterfaceId');
  if (interfaceId !== undefined) return interfaceOf(ask, interfaceId);
  const instanceId = field(call, 'InstanceId');
  if (instanceId === undefined) {
    throw new AwsError('MissingParameter', 'Either the instance or the network interface must be specified.');
  }
  const [only, ...more] = await interfacesOfInstance(ask, instanceId);
  if (only !== undefined && more.length === 0) return only;
  const which = only === undefined ? 'no network interface' : 'multiple network interfaces';
  throw new AwsError('InvalidInstanceID', `There is ${which} attached to instance '${instanceId}'.`);
}

function associated(associationId: string) {
  return ec2Reply('AssociateAddress', element('return', 'true'), element('associationId', associationId));
}
