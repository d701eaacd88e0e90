import type { Self } from '../../core/kind.ts';
import { defaultKeys } from './fields.ts';
import type { IAMAccessKeySpec, IAMAccessKeyStatus } from './spec.ts';

export type IAMAccessKey = Self<IAMAccessKeySpec, IAMAccessKeyStatus>;

export const secretOf = ({
  spec,
  identity: { namespace, name },
}: Pick<IAMAccessKey, 'spec' | 'identity'>) => ({
  namespace,
  name: spec.secret?.name ?? name,
});

/** The keys of the Secret's data. */
export function dataKeysOf({ spec }: IAMAccessKey) {
  const { keys = {} }: NonNullable<IAMAccessKeySpec['secret']> = spec.secret ?? {};
  const { accessKeyId, secretAccessKey, credentialsFile } = keys;
  return {
    accessKeyId: accessKeyId ?? defaultKeys.accessKeyId,
    secretAccessKey: secretAccessKey ?? defaultKeys.secretAccessKey,
    ...(credentialsFile === undefined ? {} : { credentialsFile }),
  };
}

export const isRetained = ({ spec }: IAMAccessKey): boolean => spec.deletionPolicy === 'Retain';
