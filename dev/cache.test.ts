import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cacheDirectory, cached } from './cache.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'mooring-cache-test-'));
});
afterEach(() => rm(root, { recursive: true }));

describe('the cache', () => {
  it('makes an entry once, also for those who ask at the same time', async () => {
    let made = 0;
    const entry = {
      key: 'tool-v1',
      make: async (staging: string) => {
        made++;
        await writeFile(join(staging, 'tool'), 'content');
      },
    };
    const directories = await Promise.all([cached(entry, root), cached(entry, root), cached(entry, root)]);
    expect(new Set(directories)).toEqual(new Set([join(root, 'tool-v1')]));
    expect(made).toBe(1);
    expect(await readFile(join(root, 'tool-v1', 'tool'), 'utf8')).toBe('content');
  });

  it('keeps nothing of an entry whose making failed, and lets the next try', async () => {
    const failing = { key: 'tool-v1', make: () => Promise.reject(new Error('no compiler')) };
    await expect(cached(failing, root)).rejects.toThrow('no compiler');
    expect((await readdir(root)).filter((name) => !name.includes('.lock'))).toEqual([]);
    expect(await cached({ key: 'tool-v1', make: async () => {} }, root)).toBe(join(root, 'tool-v1'));
  });

  it('makes an entry again that cannot be used any more', async () => {
    const write = (text: string) => (staging: string) => writeFile(join(staging, 'tool'), text);
    await cached({ key: 'tool-v1', make: write('old') }, root);
    let usable = false;
    const make = async (staging: string) => {
      await write('new')(staging);
      usable = true;
    };
    await cached({ key: 'tool-v1', make, usable: () => usable }, root);
    expect(await readFile(join(root, 'tool-v1', 'tool'), 'utf8')).toBe('new');
  });

  it('is where MOORING_CACHE, XDG_CACHE_HOME or the home directory says', () => {
    expect(cacheDirectory({ MOORING_CACHE: '/a', XDG_CACHE_HOME: '/b' })).toBe('/a');
    expect(cacheDirectory({ XDG_CACHE_HOME: '/b' })).toBe('/b/mooring');
    expect(cacheDirectory({})).toMatch(/\/\.cache\/mooring$/);
  });
});
