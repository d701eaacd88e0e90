/**
 * zod brings its messages in fifty languages, and `import { z }` takes them all: a bundler cannot see through the
 * namespace. Mooring's are in English.
 */
import type { Plugin } from 'esbuild';

export const zodLocales: Plugin = {
  name: 'zod-locales',
  setup(build) {
    build.onLoad({ filter: /[\\/]zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, () => ({
      contents: "export { default as en } from './en.js';",
      loader: 'js',
    }));
  },
};
