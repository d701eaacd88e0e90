/** The sources of the release before, laid out beside these: to run its operator on this one's objects. */
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../../dev/toolchain/run.ts';

export interface PreviousRelease extends AsyncDisposable {
  /** A tag, or a commit. */
  readonly ref: string;
  readonly directory: string;
}

const root = join(import.meta.dirname, '..', '..');
const git = async (...args: string[]) => (await run('git', args, { cwd: root })).trim();

/**
 * MOORING_PREVIOUS, else the newest release's tag before this commit, else the commit before. A text instead: why
 * there is none, as in a clone that is one commit deep. It runs on the packages installed for this one.
 */
export async function previousRelease(): Promise<PreviousRelease | string> {
  const wanted = process.env.MOORING_PREVIOUS || (await newestTag()) || 'HEAD~1';
  const ref = await git('rev-parse', '--verify', '--quiet', `${wanted}^{commit}`).catch(() => undefined);
  if (ref === undefined)
    return `there is no ${wanted} here: a clone with its history has it (git fetch --unshallow)`;
  const directory = await mkdtemp(join(tmpdir(), 'mooring-previous-'));
  const remove = () => rm(directory, { recursive: true, force: true });
  try {
    const archive = join(directory, 'sources.tar');
    await run('git', ['archive', '--output', archive, ref], { cwd: root });
    await run('tar', ['-C', directory, '-xf', archive]);
    await symlink(join(root, 'node_modules'), join(directory, 'node_modules'));
  } catch (error) {
    await remove();
    throw error;
  }
  return { ref: `${wanted} (${ref.slice(0, 7)})`, directory, [Symbol.asyncDispose]: remove };
}

/** Of the tags that are part of this commit's history, but not the commit's own. */
const newestTag = (): Promise<string> =>
  git('tag', '--list', 'v*', '--sort=-version:refname', '--merged', 'HEAD~1').then(
    (tags) => tags.split('\n')[0] ?? '',
    () => '',
  );
