import type { TagChanges, Tags } from './tags.ts';

/** How AWS changes the tags of one thing. `changes` is what that one call does: for its reason and its fold. */
interface TagCalls<Call> {
  set(tags: Tags, changes: TagChanges): Call;
  unset(keys: string[], changes: TagChanges): Call;
}

/** One call for what is new or changed, and one for what is gone: never the same key in both. */
export const tagCalls = <Call>({ set, unset }: TagChanges, calls: TagCalls<Call>): Call[] => [
  ...(Object.keys(set).length === 0 ? [] : [calls.set(set, { set, unset: [] })]),
  ...(unset.length === 0 ? [] : [calls.unset([...unset], { set: {}, unset })]),
];
