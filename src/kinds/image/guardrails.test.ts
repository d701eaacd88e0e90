import { describe, expect, it } from 'vitest';
import type { Context } from '../../core/context.ts';
import { guardrails } from '../../core/guardrails/schema.ts';
import {
  callsOf,
  copySite,
  ctx,
  image,
  instanceId,
  known,
  object,
  owned,
  planned,
  seen,
  sharing,
  site,
  snapshot,
  tagsOfAnother,
  toldOfCopies,
} from './sample.test-data.ts';
import type { Seen } from './seen.ts';

const partner = '111111111111';
const stranger = '999900001111';
const far = 'eu-west-1';
const under = (rules: object, more: Partial<Context> = {}): Context => ({
  ...ctx,
  guardrails: guardrails.parse(rules),
  ...more,
});
const forImages = (its: object): Context => under({ image: its });
const ours = { backup: 'yes' };
const from = (tags: Record<string, string>): Partial<Seen> => ({
  primary: site({ image: undefined, snapshots: [] }),
  source: { state: 'instance', instanceId, tags },
});
const none = from(ours);
const shared = (more: object): Partial<Seen> => ({ primary: site({ sharing: sharing(more) }) });
const everybody = { public: true, publicConfirmed: true };
const organization = 'arn:aws:organizations::123456789012:organization/o-a1b2c3d4e5';

describe('an image that would break a rule is Forbidden, by the rule’s name, and nothing is called', () => {
  it.each<[string, object, Partial<Seen>, Context, RegExp]>([
    [
      'everybody',
      { share: everybody },
      none,
      forImages({ allowPublic: false }),
      /^guardrails\.image\.allowPublic: spec\.share: everybody/,
    ],
    [
      'everybody, where accounts are named',
      { share: everybody },
      none,
      forImages({ allowedShareAccounts: [partner] }),
      /^guardrails\.image\.allowPublic/,
    ],
    [
      'everybody, where the AWSAccount is not for all namespaces',
      { share: everybody },
      none,
      { ...ctx, restricted: true },
      /^guardrails\.image\.allowPublic/,
    ],
    [
      'an account too many',
      { share: { accounts: [partner, stranger] } },
      none,
      forImages({ allowedShareAccounts: [partner] }),
      /^guardrails\.image\.allowedShareAccounts: spec\.share: 999900001111 may not have .*allowed: 111111111111$/,
    ],
    [
      'an account, where the AWSAccount is not for all namespaces',
      { share: { accounts: [partner] } },
      none,
      { ...ctx, restricted: true },
      /^guardrails\.image\.allowedShareAccounts: .*allowed: none$/,
    ],
    [
      'an organization',
      { share: { organizationArns: [organization] } },
      none,
      forImages({ allowedShareAccounts: [partner] }),
      /^guardrails\.image\.allowedShareAccounts: spec\.share: arn:aws:organizations/,
    ],
    [
      'a copy’s share',
      { copies: [{ region: far, share: { accounts: [stranger] } }] },
      none,
      forImages({ allowedShareAccounts: [] }),
      /^guardrails\.image\.allowedShareAccounts: spec\.copies\[eu-west-1\]\.share: 999900001111/,
    ],
    [
      'what somebody has shared it with, where the manifest does not say',
      {},
      shared({ accounts: [stranger] }),
      forImages({ allowedShareAccounts: [partner] }),
      /^guardrails\.image\.allowedShareAccounts: spec\.share: 999900001111/,
    ],
    [
      'whom somebody has shared a snapshot with',
      {},
      shared({ snapshotAccounts: { 'snap-1': [stranger] } }),
      { ...ctx, restricted: true },
      /spec\.share: 999900001111/,
    ],
    [
      'somebody else’s snapshot that stays shared',
      { share: { accounts: [partner] } },
      {
        primary: site({
          snapshots: [snapshot({ tags: tagsOfAnother })],
          sharing: sharing({ snapshotAccounts: { 'snap-1': [stranger] } }),
        }),
      },
      forImages({ allowedShareAccounts: [partner] }),
      /spec\.share: 999900001111/,
    ],
    [
      'an image that is public, and nobody has looked at how',
      {},
      { primary: site({ image: image({ public: true }) }) },
      forImages({ allowPublic: false }),
      /^guardrails\.image\.allowPublic/,
    ],
    [
      'a copy in another Region than may be copied to',
      { copies: [{ region: far }, { region: 'us-east-1' }] },
      {},
      forImages({ allowedCopyRegions: [far] }),
      /^guardrails\.image\.allowedCopyRegions: spec\.copies: us-east-1 .*allowed: eu-west-1$/,
    ],
    [
      'a copy in another Region than anything may be in',
      { copies: [{ region: far }] },
      {},
      under({ allowedRegions: ['eu-central-1'] }),
      /^guardrails\.allowedRegions: spec\.copies: eu-west-1/,
    ],
    [
      'an instance without the tags',
      {},
      from({ backup: 'no' }),
      under({ allowedInstances: ours }),
      /^guardrails\.allowedInstances: spec\.source\.instanceId: i-0123456789abcdef0 is no instance with the tags backup=yes/,
    ],
    [
      'a selected instance without the tags',
      { source: { instanceSelector: { matchTags: { name: 'db' } } } },
      from({ name: 'db' }),
      under({ allowedInstances: ours }),
      /^guardrails\.allowedInstances: spec\.source\.instanceSelector: i-/,
    ],
    [
      'a copy of an image, whose instance nobody knows',
      { source: { copyFrom: { imageId: 'ami-0123456789abcdef0', region: far } } },
      { primary: site({ image: undefined, snapshots: [] }) },
      under({ allowedInstances: ours }),
      /^guardrails\.allowedInstances: spec\.source\.copyFrom/,
    ],
    [
      'a tag of the image is missing',
      { snapshotTags: { cost: '1' } },
      none,
      under({ requiredTags: ['cost'] }),
      /^guardrails\.requiredTags: spec\.tags: lacks cost; required: cost$/,
    ],
    [
      'a tag of the snapshots is missing',
      { tags: { cost: '1' } },
      none,
      under({ requiredTags: ['cost'] }),
      /^guardrails\.requiredTags: spec\.snapshotTags: lacks cost; required: cost$/,
    ],
    [
      'it adopts',
      { source: undefined, adopt: 'ami-0123456789abcdef0' },
      { primary: site({ image: image({ tags: {} }) }), cameBy: 'adopt' },
      under({}),
      /^guardrails\.allowAdopt: spec\.adopt: ami-/,
    ],
    [
      'it says Delete',
      { deletionPolicy: 'Delete' },
      {},
      under({ deletionPolicy: 'Retain' }),
      /^guardrails\.deletionPolicy/,
    ],
  ])('%s', (_, spec, found, context, message) => {
    const status = found.source ? {} : known;
    const { steps, blocked } = planned(object(spec, { status }), seen(found), context);
    expect(steps).toEqual([]);
    expect(blocked?.reason).toBe('Forbidden');
    expect(blocked?.message).toMatch(message);
  });
});

