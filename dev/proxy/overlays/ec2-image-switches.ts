import { type Call, field, type Reply } from '../call.ts';
import type { Ask, Next, Overlay } from '../overlay.ts';
import { AwsError, ec2Reply, errorIn } from '../reply.ts';
import { element, elements, textAt } from '../xml.ts';
import type { ImageFacts, ImageStates } from './image-state.ts';
import { imageById } from './images.ts';

type Switch = (facts: ImageFacts, call: Call, now: number) => void;

const day = 24 * 3_600_000;

/** What the emulator has no operation for. */
const switches: Readonly<Record<string, Switch>> = {
  EnableImageDeprecation(facts, call, now) {
    const at = Date.parse(field(call, 'DeprecateAt') ?? '');
    if (!(at > now)) {
      throw new AwsError('InvalidParameterValue', 'The deprecation date must be in the future.');
    }
    facts.deprecationTime = new Date(Math.round(at / 60_000) * 60_000).toISOString();
  },
  DisableImageDeprecation(facts) {
    facts.deprecationTime = undefined;
  },
  EnableImageDeregistrationProtection(facts, call) {
    facts.protection = `enabled-${field(call, 'WithCooldown') === 'true' ? 'with' : 'without'}-cooldown`;
  },
  DisableImageDeregistrationProtection(facts, _call, now) {
    if (facts.protection === 'enabled-with-cooldown') facts.protectedUntil = now + day;
    facts.protection = 'disabled';
  },
};

export function imageSwitches(states: ImageStates): Overlay {
  return {
    match: (call) =>
      (call.operation in switches || ['DisableImage', 'ModifyImageAttribute'].includes(call.operation)) &&
      field(call, 'DryRun') !== 'true',
    async handle(call, next, ask) {
      const imageId = field(call, 'ImageId') ?? '';
      const image = await imageById(ask, imageId);
      const facts = states.facts(call, imageId);
      const change = switches[call.operation];
      if (change) {
        change(facts, call, states.now());
        return ec2Reply(call.operation, element('return', 'true'));
      }
      if (states.isPending(facts, false)) {
        throw new AwsError(
          'InvalidAMIID.Unavailable',
          `The image ID '${imageId}' is not available: it is pending`,
        );
      }
      if (call.operation === 'DisableImage') return disable(call, next, ask, imageId);
      if (textAt(image, 'imageState') === 'disabled') {
        throw new AwsError('OperationNotPermitted', `The AMI ${imageId} is disabled.`);
      }
      const description = field(call, 'Description.Value');
      if (description === undefined) return next(call);
      facts.description = description;
      return ec2Reply(call.operation, element('return', 'true'));
    },
  };
}

/** A disabled image loses its launch permissions. */
async function disable(call: Call, next: Next, ask: Ask, imageId: string): Promise<Reply> {
  const attribute = await ask('DescribeImageAttribute', { ImageId: imageId, Attribute: 'launchPermission' });
  const fields: Record<string, string> = { ImageId: imageId };
  for (const [at, item] of elements(elements(attribute, 'launchPermission')[0], 'item').entries()) {
    for (const [name, parameter] of Object.entries(holders)) {
      const value = textAt(item, name);
      if (value !== undefined) fields[`LaunchPermission.Remove.${at + 1}.${parameter}`] = value;
    }
  }
  const reply = await next(call);
  if (errorIn(reply) === undefined && Object.keys(fields).length > 1)
    await ask('ModifyImageAttribute', fields);
  return reply;
}

const holders = {
  userId: 'UserId',
  group: 'Group',
  organizationArn: 'OrganizationArn',
  organizationalUnitArn: 'OrganizationalUnitArn',
} as const;
