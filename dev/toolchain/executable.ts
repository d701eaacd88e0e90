import { accessSync, constants } from 'node:fs';
import { ToolError } from './tool-error.ts';

export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The executable that the environment variable names; undefined where it is not set. Throws ToolError. */
export function givenExecutable(variable: string, what: string, otherwise: string): string | undefined {
  const path = process.env[variable];
  if (!path) return undefined;
  if (isExecutable(path)) return path;
  throw new ToolError(`${variable} is ${path}, which is no executable.`, [
    `set it to the path of ${what}; or`,
    `unset it: ${otherwise}.`,
  ]);
}
