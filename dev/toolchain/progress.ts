/** Where set-up tells the person waiting what it does. Standard error, so that no command's output is mixed with it. */
export const say = (line: string): void => {
  process.stderr.write(`mooring: ${line}\n`);
};

const reportEveryMs = 15_000;

/** Runs `work`, saying that it began, every 15 s how far it should be, and how long it took. */
export async function withProgress<T>(
  what: string,
  estimateSeconds: number,
  work: () => Promise<T>,
): Promise<T> {
  const began = performance.now();
  const elapsed = () => Math.round((performance.now() - began) / 1000);
  say(`${what} (about ${humanSeconds(estimateSeconds)}, once on this machine)`);
  const ticker = setInterval(() => say(progressLine(what, elapsed(), estimateSeconds)), reportEveryMs);
  try {
    const result = await work();
    say(`${what}: done in ${humanSeconds(elapsed())}`);
    return result;
  } finally {
    clearInterval(ticker);
  }
}

export function progressLine(what: string, elapsedSeconds: number, estimateSeconds: number): string {
  const late = elapsedSeconds > estimateSeconds ? ', slower than expected' : '';
  return `${what}: ${humanSeconds(elapsedSeconds)} of about ${humanSeconds(estimateSeconds)}${late}`;
}

export function humanSeconds(seconds: number): string {
  if (seconds < 100) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  const rest = seconds % 60;
  return rest === 0 ? `${minutes} min` : `${minutes} min ${rest} s`;
}
