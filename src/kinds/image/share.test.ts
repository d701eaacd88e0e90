import { describe, it } from 'vitest';
import { type Case, check } from './check.test-data.ts';
import { image, known, object, seen, sharing, site, snapshot } from './sample.test-data.ts';

describe('sharing', () => {
  const with_ = (more: Parameters<typeof sharing>[0], of: Parameters<typeof site>[0] = {}) =>
    seen({ primary: site({ sharing: sharing(more), ...of }) });
  const share = { accounts: ['111111111111'] };
  it.each<Case>([
    ['is set', object({ share }), with_({}), { calls: ['ec2:ModifyImageAttribute'] }],
    ['as declared is left', object({ share }), with_({ accounts: ['111111111111'] }), {}],
    [
      'with the snapshots where it says so',
      object({ share: { ...share, snapshots: true } }),
      with_({ accounts: ['111111111111'] }),
      { calls: ['ec2:ModifySnapshotAttribute'] },
    ],
    [
      'is withdrawn with the field',
      object({}, { status: { ...known, shared: true } }),
      with_({ accounts: ['111111111111'] }),
      { calls: ['ec2:ModifyImageAttribute'] },
    ],
    [
      'on the AWS-managed key is refused',
      object({ share }),
      with_({ managedKey: 'arn:aws:kms:eu-central-1:1:key/x' }),
      { blocked: 'InvalidSpec' },
    ],
    [
      'with everybody is refused for an encrypted image',
      object({ share: { public: true, publicConfirmed: true } }),
      with_({}, { snapshots: [snapshot({ encrypted: true })] }),
      { blocked: 'InvalidSpec' },
    ],
    [
      'is not set on an image that is about to be disabled',
      object({ share, disableAfter: '1h' }),
      with_({}),
      { calls: ['ec2:DisableImage'] },
    ],
    [
      'of the snapshots ends before the image is disabled',
      object({ share: { ...share, snapshots: true }, disableAfter: '1h' }),
      with_({ accounts: ['111111111111'], snapshotAccounts: { 'snap-1': ['111111111111'] } }),
      { calls: ['ec2:ModifySnapshotAttribute', 'ec2:DisableImage'] },
    ],
    [
      'of the snapshots ends where the image was disabled without it',
      object({ share: { ...share, snapshots: true }, disableAfter: '1h' }),
      with_({ snapshotAccounts: { 'snap-1': ['111111111111'] } }, { image: image({ state: 'disabled' }) }),
      { calls: ['ec2:ModifySnapshotAttribute'] },
    ],
    [
      'of an image that somebody else disabled is left',
      object({ share: { ...share, snapshots: true } }),
      with_({ snapshotAccounts: { 'snap-1': ['222222222222'] } }, { image: image({ state: 'disabled' }) }),
      {},
    ],
  ])('%s', (...test) => check(test));
});
