import { applyTags, diffTags, foldKey, type KeyRules, type TagRules, type Tags } from '../tags.ts';
import { breach, listed, type Ruled } from './breach.ts';

/** `requiredTags`, of the tags that a resource would have. */
export function tagBreaches(
  { guardrails }: Ruled,
  field: string,
  tags: Tags,
  rules: KeyRules = {},
): string[] {
  const required = guardrails?.requiredTags ?? [];
  const fold = foldKey(rules);
  const given = new Set(Object.keys(tags).map(fold));
  const missing = required.filter((key) => !given.has(fold(key)));
  if (missing.length === 0) return [];
  return [breach('requiredTags', field, `lacks ${listed(missing)}; required: ${listed(required)}`)];
}

/** The tags a resource has once it is as declared: what somebody else put there stays. */
export function tagsAfter(desired: Tags, seen: Tags, rules: TagRules): Tags {
  const changes = diffTags(desired, seen, rules);
  return changes ? applyTags(seen, changes, rules) : seen;
}
