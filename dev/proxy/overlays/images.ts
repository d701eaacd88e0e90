import { type Call, field } from '../call.ts';
import type { Ask } from '../overlay.ts';
import { AwsError } from '../reply.ts';
import { descend, type Element, elements } from '../xml.ts';

export const imageItems = (document: Element): Element[] => elements(descend(document, 'imagesSet'), 'item');

/** An image of the caller's, as the emulator has it; its NotFound when there is none. */
export async function imageById(ask: Ask, imageId: string): Promise<Element> {
  const [image] = imageItems(await ask('DescribeImages', { 'ImageId.1': imageId }));
  if (image) return image;
  throw new AwsError('InvalidAMIID.Unavailable', `The image ID '${imageId}' is no longer available`);
}

/** AWS's names are unique in an account and region; the emulator's are not. */
export async function refuseTakenName(call: Call, ask: Ask): Promise<void> {
  const name = field(call, 'Name') ?? '';
  const fields = { 'Owner.1': 'self', 'Filter.1.Name': 'name', 'Filter.1.Value.1': name };
  const [holder] = imageItems(await ask('DescribeImages', fields));
  if (!holder) return;
  const id = elements(holder, 'imageId')[0]?.children.join('');
  throw new AwsError('InvalidAMIName.Duplicate', `AMI name ${name} is already in use by AMI ${id}`);
}

/** The tags a call gives to what it makes, by resource type. */
export function tagsFor(call: Call, resourceType: string): [key: string, value: string][] {
  const tags: [string, string][] = [];
  for (let at = 1; field(call, `TagSpecification.${at}.ResourceType`) !== undefined; at += 1) {
    if (field(call, `TagSpecification.${at}.ResourceType`) !== resourceType) continue;
    for (let tag = 1; ; tag += 1) {
      const key = field(call, `TagSpecification.${at}.Tag.${tag}.Key`);
      if (key === undefined) break;
      tags.push([key, field(call, `TagSpecification.${at}.Tag.${tag}.Value`) ?? '']);
    }
  }
  return tags;
}

export async function tag(
  ask: Ask,
  ids: readonly string[],
  tags: readonly (readonly [key: string, value: string])[],
): Promise<void> {
  if (ids.length === 0 || tags.length === 0) return;
  const fields: Record<string, string> = {};
  for (const [at, id] of ids.entries()) fields[`ResourceId.${at + 1}`] = id;
  for (const [at, [key, value]] of tags.entries()) {
    fields[`Tag.${at + 1}.Key`] = key;
    fields[`Tag.${at + 1}.Value`] = value;
  }
  await ask('CreateTags', fields);
}
