import { annotations } from './identity.ts';

type Annotations = Readonly<Record<string, string>>;

/**
 * Whether a person has confirmed that what is gone may be made anew: by its id, so that an annotation that stays
 * in a manifest confirms that loss and not the next one.
 */
export const mayRecreate = (written: Annotations, lost: string | undefined): boolean =>
  lost !== undefined && written[annotations.allowRecreation] === lost;

/** Long enough for any id, and for no more. */
const most = 64;

/** For a message: what to write, and that what is written confirms something else. */
export function toRecreate(written: Annotations, lost: string): string {
  const value = written[annotations.allowRecreation];
  const instead =
    value === undefined ? '' : ` (it says "${value.slice(0, most)}", which does not confirm this loss)`;
  return `annotate ${annotations.allowRecreation}=${lost}${instead}`;
}
