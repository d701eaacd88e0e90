/**
 * AWS's id of the request that an answer is the reply to: what AWS's support asks for. The SDK puts it beside
 * the answer, in `$metadata`. It goes into logs only: in a status it would make the same state another text.
 */
export function requestIdOf(answer: unknown): string | undefined {
  const metadata: unknown = Reflect.get(Object(answer), '$metadata');
  const id: unknown = Reflect.get(Object(metadata), 'requestId');
  return typeof id === 'string' ? id : undefined;
}
