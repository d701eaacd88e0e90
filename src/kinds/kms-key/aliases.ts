import { step } from '../../aws/step.ts';
import type { Context } from '../../core/context.ts';
import type { Plan, Step } from '../../core/plan.ts';
import type { Desired } from './desired.ts';
import { typeOf } from './key-types.ts';
import { changed, type Holder, nameOf, type Place, type Seen, type SeenKey } from './seen.ts';
import { fieldAt, regionOf } from './tags.ts';

/** How soon to look who has an alias that AWS refused to give. Milliseconds. */
const soon = 1_000;

/** Names given and taken away; one that another key has is taken only with leave. */
export function nameKey(key: SeenKey, desired: Desired, ctx: Context): Plan<Seen> {
  const { aliases, managedAliases, takeOver, place } = desired;
  const missing = aliases.filter((alias) => !key.aliases.includes(alias));
  const held = missing.filter((alias) => alias in key.holders);
  const dropped = managedAliases.filter((alias) => !aliases.includes(alias) && key.aliases.includes(alias));
  return {
    steps: [
      ...missing.filter((alias) => !(alias in key.holders)).map((alias) => createAlias(key, place, alias)),
      ...(takeOver ? held.flatMap((alias) => moveAlias(key, place, alias, key.holders[alias] ?? {})) : []),
      ...dropped.map((alias) => deleteAlias(key, place, alias, 'the manifest no longer names it')),
    ],
    ...refusal(key, held, takeOver, ctx),
  };
}

function refusal(
  key: SeenKey,
  held: readonly string[],
  takeOver: boolean,
  ctx: Context,
): Pick<Plan<Seen>, 'blocked' | 'wakeAt'> {
  const unknown = held.find((alias) => key.holders[alias]?.keyId === undefined);
  if (unknown !== undefined) {
    const message = `${unknown} is taken: looking which key has it`;
    return { blocked: { reason: 'Pending', message }, wakeAt: ctx.now + soon };
  }
  const [first] = takeOver ? [] : held;
  if (first === undefined) return {};
  const message = `${first} stands for another key (${key.holders[first]?.keyId}): remove it there, or set spec.takeOver to move it`;
  return { blocked: { reason: 'Conflict', message } };
}

function createAlias(key: SeenKey, place: Place, alias: string): Step<Seen> {
  return step<Seen>()('kms:CreateAlias', {
    ...regionOf(place),
    input: { AliasName: alias, TargetKeyId: key.keyId },
    why: `${nameOf(key, place)} is to be called ${alias}`,
    field: fieldAt(place, 'aliases'),
    fold: (seen) => changed(seen, place, (now) => withAlias(now, alias)),
    refused: (seen, error) =>
      error.code === 'AlreadyExistsException'
        ? changed(seen, place, (now) => ({ ...now, holders: { ...now.holders, [alias]: {} } }))
        : undefined,
  });
}

/** AWS moves an alias only between keys of one type and usage; between others it is deleted and made anew. */
function moveAlias(key: SeenKey, place: Place, alias: string, holder: Holder): Step<Seen>[] {
  const { keyId, spec, usage } = holder;
  if (keyId === undefined) return [];
  const alike = typeOf(spec ?? '') === typeOf(key.spec) && usage === key.usage;
  if (alike) {
    return [
      step<Seen>()('kms:UpdateAlias', {
        ...regionOf(place),
        input: { AliasName: alias, TargetKeyId: key.keyId },
        why: `${alias} moves from ${keyId} to ${nameOf(key, place)}: spec.takeOver`,
        field: fieldAt(place, 'aliases'),
        fold: (seen) => changed(seen, place, (now) => withAlias(now, alias)),
      }),
    ];
  }
  return [
    step<Seen>()('kms:DeleteAlias', {
      ...regionOf(place),
      input: { AliasName: alias },
      why: `${alias} is taken from ${keyId}, which is another kind of key: spec.takeOver`,
      field: fieldAt(place, 'aliases'),
      fold: (seen) => changed(seen, place, (now) => ({ ...now, holders: without(now.holders, alias) })),
    }),
    createAlias(key, place, alias),
  ];
}

export function deleteAlias(key: SeenKey, place: Place, alias: string, because: string): Step<Seen> {
  const gone = (seen: Seen) =>
    changed(seen, place, (now) => ({ ...now, aliases: now.aliases.filter((name) => name !== alias) }));
  return step<Seen>()('kms:DeleteAlias', {
    ...regionOf(place),
    input: { AliasName: alias },
    why: `${alias} of ${nameOf(key, place)}: ${because}`,
    field: fieldAt(place, 'aliases'),
    fold: gone,
    // Somebody was faster: what was wanted is so.
    refused: (seen, error) => (error.class === 'NotFound' ? gone(seen) : undefined),
  });
}

const withAlias = (key: SeenKey, alias: string): SeenKey => ({
  ...key,
  aliases: [...key.aliases, alias].sort(),
  holders: without(key.holders, alias),
});

const without = <Value>(record: Readonly<Record<string, Value>>, name: string): Record<string, Value> =>
  Object.fromEntries(Object.entries(record).filter(([key]) => key !== name));