describe('an image that keeps the rules is as if there were none', () => {
  const tagged = { tags: { cost: '1' }, snapshotTags: { cost: '1' } };
  it.each<[string, object, Partial<Seen>, Context, string[]]>([
    [
      'the accounts are allowed',
      { share: { accounts: [partner] } },
      none,
      forImages({ allowedShareAccounts: [partner] }),
      ['ec2:CreateImage'],
    ],
    ['nobody is shared with', {}, none, { ...ctx, restricted: true }, ['ec2:CreateImage']],
    [
      'the account is allowed, although the AWSAccount is not for all namespaces',
      { share: { accounts: [partner] } },
      none,
      under({ image: { allowedShareAccounts: [partner] } }, { restricted: true }),
      ['ec2:CreateImage'],
    ],
    [
      'everybody, where nothing is said against it',
      { share: everybody },
      none,
      under({}),
      ['ec2:CreateImage'],
    ],
    [
      'what somebody has shared is withdrawn by the manifest',
      { share: { accounts: [] } },
      shared({ accounts: [stranger], snapshotAccounts: { 'snap-1': [stranger] } }),
      forImages({ allowedShareAccounts: [] }),
      ['ec2:ModifyImageAttribute', 'ec2:ModifySnapshotAttribute'],
    ],
    ['the instance has the tags', {}, none, under({ allowedInstances: ours }), ['ec2:CreateImage']],
    ['the tags are the manifest’s', tagged, none, under({ requiredTags: ['cost'] }), ['ec2:CreateImage']],
    [
      'the tags are the operator’s',
      {},
      none,
      under({ requiredTags: ['cost'] }, { defaultTags: { cost: '1' } }),
      ['ec2:CreateImage'],
    ],
    [
      'the tag is the instance’s, and comes along',
      { copyInstanceTags: true, snapshotTags: { backup: 'x' } },
      none,
      under({ requiredTags: ['backup'] }),
      ['ec2:CreateImage'],
    ],
    [
      'the copy’s Region is allowed',
      { copies: [{ region: far }] },
      {},
      forImages({ allowedCopyRegions: [far] }),
      ['ec2:CopyImage in eu-west-1'],
    ],
  ])('%s', (_, spec, found, context, calls) => {
    const self = object(spec, { status: found.source ? {} : known });
    const plan = planned(self, toldOfCopies(self, seen(found)), context);
    expect(callsOf(plan)).toEqual(calls);
    expect(plan.blocked?.reason).not.toBe('Forbidden');
  });
});

describe('what is taken away', () => {
  const keeping = under({ deletionPolicy: 'Retain' });
  const gone = (spec: object) => object(spec, { deleting: true, status: known });

  it('deleting an object that breaks a rule deletes its image', () => {
    expect(callsOf(planned(gone({}), seen(), under({ requiredTags: ['cost'] })))).toEqual([
      'ec2:DeregisterImage',
    ]);
  });

  it('deleting an object retains where the account says so, whatever the manifest says', () => {
    const [step, ...more] = planned(gone({ deletionPolicy: 'Delete' }), seen(), keeping).steps;
    expect(step?.event).toBe('Retained');
    expect(more).toEqual([]);
  });

  it('a copy that is not named any more is retained, too', () => {
    const found = seen({ copies: [copySite(far)] });
    expect(
      planned(object({}, { status: known }), toldOfCopies(object(), found), keeping).steps.map(
        ({ event }) => event,
      ),
    ).toEqual(['Retained']);
  });

  it('deleting an object that was not allowed to adopt leaves alone what it names', () => {
    const self = gone({ adopt: 'ami-0123456789abcdef0', deletionPolicy: 'Delete' });
    const found = seen({ primary: site({ image: image({ tags: {} }) }), cameBy: 'adopt' });
    expect(planned(self, found, under({}))).toEqual({ steps: [] });
    expect(
      callsOf(planned(self, seen({ primary: site({ image: image({ tags: owned() }) }) }), under({}))),
    ).toEqual(['ec2:DeregisterImage']);
  });
});
