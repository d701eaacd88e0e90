/** What an import says of a role's instance profile, which goes with it. */

import { type ImportableTags, importableTags, whoseAlready } from '../../core/import.ts';
import { diffTags, type Tags } from '../../core/tags.ts';
import type { SeenProfile, SeenRole } from './seen.ts';
import { sameName } from './self.ts';

/** Whoever adopts a role takes it out of all instance profiles but the one that the manifest names. */
export function profilesProblem(profiles: readonly SeenProfile[]): string | undefined {
  if (profiles.length > 1) {
    const names = profiles.map(({ name }) => name).sort();
    return `it is in ${names.length} instance profiles (${names.join(', ')}), and a manifest has one`;
  }
  return profiles.flatMap(({ name, tags = {} }) => {
    const problem = whoseAlready(tags) ?? importableTags(tags).reason;
    return problem === undefined ? [] : [`it is in instance profile ${name}, and ${problem}`];
  })[0];
}

/** A manifest's tags are the role's and its instance profile's: what only the role has is left out, and so to it. */
export function sharedTags(
  tags: Tags | undefined,
  profile: SeenProfile | undefined,
): Pick<ImportableTags, 'spec' | 'notes'> {
  if (!tags) return { spec: {}, notes: [] };
  if (!profile) return { spec: { tags }, notes: [] };
  const missing = Object.keys(diffTags(tags, profile.tags ?? {}, { ignoreCase: true })?.set ?? {});
  const shared = Object.entries(tags).filter(([key]) => !missing.includes(key));
  return {
    spec: shared.length === 0 ? {} : { tags: Object.fromEntries(shared) },
    notes:
      missing.length === 0
        ? []
        : [
            `tags that only the role has are left out, for a manifest gives instance profile ${profile.name} the same: ${missing.join(', ')}`,
          ],
  };
}

export function profileOf(role: SeenRole, profile: SeenProfile) {
  return { instanceProfile: sameName(profile.name, role.name) ? {} : { name: profile.name } };
}
