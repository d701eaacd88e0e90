import { z } from 'zod';
import { type Context, type Reference, referenceKey } from '../../core/context.ts';
import { blocked, type Plan } from '../../core/plan.ts';
import type { CopySpec, ImageObject } from './self.ts';

/** Of a KMSKey's status, what says which key it is where. */
const keyStatus = z.looseObject({
  arn: z.string().optional(),
  replicas: z.array(z.looseObject({ region: z.string(), arn: z.string().optional() })).optional(),
});

export const referencesOf = ({ spec, identity }: ImageObject): Reference[] =>
  (spec.copies ?? []).flatMap(({ kmsKeyRef }) =>
    kmsKeyRef ? [referenceTo(kmsKeyRef, identity.namespace)] : [],
  );

const referenceTo = ({ name }: { readonly name: string }, namespace: string): Reference => ({
  kind: 'KMSKey',
  namespace,
  name,
});

type Key = { readonly encrypted: boolean; readonly id: string | undefined };

/** What a copy is encrypted with, or why that cannot be told yet. */
export function keyFor(
  { identity }: ImageObject,
  { region, encrypted, kmsKeyId, kmsKeyRef }: CopySpec,
  ctx: Context,
): Key | { readonly blocked: Plan<never> } {
  if (!kmsKeyRef) return { encrypted: encrypted ?? kmsKeyId !== undefined, id: kmsKeyId };
  const reference = referenceTo(kmsKeyRef, identity.namespace);
  const name = `KMSKey ${reference.namespace}/${reference.name}`;
  const found = ctx.references.get(referenceKey(reference));
  if (!found?.ready) {
    const what = found ? 'is not ready' : 'does not exist';
    return { blocked: blocked('DependencyNotReady', `copy in ${region}: ${name} ${what} (yet)`) };
  }
  const { arn, replicas = [] } = keyStatus.parse(found.status ?? {});
  const there = [arn, ...replicas.map((replica) => replica.arn)].find((one) => one?.split(':')[3] === region);
  if (there !== undefined) return { encrypted: true, id: there };
  const message = `copy in ${region}: ${name} is neither there nor has a replica there`;
  return { blocked: blocked('DependencyNotReady', message) };
}
