import { group, version } from '../../core/crd/definition.ts';
import { ownershipTags, tagKeys } from '../../core/identity.ts';
import { claimOn, mayManage, ownerOf } from '../../core/ownership.ts';
import type { Step } from '../../core/plan.ts';
import { sealedMark } from '../../core/sealed.ts';
import { type SecretBody, type SecretSeen, secretStep } from '../../core/secret-step.ts';
import { keyOf, type Seen } from './seen.ts';
import { dataKeysOf, type IAMAccessKey, secretOf } from './self.ts';

/** On the Secret: the id of the key in it. */
export const accessKeyAnnotation = 'mooring.dev/access-key-id';

/** Whose a Secret is, is told by the same words as on a resource in AWS, as annotations; or by its owner. */
const isOurs = (self: IAMAccessKey, { annotations, ownerReferences }: SecretSeen): boolean => {
  const claim = claimOn(annotations, self);
  return claim === 'ours' || (claim === 'unclaimed' && ownerReferences.some(({ uid }) => uid === self.uid));
};

/** Whether the Secret has this key as it was delivered: nobody has changed a half of it since. */
export function holds(self: IAMAccessKey, secret: SecretSeen | undefined, id: string): boolean {
  if (!secret || !isOurs(self, secret) || secret.annotations[accessKeyAnnotation] !== id) return false;
  return Object.values(dataKeysOf(self)).every((key) => secret.written.includes(key));
}

/** Why the Secret of this name may not be written to. */
export function secretConflict(self: IAMAccessKey, { secret }: Seen): string | undefined {
  if (!secret || isOurs(self, secret)) return undefined;
  const { annotations } = secret;
  if (mayManage(annotations, self, self.spec.takeOver ? 'adopt' : 'identity')) return undefined;
  const what = `Secret ${secretOf(self).name} exists`;
  return claimOn(annotations, self) === 'unclaimed'
    ? `${what} and was not made by mooring: it is left alone. Give spec.secret another name, or set spec.takeOver to have it written over`
    : `${what} and belongs to ${ownerOf(annotations)}: it is left alone`;
}

/** Writes the key that was just made into the Secret: the one time that its other half is at hand. */
export function deliver(self: IAMAccessKey, seen: Seen, id: string): Step<Seen> {
  const { name } = secretOf(self);
  return secretStep<Seen>()('k8s:WriteSecret', {
    input: { ...secretOf(self), ...over(seen), ...metadataOf(self, seen, id), data: dataOf(self, id) },
    why: `Secret ${name} is to hold ${id}`,
    event: 'SecretWritten',
    fold: ({ made: _, madeRoomFor: __, attempt, ...before }, secret) => ({
      ...before,
      secret,
      current: id,
      previous: [before.current, before.previous].find((old) => keyOf(seen, old)),
      attempt: undefined,
      rotatedToken: attempt?.rotateNow ?? before.rotatedToken,
    }),
  });
}

const over = ({ secret }: Seen) => (secret ? { over: { resourceVersion: secret.resourceVersion } } : {});

function metadataOf(self: IAMAccessKey, { secret }: Seen, id: string): SecretBody {
  const { identity, uid } = self;
  const { [tagKeys.role]: _, ...owner } = ownershipTags({ identity, uid, role: 'primary' });
  const released = secret && tagKeys.released in secret.annotations ? { [tagKeys.released]: null } : {};
  return {
    labels: { 'app.kubernetes.io/managed-by': 'mooring' },
    annotations: { ...owner, [accessKeyAnnotation]: id, ...released },
    ownerReferences: [
      ...othersOf(self, secret),
      { apiVersion: `${group}/${version}`, kind: identity.kind, name: identity.name, uid },
    ],
  };
}

/** An owner of this very name that had another uid is gone, and would have the Secret collected. */
const othersOf = ({ identity, uid }: IAMAccessKey, secret: SecretSeen | undefined) =>
  (secret?.ownerReferences ?? []).filter(
    (owner) => owner.uid !== uid && !(owner.kind === identity.kind && owner.name === identity.name),
  );

function dataOf(self: IAMAccessKey, id: string): Record<string, string> {
  const { accessKeyId, secretAccessKey, credentialsFile } = dataKeysOf(self);
  const file = `[default]\naws_access_key_id = ${id}\naws_secret_access_key = ${sealedMark}\n`;
  return {
    [accessKeyId]: id,
    [secretAccessKey]: sealedMark,
    ...(credentialsFile === undefined ? {} : { [credentialsFile]: file }),
  };
}

/** The Secret goes last: until then it tells what the key was. */
export function deleteSecret(self: IAMAccessKey, { secret }: Seen): Step<Seen>[] {
  if (!secret || !isOurs(self, secret)) return [];
  return [
    secretStep<Seen>()('k8s:DeleteSecret', {
      input: { ...secretOf(self), uid: secret.uid },
      why: `Secret ${secretOf(self).name}: the object is deleted`,
      event: 'SecretDeleted',
      destroys: true,
      fold: withoutSecret,
      // Where the right was taken away, as in a namespace that is going, its owner reference has it collected.
      refused: (seen, error) => (error.class === 'Denied' ? withoutSecret(seen) : undefined),
    }),
  ];
}

const withoutSecret = (seen: Seen): Seen => ({ ...seen, secret: undefined });

/** Without its owner the Secret is not collected with it. */
export function releaseSecret(self: IAMAccessKey, seen: Seen): Step<Seen>[] {
  const { secret } = seen;
  if (!secret || !isOurs(self, secret) || tagKeys.released in secret.annotations) return [];
  const { ownerReferences } = secret;
  return [
    secretStep<Seen>()('k8s:WriteSecret', {
      input: {
        ...secretOf(self),
        ...over(seen),
        annotations: { [tagKeys.released]: 'true' },
        ownerReferences: ownerReferences.filter(({ uid }) => uid !== self.uid),
      },
      why: `Secret ${secretOf(self).name} is retained: deletionPolicy is Retain`,
      event: 'Retained',
      fold: (before, written) => ({ ...before, secret: written }),
    }),
  ];
}
