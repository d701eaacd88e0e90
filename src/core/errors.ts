/**
 * Every failure the operator acts on, as a value with a class. They are thrown where they happen, caught
 * in one place (the controller), and turned there into a condition and a requeue.
 */

/**
 * What a failed AWS call means for whoever asked:
 * - `NotFound`   the thing named does not exist
 * - `Conflict`   it exists and is someone else's, or its state forbids the call
 * - `Throttled`  too many requests; back off together
 * - `Transient`  AWS or the network failed; the same call may succeed later
 * - `Denied`     the identity lacks a permission
 * - `Unauthenticated` there is no identity: AWS does not accept the credentials, or there are none
 * - `Quota`      an account limit is full
 * - `Invalid`    the request can never succeed as it is
 */
export type ErrorClass =
  | 'NotFound'
  | 'Conflict'
  | 'Throttled'
  | 'Transient'
  | 'Denied'
  | 'Unauthenticated'
  | 'Quota'
  | 'Invalid';

export interface AwsErrorInit {
  readonly class: ErrorClass;
  /** AWS's own code, such as `AddressLimitExceeded`; `NoReply` where none came. */
  readonly code: string;
  /** `service:Operation`. */
  readonly call: string;
  /** AWS's words without request ids: the same failure is always the same text. */
  readonly message: string;
  /**
   * False where the call may have been applied although it failed (a lost reply, a 5xx): only a look-up
   * can tell. True where AWS refused it.
   */
  readonly definite: boolean;
  readonly requestId?: string;
  readonly cause?: unknown;
}

/** What a step met, in AWS or in Kubernetes: what a plan may have an answer for. */
export class StepError extends Error {
  override readonly name: string = 'StepError';
  readonly class: ErrorClass;
  readonly code: string;
  readonly call: string;
  readonly definite: boolean;

  constructor(init: Omit<AwsErrorInit, 'requestId'>) {
    super(init.message, { cause: init.cause });
    this.class = init.class;
    this.code = init.code;
    this.call = init.call;
    this.definite = init.definite;
  }
}

/** What went wrong, with the call that it went wrong in, told once. */
export const callAndMessage = ({ call, message }: StepError): string =>
  message.startsWith(`${call}: `) ? message : `${call}: ${message}`;

export class AwsError extends StepError {
  override readonly name = 'AwsError';
  readonly requestId: string | undefined;

  constructor(init: AwsErrorInit) {
    super(init);
    this.requestId = init.requestId;
  }
}

/**
 * The API server refused a write to an object of ours (core/object-step.ts). Always definite; `code` is its
 * reason, such as `AlreadyExists`.
 */
export class ObjectRefused extends StepError {
  override readonly name = 'ObjectRefused';
}

/** A write that was not sent, because this process no longer leads. Nothing happened; nobody is told. */
export class LeadershipLost extends Error {
  override readonly name = 'LeadershipLost';
  constructor() {
    super('this process no longer holds the lease');
  }
}

/** The message of anything thrown, on one line. */
export function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replace(/\s+/g, ' ').trim();
}
