import { type Call, field, formFields } from '../call.ts';
import type { Ask, Overlay } from '../overlay.ts';
import { descend, type Element, elements, textAt } from '../xml.ts';

/** What is tagged, how it is named, and the calls about it. */
const tagged = [
  { name: 'RoleName', tag: 'TagRole', untag: 'UntagRole', get: 'GetRole', path: ['GetRoleResult', 'Role'] },
  {
    name: 'InstanceProfileName',
    tag: 'TagInstanceProfile',
    untag: 'UntagInstanceProfile',
    get: 'GetInstanceProfile',
    path: ['GetInstanceProfileResult', 'InstanceProfile'],
  },
] as const;

/**
 * IAM tells tag keys apart without regard to case, and keeps the case a key was last written in; the emulator
 * makes two tags of them. https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html
 */
export const iamTags: Overlay = {
  match: (call) => call.service === 'iam' && kindOf(call) !== undefined,
  async handle(call, next, ask) {
    const kind = kindOf(call);
    if (!kind) return next(call);
    const wanted = Object.entries(formFields(call)).flatMap(([name, value]) =>
      /^(Tags\.member\.\d+\.Key|TagKeys\.member\.\d+)$/.test(name) ? [value] : [],
    );
    await takeOffSpellings(call, kind, wanted, ask);
    return next(call);
  },
};

const kindOf = ({ operation }: Call) =>
  tagged.find(({ tag, untag }) => [tag, untag].some((name) => name === operation));

async function takeOffSpellings(
  call: Call,
  { name, get, untag, path }: (typeof tagged)[number],
  keys: readonly string[],
  ask: Ask,
): Promise<void> {
  const named = { [name]: field(call, name) ?? '' };
  const document: Element = await ask(get, named);
  const present = elements(descend(document, ...path, 'Tags')).flatMap((tag) => textAt(tag, 'Key') ?? []);
  const other = present.filter(
    (key) => !keys.includes(key) && keys.some((wanted) => wanted.toLowerCase() === key.toLowerCase()),
  );
  if (other.length === 0) return;
  const members = Object.fromEntries(other.map((key, at) => [`TagKeys.member.${at + 1}`, key]));
  await ask(untag, { ...named, ...members });
}
