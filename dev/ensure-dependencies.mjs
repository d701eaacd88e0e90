// Runs before `npm run dev`, `npm test` and `npm run demo`, on whatever Node the machine has and with nothing
// installed: so plain JavaScript, and only Node 18's own modules. Afterwards `node` on npm's PATH is the project's.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

const install = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];

if (!isInstalled()) {
  console.error("mooring: installing the project's packages with npm (about 30 s)");
  const { status, error } = spawnSync('npm', install, { cwd: root, stdio: 'inherit' });
  if (status !== 0) {
    console.error(`mooring: npm failed${error ? `: ${error.message}` : '; its own words are above'}`);
    process.exit(1);
  }
}

// npm writes down in node_modules what it has installed, as the last thing of an install that succeeded.
function isInstalled() {
  const wanted = packagesIn(join(root, 'package-lock.json'));
  const found = packagesIn(join(root, 'node_modules', '.package-lock.json'));
  return Object.entries(wanted).every(([path, { version, optional }]) => {
    // The lockfile's entry '' is the project itself; an optional package may be for another platform.
    if (path === '' || (optional && !found[path])) return true;
    return found[path]?.version === version;
  });
}

function packagesIn(lockfile) {
  try {
    return JSON.parse(readFileSync(lockfile, 'utf8')).packages;
  } catch (error) {
    if (error.code === 'ENOENT') return {};
    throw error;
  }
}
