import type { AccessKey, LastUsed } from '../../aws/readers/access-keys.ts';
import type { SecretSeen } from '../../core/secret-step.ts';
import type { Attempt } from './status-fields.ts';

/** What AWS and Kubernetes have for one IAMAccessKey, and which of the user's keys are its own. */
export interface Seen {
  /** All of the user's, oldest first; undefined: there is no such user. */
  readonly keys: readonly SeenKey[] | undefined;
  /** The id of the key in the Secret, whether or not AWS has it still. */
  readonly current: string | undefined;
  /** The id of the one before it, while it stays. */
  readonly previous: string | undefined;
  /** The intent behind a key of which it is not known whether it was made. */
  readonly attempt: Attempt | undefined;
  readonly rotatedToken: string | undefined;
  readonly secret: SecretSeen | undefined;
  /** The id of the key made just now, whose other half is at hand for the next step only. */
  readonly made?: string;
  /** Why a key was deleted just now: for the sake of a fresh one. */
  readonly madeRoomFor?: string;
  /** AWS says that the user has as many keys as it allows. */
  readonly full?: true;
}

export interface SeenKey extends AccessKey {
  readonly lastUsed?: LastUsed | undefined;
}

export const keyOf = ({ keys }: Seen, id: string | undefined): SeenKey | undefined =>
  id === undefined ? undefined : keys?.find((key) => key.id === id);

/** `seen` with the keys changed; as it is where there is no such user. */
export function withKeys(seen: Seen, change: (keys: readonly SeenKey[]) => readonly SeenKey[]): Seen {
  const { keys } = seen;
  return keys ? { ...seen, keys: change(keys) } : seen;
}

export const withoutKey = (seen: Seen, id: string): Seen =>
  withKeys(seen, (keys) => keys.filter((key) => key.id !== id));
