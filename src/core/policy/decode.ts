import { InvalidPolicy } from './invalid-policy.ts';

/**
 * The value written in a policy's text: JSON, or JSON that was URL-encoded, which is how IAM's Get and List
 * calls return it (https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRole.html, RFC 3986).
 * Form encoding (`+` for a space) is understood too. Throws InvalidPolicy; also for an object that has one
 * key twice, where JSON.parse would drop the first silently and with it, say, a condition.
 */
export function decodePolicyText(text: string): unknown {
  const json = isEncoded(text) ? decodeUrl(text) : text;
  const value = parseJson(json);
  const twice = duplicateKey(json);
  if (twice !== undefined) {
    throw new InvalidPolicy([
      { path: '', text: `has "${twice}" twice in one object: AWS reads each name once` },
    ]);
  }
  return value;
}

/** JSON has no `%` outside its strings, so none at the start or right after the first brace. */
const isEncoded = (text: string): boolean => /^\s*\{?\s*%[0-9A-Fa-f]{2}/.test(text);

function decodeUrl(text: string): string {
  try {
    const decoded = decodeURIComponent(text);
    return isJson(decoded) ? decoded : decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw new InvalidPolicy([
      { path: '', text: 'is not valid URL encoding: must be JSON, raw or URL-encoded' },
    ]);
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function parseJson(text: string): unknown {
  if (text.trim() === '') throw new InvalidPolicy([{ path: '', text: 'is empty: must be a JSON object' }]);
  try {
    return JSON.parse(text);
  } catch (error) {
    const reason = error instanceof SyntaxError ? positionOf(error.message, text) : '';
    throw new InvalidPolicy([{ path: '', text: `is not valid JSON${reason}` }]);
  }
}

/** V8 quotes the text in its message; only the place is kept. */
function positionOf(message: string, text: string): string {
  const offset = /at position (\d+)/.exec(message)?.[1];
  if (offset === undefined) return ': it ends too early or has something that is not JSON';
  const before = text.slice(0, Number(offset)).split('\n');
  return ` (line ${before.length}, column ${(before.at(-1) ?? '').length + 1})`;
}

/** The first key that an object of the valid JSON `text` has twice. */
function duplicateKey(text: string): string | undefined {
  const open: (Set<string> | undefined)[] = [];
  for (const [token, literal, colon] of text.matchAll(/("(?:[^"\\]+|\\.)*")(\s*:)?|[{}[\]]/g)) {
    if (token === '{') open.push(new Set());
    else if (token === '[') open.push(undefined);
    else if (token === '}' || token === ']') open.pop();
    else if (literal !== undefined && colon !== undefined) {
      const key = String(JSON.parse(literal));
      const keys = open.at(-1);
      if (keys?.has(key)) return key;
      keys?.add(key);
    }
  }
  return undefined;
}
