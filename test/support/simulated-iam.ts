import type { Read } from '../../src/aws/execute.ts';
import { AwsError } from '../../src/core/errors.ts';
import type { Execute } from '../../src/core/kind.ts';
import { fakeRead } from './fake-read.ts';

export interface SimulatedKey {
  readonly id: string;
  readonly secret: string;
  readonly createdAt: number;
  readonly madeBy: 'operator' | 'person';
  active: boolean;
  lastUsed: number | undefined;
}

/** Runs an effect, or fails in its stead or after it, as the world's fate has it. */
export type Touch = <Value>(what: string, apply: () => Value) => Promise<Value>;

/**
 * The access keys of one IAM user, at the world's time: two at most, and a secret shown once. A fake, because crashes
 * between every two calls over weeks of rotation are more runs than the emulator has time for; the same calls are
 * tried against the emulator in test/iam-access-key.
 */
export class SimulatedIam {
  readonly keys: SimulatedKey[] = [];
  /** What the operator did to keys, as `DeleteAccessKey AKIA1`. */
  readonly writes: string[] = [];
  /** The most keys there ever were, and how often one more was asked for. */
  most = 0;
  refused = 0;
  readonly #touch: Touch;
  readonly #now: () => number;
  #made = 0;

  constructor(touch: Touch, now: () => number) {
    this.#touch = touch;
    this.#now = now;
  }

  find(id: string | undefined): SimulatedKey | undefined {
    return this.keys.find((key) => key.id === id);
  }

  create(madeBy: SimulatedKey['madeBy']): SimulatedKey {
    if (this.keys.length >= 2) {
      this.refused += 1;
      throw refusal('LimitExceeded', 'Quota');
    }
    const number = ++this.#made;
    // AWS tells seconds.
    const createdAt = Math.floor(this.#now() / 1_000) * 1_000;
    const key: SimulatedKey = {
      id: `AKIA${number}`,
      secret: `secret-of-${number}`,
      createdAt,
      madeBy,
      active: true,
      lastUsed: undefined,
    };
    this.keys.push(key);
    this.most = Math.max(this.most, this.keys.length);
    return key;
  }

  delete(id: string): void {
    const at = this.keys.findIndex((key) => key.id === id);
    if (at < 0) throw refusal('NoSuchEntity', 'NotFound');
    this.keys.splice(at, 1);
  }

  readonly read: Read = async (scope, call, input) =>
    await this.#touch(call, () =>
      fakeRead({
        'iam:ListAccessKeys': () => ({
          AccessKeyMetadata: this.keys.map(({ id, createdAt, active }) => ({
            AccessKeyId: id,
            CreateDate: new Date(createdAt),
            Status: active ? 'Active' : 'Inactive',
          })),
        }),
        'iam:GetAccessKeyLastUsed': ({ AccessKeyId }) => {
          const used = this.find(AccessKeyId)?.lastUsed;
          const LastUsedDate = used === undefined ? undefined : new Date(used);
          return { AccessKeyLastUsed: { LastUsedDate, ServiceName: 's3', Region: 'eu-central-1' } };
        },
      })(scope, call, input),
    );

  readonly execute: Execute = async ({ call, input, mayWrite }) => {
    mayWrite();
    return await this.#touch(call, () => this.#apply(call, String(Reflect.get(input, 'AccessKeyId'))));
  };

  #apply(call: string, id: string): unknown {
    if (call === 'iam:CreateAccessKey') {
      const key = this.create('operator');
      this.writes.push(`CreateAccessKey ${key.id}`);
      const { secret: SecretAccessKey, createdAt } = key;
      const AccessKey = { AccessKeyId: key.id, SecretAccessKey, CreateDate: new Date(createdAt) };
      return { AccessKey };
    }
    const key = this.find(id);
    this.writes.push(`${call.slice('iam:'.length)} ${id}`);
    if (!key) throw refusal('NoSuchEntity', 'NotFound');
    if (call === 'iam:UpdateAccessKey') key.active = false;
    else this.delete(id);
    return {};
  }
}

const refusal = (code: string, errorClass: 'Quota' | 'NotFound'): AwsError =>
  new AwsError({ class: errorClass, code, call: 'iam', message: code, definite: true });
