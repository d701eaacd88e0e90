import { type Call, field } from '../call.ts';
import type { AccessKeyChange } from '../control-types.ts';
import type { Overlay } from '../overlay.ts';
import { amendXml } from '../reply.ts';
import { descend, type Element, element, elements, replaceChild, textAt } from '../xml.ts';

/** Access key id → what a test says of its age and its last use. */
export type AccessKeys = Map<string, AccessKeyChange>;

/** Keys as old and as lately used as a test wants them: the emulator makes them now, and sees nobody use them. */
export const accessKeys = (changes: AccessKeys): Overlay => ({
  match: ({ service, operation }) =>
    service === 'iam' &&
    (operation === 'ListAccessKeys' || operation === 'GetAccessKeyLastUsed') &&
    changes.size > 0,
  handle: async (call, next) =>
    amendXml(await next(call), (document) => {
      if (call.operation === 'ListAccessKeys') aged(document, changes);
      else used(call, document, changes);
    }),
});

function aged(document: Element, changes: AccessKeys): void {
  for (const key of elements(descend(document, 'ListAccessKeysResult', 'AccessKeyMetadata'))) {
    const createdAt = changes.get(textAt(key, 'AccessKeyId') ?? '')?.createdAt;
    if (createdAt !== undefined) replaceChild(key, element('CreateDate', createdAt));
  }
}

function used(call: Call, document: Element, changes: AccessKeys): void {
  const use = changes.get(field(call, 'AccessKeyId') ?? '')?.lastUsed;
  const shown = descend(document, 'GetAccessKeyLastUsedResult', 'AccessKeyLastUsed');
  if (use === undefined || shown === undefined) return;
  replaceChild(shown, element('LastUsedDate', use.time));
  replaceChild(shown, element('ServiceName', use.service));
  replaceChild(shown, element('Region', use.region));
}
