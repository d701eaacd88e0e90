import { UsageError } from './usage-error.ts';

interface Definition {
  readonly definition: { readonly kind: string; readonly plural: string; readonly onRequest?: true };
}

/** Those that `--kinds` names, in whatever case, singular or plural; all where it names none. Throws UsageError. */
export function chosenKinds<Kind extends Definition>(
  kinds: readonly Kind[],
  names: readonly string[],
): readonly Kind[] {
  if (names.length === 0) return kinds;
  return names.map((name) => {
    const wanted = name.toLowerCase();
    const kind = kinds.find(({ definition: { kind: own, plural } }) =>
      [own.toLowerCase(), plural].includes(wanted),
    );
    if (kind) return kind;
    const known = kinds.map(({ definition }) => definition.kind).join(', ');
    throw new UsageError(`--kinds ${name}: must be one of ${known}`);
  });
}

/**
 * The same of kinds of which some run only where they are asked for: by name, or IAMAccessKey by its switch.
 * Throws UsageError.
 */
export function offered<Kind extends Definition>(
  kinds: readonly Kind[],
  names: readonly string[],
  accessKeys: boolean,
): readonly Kind[] {
  const asked = accessKeys ? chosenKinds(kinds, ['IAMAccessKey']) : [];
  if (names.length === 0) return kinds.filter((kind) => !kind.definition.onRequest || asked.includes(kind));
  return [...new Set([...chosenKinds(kinds, names), ...asked])];
}
