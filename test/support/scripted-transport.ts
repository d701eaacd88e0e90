import type {
  KubernetesReply,
  KubernetesRequest,
  KubernetesTransport,
  WatchRequest,
} from '../../src/runtime/kubernetes/kubernetes.ts';

type Answer = KubernetesReply | Error | ((request: KubernetesRequest) => KubernetesReply);

/**
 * An API server that says what a test tells it to: requests are answered from `answers` in turn (the last
 * one again and again), every watch waits in `watches` to be told something.
 */
export class ScriptedTransport implements KubernetesTransport {
  readonly requests: KubernetesRequest[] = [];
  readonly watches: ScriptedWatch[] = [];
  readonly answers: Answer[] = [];
  /** Taken by the next watches, which then fail at once. */
  readonly refusals: Error[] = [];

  async request(request: KubernetesRequest): Promise<KubernetesReply> {
    this.requests.push(request);
    request.signal?.throwIfAborted();
    const answer = this.answers.length > 1 ? this.answers.shift() : this.answers[0];
    if (answer === undefined) throw new Error(`no answer scripted for ${request.method} ${request.path}`);
    if (answer instanceof Error) throw answer;
    return typeof answer === 'function' ? answer(request) : answer;
  }

  watch(request: WatchRequest): AsyncIterable<unknown> {
    const watch = new ScriptedWatch(request);
    this.watches.push(watch);
    const refusal = this.refusals.shift();
    if (refusal) watch.fail(refusal);
    return watch.events();
  }

  /** The watch opened last. */
  get watching(): ScriptedWatch {
    const last = this.watches.at(-1);
    if (!last) throw new Error('no watch has been opened');
    return last;
  }

  async close(): Promise<void> {
    for (const watch of this.watches) watch.end();
  }
}

export class ScriptedWatch {
  readonly request: WatchRequest;
  readonly #told: unknown[] = [];
  #outcome: { readonly error?: Error } | undefined;
  #wake: () => void = () => undefined;

  constructor(request: WatchRequest) {
    this.request = request;
    request.signal.addEventListener('abort', () => this.fail(request.signal.reason), { once: true });
  }

  tell(...events: unknown[]): void {
    this.#told.push(...events);
    this.#wake();
  }

  end(): void {
    this.#outcome ??= {};
    this.#wake();
  }

  fail(error: Error): void {
    this.#outcome ??= { error };
    this.#wake();
  }

  async *events(): AsyncGenerator<unknown> {
    for (;;) {
      while (this.#told.length > 0) yield this.#told.shift();
      if (this.#outcome?.error) throw this.#outcome.error;
      if (this.#outcome) return;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}

export const reply = (
  body: unknown,
  status = 200,
  headers: Record<string, string> = {},
): KubernetesReply => ({
  status,
  body,
  headers,
});

/** A metav1.Status of a failure. */
export const failure = (code: number, reason: string, message = reason) => ({
  kind: 'Status',
  apiVersion: 'v1',
  status: 'Failure',
  code,
  reason,
  message,
});
