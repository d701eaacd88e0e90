import { describe, expect, it } from 'vitest';
import { diff } from './diff.ts';
import { callsOf, ctx, known, object, owned, profile, seen, tagsOfAnother } from './sample.test-data.ts';
import type { SeenProfile } from './seen.ts';
import { statusOf } from './status.ts';

const theirs = profile({ name: 'nodes', tags: {} });
const plan = (spec: object, profiles: readonly SeenProfile[], status: object = known) =>
  diff(object(spec, { status }), seen({ profiles }), ctx);

describe('a profile of an adopted role that nobody has tagged', () => {
  it.each<[string, object]>([
    ['the manifest names none', { adopt: 'web' }],
    ['the manifest names none, and leaves what others attached', { adopt: 'web', exclusive: false }],
    ['the manifest wants none', { adopt: 'web', instanceProfile: { enabled: false } }],
  ])('is left in use where %s', (_, spec) => {
    expect(callsOf(plan(spec, [theirs]))).toEqual([]);
  });

  it('is left in use where the manifest names another', () => {
    expect(callsOf(plan({ adopt: 'web', instanceProfile: { name: 'web' } }, [theirs]))).toEqual([
      'CreateInstanceProfile',
      'AddRoleToInstanceProfile',
    ]);
  });

  it('is taken over where the manifest names it', () => {
    const named = { adopt: 'web', instanceProfile: { name: 'nodes' } };
    expect(callsOf(plan(named, [theirs]))).toEqual(['TagInstanceProfile']);
  });

  it('is not known by its name before it is taken over, so that another name in the manifest does not delete it', () => {
    const named = object({ adopt: 'web', instanceProfile: { name: 'nodes' } }, { status: known });
    const before = statusOf(named, seen({ profiles: [theirs] }), ctx);
    expect(before).toMatchObject({ instanceProfileArn: theirs.arn });
    expect(before).not.toHaveProperty('instanceProfileName');
    const after = statusOf(named, seen({ profiles: [{ ...theirs, tags: owned() }] }), ctx);
    expect(after.instanceProfileName).toBe('nodes');
  });

  it('holds the deletion of the role, which would leave its instances without', () => {
    const self = object({ adopt: 'web', deletionPolicy: 'Delete' }, { status: known, deleting: true });
    expect(diff(self, seen({ profiles: [theirs] }), ctx)).toMatchObject({
      steps: [],
      blocked: { reason: 'Conflict', message: expect.stringContaining('nodes') },
    });
  });
});

describe('a profile that the manifest does not name goes, under the rules against accidents,', () => {
  it.each<[string, SeenProfile, object]>([
    ['if its tags say that it is ours', profile({ name: 'nodes' }), known],
    ['if a former object of this name left it', profile({ name: 'nodes', tags: owned('u-0') }), known],
    ['if status knows it, whatever became of its tags', theirs, { ...known, instanceProfileName: 'nodes' }],
    [
      'if status knows it, and its tags are not told',
      profile({ name: 'nodes', tags: undefined }),
      { ...known, instanceProfileName: 'nodes' },
    ],
  ])('%s', (_, one, status) => {
    const { steps } = plan({}, [one], status);
    expect(callsOf({ steps })).toEqual(['RemoveRoleFromInstanceProfile', 'DeleteInstanceProfile']);
    expect(steps.every(({ destroys }) => destroys)).toBe(true);
  });

  it('and stays if it is another’s', () => {
    const another = profile({ name: 'nodes', tags: tagsOfAnother });
    expect(callsOf(plan({}, [another], { ...known, instanceProfileName: 'nodes' }))).toEqual([]);
  });
});
