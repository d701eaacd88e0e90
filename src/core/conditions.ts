/**
 * Conditions as kstatus reads them: `Ready`, and the abnormal-true `Reconciling` and `Stalled`.
 * https://github.com/kubernetes-sigs/cli-utils/blob/master/pkg/kstatus/README.md
 */

/** metav1.Condition. */
export interface Condition {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  /** CamelCase, one of {@link reasons} for our own types. */
  readonly reason: string;
  /** One line, without request ids or times: the same state is always the same text. */
  readonly message: string;
  /** RFC 3339; changes only when `status` does. */
  readonly lastTransitionTime: string;
  readonly observedGeneration?: number;
}

export type ConditionDraft = Pick<Condition, 'type' | 'status' | 'reason' | 'message'>;

/**
 * Why an object is not ready, and whether that passes by itself (`Reconciling`) or waits for a person
 * (`Stalled`). A stalled object is still retried, slowly, where the cause may lie outside its manifest.
 * Each is a heading of docs/troubleshooting.md, where a person looks it up.
 */
export const reasons = {
  Pending: 'reconciling',
  Throttled: 'reconciling',
  AwsUnavailable: 'reconciling',
  DependencyNotReady: 'reconciling',
  Deleting: 'reconciling',
  NoHealthyInstance: 'reconciling',
  InternalError: 'reconciling',
  AccessDenied: 'stalled',
  InvalidCredentials: 'stalled',
  QuotaExceeded: 'stalled',
  Conflict: 'stalled',
  InvalidSpec: 'stalled',
  AccountNotAllowed: 'stalled',
  AccountChanged: 'stalled',
  Forbidden: 'stalled',
  Failed: 'stalled',
  Gone: 'stalled',
  TooLate: 'stalled',
  NotFound: 'stalled',
  DriftFight: 'stalled',
  DriftDetected: 'stalled',
  ReadOnly: 'stalled',
  Paused: 'stalled',
  DeletionHeld: 'stalled',
  RecreationHeld: 'stalled',
  NotConverging: 'stalled',
} as const satisfies Record<string, 'reconciling' | 'stalled'>;

export type Reason = keyof typeof reasons;

export interface Blocked {
  readonly reason: Reason;
  readonly message: string;
}

/** The three summary conditions of an object that is as declared (`undefined`) or is not, and why. */
export function summary(blocked: Blocked | undefined, ready = 'AWS is as declared'): ConditionDraft[] {
  if (!blocked) {
    const settled = { status: 'False', reason: 'Available', message: '' } as const;
    return [
      { type: 'Ready', status: 'True', reason: 'Available', message: ready },
      { type: 'Reconciling', ...settled },
      { type: 'Stalled', ...settled },
    ];
  }
  const { reason, message } = blocked;
  const stalled = reasons[reason] === 'stalled';
  const flag = (on: boolean) => (on ? ({ status: 'True', reason, message } as const) : quiet(reason));
  return [
    { type: 'Ready', status: 'False', reason, message },
    { type: 'Reconciling', ...flag(!stalled) },
    { type: 'Stalled', ...flag(stalled) },
  ];
}

const quiet = (reason: Reason) => ({ status: 'False', reason, message: '' }) as const;

/**
 * `drafts` laid over `before`: a condition whose status did not change keeps its transition time, types
 * that nobody drafted are dropped.
 */
export function transition(
  before: readonly Condition[],
  drafts: readonly ConditionDraft[],
  now: string,
  observedGeneration: number,
): Condition[] {
  return drafts.map((draft) => {
    const previous = before.find((condition) => condition.type === draft.type);
    const unchanged = previous?.status === draft.status;
    return {
      ...draft,
      lastTransitionTime: unchanged ? previous.lastTransitionTime : now,
      observedGeneration,
    };
  });
}
