/** `mooring run`, with what AWS publishes replaced: node operator-process.ts <overrides as JSON> [options] */
import { readOptions } from '../../src/cli/config.ts';
import { createHost, systemClock } from '../../src/cli/host.ts';
import { run } from '../../src/cli/run.ts';
import { runOptions } from '../../src/cli/run-options.ts';
import { createLogger } from '../../src/runtime/log.ts';

const [overrides = '{}', ...argv] = process.argv.slice(2);
const config = readOptions(runOptions, argv, {});
const logger = createLogger({ level: config['log-level'], format: 'json', clock: systemClock });
const stop = new AbortController();
process.once('SIGTERM', () => stop.abort(new Error('SIGTERM')));
await run(config, { ...createHost(process.env, logger), overrides: JSON.parse(overrides) }, stop.signal);
