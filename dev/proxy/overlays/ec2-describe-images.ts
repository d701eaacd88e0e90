import { type Call, field, fieldList, formFields, withForm } from '../call.ts';
import type { Overlay } from '../overlay.ts';
import { AwsError, amendXml } from '../reply.ts';
import { descend, type Element, element, elements, removeChildren, replaceChild, textAt } from '../xml.ts';
import { type ImageStates, snapshotIdsOf } from './image-state.ts';
import { imageItems } from './images.ts';

/**
 * Images with the state, deprecation and protection the emulator does not keep; without disabled ones unless asked;
 * in pages.
 */
export function describeImages(states: ImageStates): Overlay {
  return {
    match: (call) => call.operation === 'DescribeImages',
    async handle(call, next) {
      const { MaxResults: _size, NextToken: _token, ...fields } = formFields(call);
      const { snapshots, rest } = withoutSnapshots(fields);
      return amendXml(await next(withForm(call, call.operation, rest)), (document) => {
        const set = descend(document, 'imagesSet');
        if (field(call, 'IncludeDisabled') !== 'true' && set) {
          removeChildren(set, (image) => textAt(image, 'imageState') === 'disabled');
        }
        refuseGone(call, document);
        for (const image of imageItems(document)) amend(states, call, image);
        if (snapshots && set) {
          removeChildren(set, (image) => !snapshotIdsOf(image).some((id) => snapshots.includes(id)));
        }
        page(call, document);
      });
    },
  };
}

/** The emulator does not filter by snapshot: that is done here. */
function withoutSnapshots(fields: Readonly<Record<string, string>>): {
  readonly rest: Record<string, string>;
  readonly snapshots: readonly string[] | undefined;
} {
  const [at] = Object.entries(fields).find(([, value]) => value === 'block-device-mapping.snapshot-id') ?? [];
  if (at === undefined) return { rest: { ...fields }, snapshots: undefined };
  const filter = at.replace(/Name$/, '');
  const isOf = (name: string) => name.startsWith(filter);
  return {
    rest: Object.fromEntries(Object.entries(fields).filter(([name]) => !isOf(name))),
    snapshots: Object.entries(fields).flatMap(([name, value]) => (isOf(name) && name !== at ? [value] : [])),
  };
}

/** The emulator answers nothing for the id of what was deregistered. */
function refuseGone(call: Call, document: Element): void {
  const [id] = fieldList(call, 'ImageId');
  if (id === undefined || imageItems(document).length > 0) return;
  throw new AwsError('InvalidAMIID.Unavailable', `The image ID '${id}' is no longer available`);
}

function amend(states: ImageStates, call: Call, image: Element): void {
  const facts = states.of(call).images.get(textAt(image, 'imageId') ?? '');
  if (!facts) return;
  const isPerson = call.accessKey === 'person';
  const pending = states.isPending(facts, !isPerson);
  if (pending) replaceChild(image, element('imageState', 'pending'));
  else if (facts.failure !== undefined) {
    replaceChild(image, element('imageState', 'failed'));
    const reason = element('message', facts.failure);
    replaceChild(image, element('stateReason', element('code', 'Client.InternalError'), reason));
  }
  if (facts.madeOf !== undefined) {
    const ebs = element('ebs', element('snapshotId', facts.madeOf));
    elements(image, 'blockDeviceMapping')[0]?.children.push(element('item', ebs));
  }
  const amended = {
    description: facts.description,
    deprecationTime: facts.deprecationTime,
    deregistrationProtection: facts.protection ?? 'disabled',
    lastLaunchedTime: facts.lastLaunched,
    creationDate: facts.createdAt,
  };
  for (const [name, value] of Object.entries(amended)) {
    if (value !== undefined) replaceChild(image, element(name, value));
  }
}

function page(call: Call, document: Element): void {
  const size = Number(field(call, 'MaxResults') ?? Number.POSITIVE_INFINITY);
  const start = Number(field(call, 'NextToken') ?? 0);
  const items = imageItems(document);
  const shown = items.slice(start, start + size);
  const set = descend(document, 'imagesSet');
  set?.children.splice(0, set.children.length, ...shown);
  if (start + size < items.length) replaceChild(document, element('nextToken', String(start + size)));
}
