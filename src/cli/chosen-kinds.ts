import type { AnyKind } from '../core/kind.ts';
import { unlabelable } from '../runtime/kubernetes/label-selector.ts';
import type { RunConfig } from './run-options.ts';
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

/**
 * All, but for those that run only where they are asked for, by name or by a switch of their own. Throws UsageError
 * for a kind there is not, and for one without the kind whose objects it makes.
 */
export function running(
  kinds: readonly AnyKind[],
  {
    kinds: names,
    selector = '',
    'enable-access-keys': accessKeys,
  }: Pick<RunConfig, 'kinds' | 'selector' | 'enable-access-keys'>,
): readonly AnyKind[] {
  const found = offered(kinds, names, accessKeys);
  for (const { definition, children } of found) {
    if (!children) continue;
    if (!found.some((other) => other.definition.kind === children.kind)) {
      throw new UsageError(`--kinds ${definition.kind}: needs ${children.kind}, too`);
    }
    const term = unlabelable(selector);
    if (term !== undefined) {
      throw new UsageError(
        `--selector: the ${children.kind}s that ${definition.kind} makes are labelled so that this operator sees them, and "${term}" does not say with which value: write key=value, or leave ${definition.kind} out of --kinds`,
      );
    }
  }
  return found;
}
