/**
 * The cache of binaries and virtual environments, outside the checkout: shared by all checkouts on a machine.
 *
 * Guarantees:
 * - An entry is whole or absent: it is made in a staging directory and renamed into place.
 * - Of several processes that want the same entry one makes it, the others wait. The lock is the kernel's, held
 *   through SQLite: a process that dies, however it dies, leaves no lock behind.
 */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { say } from './toolchain/progress.ts';

const SQLITE_BUSY = 5;

/** `$MOORING_CACHE`, else `$XDG_CACHE_HOME/mooring`, else `~/.cache/mooring`. */
export function cacheDirectory(env: NodeJS.ProcessEnv = process.env): string {
  if (env.MOORING_CACHE) return resolve(env.MOORING_CACHE);
  if (env.XDG_CACHE_HOME) return resolve(env.XDG_CACHE_HOME, 'mooring');
  return join(homedir(), '.cache', 'mooring');
}

export interface CacheEntry {
  /** The entry's directory name: what it is and its version. */
  key: string;
  /** Fills the empty `staging` directory. A failure leaves the cache as it was. */
  make(staging: string): Promise<void>;
  /** Whether an entry that is there can still be used; one that cannot is made again. Default: it can. */
  usable?(directory: string): boolean;
}

/** The directory of the entry, which is made first if it is not there. */
export async function cached(entry: CacheEntry, root = cacheDirectory()): Promise<string> {
  const directory = join(root, entry.key);
  const isReady = () => existsSync(directory) && (entry.usable?.(directory) ?? true);
  if (isReady()) return directory;
  await mkdir(root, { recursive: true });
  return withLock(join(root, `${entry.key}.lock`), entry.key, async () => {
    if (isReady()) return directory;
    const staging = await mkdtemp(join(root, `${entry.key}.staging-`));
    try {
      await entry.make(staging);
      await rm(directory, { recursive: true, force: true });
      await rename(staging, directory);
    } finally {
      await rm(staging, { recursive: true, force: true });
    }
    return directory;
  });
}

async function withLock<T>(path: string, what: string, work: () => Promise<T>): Promise<T> {
  using _lock = await holdLock(path, what);
  return await work();
}

/** Waits for the lock, and holds it until it is disposed of or this process ends. */
export async function holdLock(path: string, what: string): Promise<Disposable> {
  using stack = new DisposableStack();
  const database = stack.use(new DatabaseSync(path));
  let announced = false;
  while (!tryLock(database)) {
    if (!announced) say(`another process is preparing ${what}; waiting for it`);
    announced = true;
    await sleep(500);
  }
  return stack.move();
}

function tryLock(database: DatabaseSync): boolean {
  try {
    database.exec('BEGIN EXCLUSIVE');
    return true;
  } catch (error) {
    if (error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY) return false;
    throw error;
  }
}
