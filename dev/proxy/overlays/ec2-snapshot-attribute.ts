import { type Call, field } from '../call.ts';
import type { Overlay } from '../overlay.ts';
import { ec2Reply } from '../reply.ts';
import { element } from '../xml.ts';

/** Sharing of snapshots by `CreateVolumePermission`, of which the emulator knows only the older form. */
export const snapshotAttribute: Overlay = {
  match: (call) =>
    call.operation === 'ModifySnapshotAttribute' &&
    Object.keys(call.input).some((name) => name.startsWith('CreateVolumePermission.')) &&
    field(call, 'DryRun') !== 'true',
  async handle(call, _next, ask) {
    for (const operation of ['Add', 'Remove'] as const) {
      const users = usersOf(call, operation);
      if (users.length === 0) continue;
      const ids = Object.fromEntries(users.map((user, at) => [`UserId.${at + 1}`, user]));
      await ask(call.operation, {
        SnapshotId: field(call, 'SnapshotId') ?? '',
        Attribute: 'createVolumePermission',
        OperationType: operation.toLowerCase(),
        ...ids,
      });
    }
    return ec2Reply(call.operation, element('return', 'true'));
  },
};

function usersOf(call: Call, operation: 'Add' | 'Remove'): string[] {
  const users: string[] = [];
  for (let at = 1; ; at += 1) {
    const user = field(call, `CreateVolumePermission.${operation}.${at}.UserId`);
    if (user === undefined) return users;
    users.push(user);
  }
}
