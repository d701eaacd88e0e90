/** How the demo looks in the terminal. Colours only where standard output is one (and NO_COLOR is not set). */
import { setTimeout as sleep } from 'node:timers/promises';
import { styleText } from 'node:util';

const indent = '   ';
const widest = 110;
/** Between two paragraphs, for the person who reads along; nobody does where the output is not a terminal. */
const breathMs = process.stdout.isTTY ? 1_200 : 0;

const width = (): number => Math.min(process.stdout.columns || widest, widest);
const print = (text = ''): void => console.log(text);

export function title(text: string): void {
  print(`\n${styleText('bold', text)}`);
}

export async function heading(text: string): Promise<void> {
  await sleep(breathMs);
  print(`\n${styleText(['bold', 'cyan'], text)}`);
}

export function tell(text: string): void {
  for (const line of wrapped(text, width() - indent.length)) print(indent + line);
}

export const gap = (): void => print();

/** A line of a shell, as the reader would type it; `why` beside it as a comment. */
export async function command(line: string, why = ''): Promise<void> {
  print(`\n${indent}${styleText('dim', '$')} ${line}${why && styleText('dim', `   # ${why}`)}`);
  await sleep(breathMs / 2);
}

/** Output of a command, as it is. */
export function output(text: string): void {
  for (const line of text.split('\n')) print((indent + line).trimEnd());
}

/** Something that was compared with AWS and the API server, and is so. */
export async function checked(text: string): Promise<void> {
  const [first = '', ...rest] = wrapped(text, width() - indent.length - 2);
  print(`\n${indent}${styleText('green', '✓')} ${first}`);
  for (const line of rest) print(`${indent}  ${line}`);
  await sleep(breathMs);
}

export function failed(text: string): void {
  print(`\n${indent}${styleText('red', '✗')} ${text}`);
}

export interface ToldCall {
  /** `ec2:AllocateAddress`. */
  readonly call: string;
  readonly kind: string;
  /** `default/web`. */
  readonly object: string;
  readonly why: string;
}

const callColumn = 35;
const objectColumn = 20;

/** A call in AWS, for which object, and why. */
export function calls(told: readonly ToldCall[]): void {
  const before = indent.length + callColumn + objectColumn;
  for (const { call, object, why } of told) {
    const [first = '', ...rest] = wrapped(why, Math.max(width() - before, 30));
    print(`${indent}${styleText('yellow', call.padEnd(callColumn))}${object.padEnd(objectColumn)}${first}`);
    for (const line of rest) print(' '.repeat(before) + line);
  }
}

export function callsHeading(text: string): void {
  print(`\n${indent}${text}`);
}

function wrapped(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > columns) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}
