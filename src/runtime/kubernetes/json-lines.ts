import { KubernetesError } from './kubernetes.ts';

/**
 * Each line of a watch as parsed JSON.
 *
 * Guarantees: characters split between chunks come out whole; a stream that ends in the middle of a line,
 * or a line that is no JSON, throws, for after it nobody knows what was missed.
 */
export async function* jsonLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<unknown> {
  const decoder = new TextDecoder();
  // Pieces of a line that has not ended yet: joined once, so that a large object in many chunks stays linear.
  let unfinished: string[] = [];
  for await (const chunk of chunks) {
    const [first = '', ...others] = decoder.decode(chunk, { stream: true }).split('\n');
    unfinished.push(first);
    for (const next of others) {
      const line = unfinished.join('');
      unfinished = [next];
      if (line.trim() !== '') yield parsed(line);
    }
  }
  if (unfinished.join('').trim() !== '') throw broken('the stream ended in the middle of an event');
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw broken('the stream held a line that is no JSON', cause);
  }
}

const broken = (message: string, cause?: unknown): KubernetesError =>
  new KubernetesError({ status: 0, reason: 'NoReply', message, cause });
