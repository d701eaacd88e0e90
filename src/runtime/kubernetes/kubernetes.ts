/**
 * What the runtime asks of Kubernetes, as narrow as it needs it: a port with one production implementation
 * (transport.ts) and scripted ones under test.
 */

export interface KubernetesRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** From the root, escaped: `/apis/mooring.dev/v1alpha1/elasticips`. */
  readonly path: string;
  readonly query?: Query;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** `application/json` unless said; a patch says which kind it is. */
  readonly contentType?: string;
  /** What is taken as an answer: `application/json` unless said. */
  readonly accept?: string;
  readonly signal?: AbortSignal;
}

/** Undefined values are left out. */
export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

export interface KubernetesReply {
  readonly status: number;
  /** Parsed JSON; the text itself where it was no JSON; undefined where it was empty. */
  readonly body: unknown;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
}

export interface WatchRequest {
  readonly path: string;
  readonly query: Query;
  readonly signal: AbortSignal;
}

/**
 * - `request` resolves with any reply, whatever its status, and throws a KubernetesError of status 0 when
 *   there was none, or the signal's reason when that was aborted.
 * - `watch` yields each line of a 200 as parsed JSON and returns when the server ends the stream; anything
 *   else (another status, a cut or garbled stream) throws a KubernetesError. An aborted signal makes a
 *   pending `next` throw at once.
 */
export interface KubernetesTransport {
  request(request: KubernetesRequest): Promise<KubernetesReply>;
  watch(request: WatchRequest): AsyncIterable<unknown>;
  /** Ends watches and requests that are under way. */
  close(): Promise<void>;
}

export interface KubernetesErrorInit {
  /** HTTP; 0 where no reply came. */
  readonly status: number;
  /** metav1.Status' reason (`NotFound`, `Conflict`, `Expired`, …); of our own are `NoReply` and `NotSent`. */
  readonly reason: string;
  readonly message: string;
  readonly retryAfterSeconds?: number | undefined;
  readonly details?: StatusDetails | undefined;
  readonly cause?: unknown;
}

/** metav1.StatusDetails, what of it is read. */
export interface StatusDetails {
  readonly name?: string;
  readonly kind?: string;
  readonly causes: readonly {
    readonly reason?: string;
    readonly message?: string;
    readonly field?: string;
  }[];
}

export class KubernetesError extends Error {
  override readonly name = 'KubernetesError';
  readonly status: number;
  readonly reason: string;
  readonly retryAfterSeconds: number | undefined;
  readonly details: StatusDetails | undefined;

  constructor(init: KubernetesErrorInit) {
    super(init.message, { cause: init.cause });
    this.status = init.status;
    this.reason = init.reason;
    this.retryAfterSeconds = init.retryAfterSeconds;
    this.details = init.details;
  }
}

const hasStatus = (error: unknown, status: number): boolean =>
  error instanceof KubernetesError && error.status === status;

export const isNotFound = (error: unknown): boolean => hasStatus(error, 404);
/** The resourceVersion is not the one any more, or another field manager owns a field. */
export const isConflict = (error: unknown): boolean => hasStatus(error, 409) && !isAlreadyExists(error);
export const isAlreadyExists = (error: unknown): boolean =>
  error instanceof KubernetesError && error.reason === 'AlreadyExists';
/** The resourceVersion or the continue token is too old to go on from. */
export const isGone = (error: unknown): boolean => hasStatus(error, 410);
/**
 * A write that may have been applied all the same: no reply came, or one that tells only that the server (or
 * etcd behind it, or a proxy before it) did not finish. A request that was never sent is not ambiguous.
 */
export const isAmbiguous = (error: unknown): boolean =>
  error instanceof KubernetesError && (error.reason === 'NoReply' || [500, 502, 504].includes(error.status));

/**
 * What the API server sent, taken for what the caller says it is, and the only such trust: it has validated
 * the object against a schema that is rendered from the same source as the type. Spec and status of our own
 * kinds are typed `unknown` and parsed by their kind.
 */
export const trusted = <T>(body: unknown): T => body as T;
