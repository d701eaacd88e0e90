/** `npm run lint:workflows`: what actionlint has to say about .github/workflows. Exits 1 if anything. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { actionlintBinary } from './toolchain/actionlint.ts';
import { say } from './toolchain/progress.ts';
import { ToolError } from './toolchain/tool-error.ts';

const root = join(import.meta.dirname, '..');

try {
  // It would also use shellcheck and pyflakes where those happen to be: then it would judge otherwise on another machine.
  const args = ['-shellcheck=', '-pyflakes=', '-no-color'];
  const { status, error } = spawnSync(await actionlintBinary(), args, { cwd: root, stdio: 'inherit' });
  if (error) throw error;
  process.exitCode = status ?? 1;
} catch (error) {
  if (!(error instanceof ToolError)) throw error;
  say(error.message);
  process.exitCode = 1;
}
