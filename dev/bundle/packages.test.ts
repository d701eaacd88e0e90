import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { bundledPackages, renderNotices, renderSbom } from './packages.ts';

async function tree(files: Record<string, string>): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'mooring-packages-'));
  onTestFinished(() => rm(root, { recursive: true }));
  for (const [path, text] of Object.entries(files)) {
    await mkdir(join(root, path, '..'), { recursive: true });
    await writeFile(join(root, path), text);
  }
  return root;
}

const manifest = (name: string, version: string) => JSON.stringify({ name, version, license: 'MIT' });

it('tells each package once, also those within another, and none that is our own', async () => {
  const root = await tree({
    'node_modules/@a/b/package.json': manifest('@a/b', '1.0.0'),
    'node_modules/@a/b/LICENSE': 'Do as you like.\n',
    'node_modules/@a/b/node_modules/c/package.json': manifest('c', '2.0.0'),
  });
  const packages = await bundledPackages(
    root,
    new Map([
      ['src/main.ts', 100],
      ['node_modules/@a/b/index.js', 20],
      ['node_modules/@a/b/lib/more.js', 3],
      ['node_modules/@a/b/node_modules/c/index.js', 4],
    ]),
  );
  expect(packages).toEqual([
    { name: '@a/b', version: '1.0.0', license: 'MIT', notices: 'Do as you like.', bytes: 23 },
    { name: 'c', version: '2.0.0', license: 'MIT', notices: '', bytes: 4 },
  ]);
  expect(renderNotices(packages)).toContain('@a/b 1.0.0 (MIT)\n================\n\nDo as you like.\n');
  expect(renderNotices(packages)).toContain('c 2.0.0 (MIT)\n=============\n\nIt has no license file.\n');
  const { components, metadata } = JSON.parse(renderSbom('0.1.0', packages, 1_700_000_000));
  expect(metadata.timestamp).toBe('2023-11-14T22:13:20.000Z');
  expect(components.map(({ purl }: { purl: string }) => purl)).toEqual([
    'pkg:npm/%40a/b@1.0.0',
    'pkg:npm/c@2.0.0',
  ]);
});
