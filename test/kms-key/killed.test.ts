import { describe, expect } from 'vitest';
import { managing, onKeyBed } from '../support/kms-key.ts';

const it = onKeyBed('ca-west-1');

/** The calls that make a key with all it has; each is held before AWS sees it, or after it was applied. */
const making = ['CreateKey', 'EnableKeyRotation', 'CreateAlias'];
const moments = making.flatMap((operation) =>
  (['before', 'after'] as const).map((moment) => ({ operation, moment })),
);

describe('the operator is killed while it makes a key', () => {
  it.for(moments)(
    '$moment $operation: the next one goes on with the same key',
    async ({ operation, moment }, { bed, keys, kms }) => {
      const rule = await bed.inject({ hold: moment }, { operation, times: 1 });
      const operator = await bed.spawn(managing);
      await keys.apply('app', { aliases: [`alias/${bed.namespace}`], rotation: {} });
      expect(await bed.proxy.waitHeld(rule)).toHaveLength(1);
      operator.kill('SIGKILL');
      await operator.exited;
      await bed.start(managing, { visibleAfter: 3_000 });
      // What was on its way arrives although nobody waits for it any more.
      await bed.proxy.release(rule);

      const { status } = await keys.waitReady('app');
      const keyId = status?.keyId ?? '';
      expect(await kms.ownKeys()).toEqual([keyId]);
      expect(await kms.aliases(keyId)).toEqual([`alias/${bed.namespace}`]);
      expect((await kms.rotation(keyId)).enabled).toBe(true);
      expect(await bed.calls('CreateKey')).toHaveLength(1);
    },
  );
});
