// Runs before `npm run dev`, `npm test` and `npm run demo`, on whatever Node the machine has and with nothing
// installed: so plain JavaScript, and only Node 18's own modules. Afterwards `node` on npm's PATH is the project's.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
// Inside node_modules, so that it goes when they go.
const stamp = join(root, 'node_modules', '.mooring-lockfile');
const wanted = createHash('sha256')
  .update(readFileSync(join(root, 'package-lock.json')))
  .digest('hex');

if (installed() !== wanted) {
  console.error("mooring: installing the project's packages with `npm ci` (about 30 s)");
  const { status, error } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], {
    cwd: root,
    stdio: 'inherit',
  });
  if (status !== 0) {
    console.error(`mooring: npm ci failed${error ? `: ${error.message}` : ''}; its own words are above`);
    process.exit(1);
  }
  writeFileSync(stamp, wanted);
}

function installed() {
  try {
    return readFileSync(stamp, 'utf8');
  } catch {
    return undefined;
  }
}
