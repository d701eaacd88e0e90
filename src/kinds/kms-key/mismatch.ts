import type { Context } from '../../core/context.ts';
import { usageOf } from './key-types.ts';
import type { SeenKey } from './seen.ts';
import type { KMSKey } from './self.ts';

/** What no call can change, where it is not as declared: the key is another than the one meant. */
export function mismatch({ spec }: KMSKey, key: SeenKey, ctx: Context): string | undefined {
  if (key.manager !== 'CUSTOMER') return `${key.keyId} is a key of an AWS service: nobody else can manage it`;
  if (key.primaryRegion !== undefined && key.primaryRegion !== ctx.scope.region) {
    return `${key.keyId} is a replica here, and its primary is in ${key.primaryRegion}: declare it there, with this Region in spec.replicas`;
  }
  const pairs: readonly (readonly [string, string | boolean | undefined, string | boolean | undefined])[] = [
    ['keySpec', spec.keySpec, key.spec],
    ['keyUsage', usageOf(spec.keySpec, spec.keyUsage), key.usage],
    ['origin', spec.origin, key.origin],
    ['multiRegion', spec.multiRegion, key.multiRegion],
    ['customKeyStoreId', spec.customKeyStoreId, key.customKeyStoreId],
    ['xksKeyId', spec.xksKeyId, key.xksKeyId],
  ];
  const wrong = pairs.find(([, declared, is]) => declared !== is);
  if (!wrong) return undefined;
  const [field, declared, is] = wrong;
  return `${key.keyId} has ${field} ${is ?? '(none)'}, and the manifest says ${declared ?? '(none)'}: AWS cannot change that`;
}
