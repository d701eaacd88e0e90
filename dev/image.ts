/**
 * `npm run image`: builds the container image, and prints its size.
 *   npm run image -- [--tag <name>] [--save <file.tar>] [--no-cache]
 *                    [--node-image <image>] [--runtime-image <image>] [--runtime-node <path>]
 */
import { parseArgs } from 'node:util';
import { buildImage } from './image/build.ts';
import { useDocker } from './image/docker.ts';
import { say } from './toolchain/progress.ts';
import { ToolError } from './toolchain/tool-error.ts';

const { values } = parseArgs({
  options: {
    tag: { type: 'string' },
    save: { type: 'string' },
    'no-cache': { type: 'boolean' },
    'node-image': { type: 'string' },
    'runtime-image': { type: 'string' },
    'runtime-node': { type: 'string' },
  },
});

const megabytes = (bytes: number) => `${(bytes / 1_000_000).toFixed(1)} MB`;

async function main(): Promise<void> {
  await using docker = await useDocker();
  const image = await buildImage(docker, {
    ...(values.tag === undefined ? {} : { tag: values.tag }),
    ...(values['node-image'] === undefined ? {} : { nodeImage: values['node-image'] }),
    ...(values['runtime-image'] === undefined ? {} : { runtimeImage: values['runtime-image'] }),
    ...(values['runtime-node'] === undefined ? {} : { runtimeNode: values['runtime-node'] }),
    noCache: values['no-cache'] ?? false,
  });
  console.log(`${image.tag}: ${megabytes(image.bytes)}`);
  if (values.save !== undefined) {
    await docker.run(['save', '--output', values.save, image.tag]);
    console.log(`saved as ${values.save}`);
  } else if (docker.host !== undefined) {
    say('the daemon that was started for it is stopped again; --save <file.tar> takes the image out');
  }
}

try {
  await main();
} catch (error) {
  if (!(error instanceof ToolError)) throw error;
  say(error.message);
  process.exitCode = 1;
}
