import { UsageError } from './usage-error.ts';

interface Definition {
  readonly definition: { readonly kind: string; readonly plural: string };
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
