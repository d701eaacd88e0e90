import { tagKeys } from './identity.ts';

export type Tags = Readonly<Record<string, string>>;

/** Prefixes nobody may write through a manifest: ours says who owns a resource, `aws:` is AWS's own. */
const reservedPrefixes = ['mooring.dev/', 'aws:'];

export const isReservedTagKey = (key: string): boolean =>
  reservedPrefixes.some((prefix) => key.toLowerCase().startsWith(prefix));

export interface TagChanges {
  readonly set: Tags;
  readonly unset: readonly string[];
}

export interface KeyRules {
  /** IAM compares keys without regard to case: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html */
  readonly ignoreCase?: boolean;
}

/** What makes two keys the same key. */
export const foldKey = ({ ignoreCase }: KeyRules): ((key: string) => string) =>
  ignoreCase ? (key) => key.toLowerCase() : (key) => key;

export interface TagRules extends KeyRules {
  /**
   * Keys this object's last written status says were set by us, so that a key taken out of the manifest
   * is taken off the resource, and one that somebody else put there is left.
   */
  readonly managed?: readonly string[];
}

/**
 * What has to change for `seen` to carry every tag of `desired`, and none of `managed` that is no longer
 * desired. `undefined` when nothing has to.
 */
export function diffTags(desired: Tags, seen: Tags, rules: TagRules = {}): TagChanges | undefined {
  const fold = foldKey(rules);
  const seenByKey = new Map(Object.entries(seen).map(([key, value]) => [fold(key), value]));
  const wanted = new Set(Object.keys(desired).map(fold));

  const set = Object.fromEntries(
    Object.entries(desired).filter(([key, value]) => seenByKey.get(fold(key)) !== value),
  );
  const unset = (rules.managed ?? []).filter(
    (key) => !wanted.has(fold(key)) && seenByKey.has(fold(key)) && !isReservedTagKey(key),
  );
  return Object.keys(set).length + unset.length === 0 ? undefined : { set, unset };
}

/** `tags` after `changes`, as AWS will show them: a key that is written in another case takes the other's place. */
export function applyTags(tags: Tags, { set, unset }: TagChanges, rules: KeyRules = {}): Tags {
  const fold = foldKey(rules);
  const gone = new Set([...unset, ...Object.keys(set)].map(fold));
  return { ...Object.fromEntries(Object.entries(tags).filter(([key]) => !gone.has(fold(key)))), ...set };
}

/** As many keys as status records: as many tags as AWS allows on a resource. */
export const maxManagedKeys = 50;

/**
 * The keys that status records as set for the object, see {@link TagRules}: those desired, and of those recorded
 * `before` every one that is still on one of the resources, for it is still to be taken off.
 */
export function managedKeys(
  desired: Tags,
  before: readonly string[] = [],
  seen: readonly Tags[],
  rules: KeyRules = {},
): string[] {
  const fold = foldKey(rules);
  const wanted = new Set(Object.keys(desired).map(fold));
  const there = new Set(seen.flatMap((tags) => Object.keys(tags)).map(fold));
  const left = before.filter((key) => !wanted.has(fold(key)) && there.has(fold(key)));
  // What is left is known from here only; what is desired the manifest says again.
  return [...left, ...Object.keys(desired)].slice(0, maxManagedKeys).sort();
}

/** Tags as AWS lists them, as a record. */
export function tagsOf(
  list: readonly { Key?: string | undefined; Value?: string | undefined }[] | undefined,
): Tags {
  return Object.fromEntries((list ?? []).flatMap((tag) => (tag.Key ? [[tag.Key, tag.Value ?? '']] : [])));
}

/** A record of tags as AWS takes them. */
export const tagList = (tags: Tags): { Key: string; Value: string }[] =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

/** What `mooring plan` and status say of changed tags: names, never values of ours. */
export function describeTagChanges(changes: TagChanges): string {
  const own = new Set<string>(Object.values(tagKeys));
  const restored = Object.keys(changes.set).filter((key) => own.has(key));
  const set = Object.keys(changes.set).filter((key) => !own.has(key));
  return [
    set.length ? `set ${set.join(', ')}` : '',
    restored.length ? `restore ${restored.join(', ')}` : '',
    changes.unset.length ? `remove ${changes.unset.join(', ')}` : '',
  ]
    .filter(Boolean)
    .join('; ');
}
