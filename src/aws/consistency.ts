/**
 * How long each service may hide what it has just created, in milliseconds: what is not found within this
 * time may exist all the same, so nothing is made a second time before it has passed.
 */
export const visibleAfter = {
  /** "increase gradually up to about five minutes": https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html */
  ec2: 5 * 60_000,
  /**
   * No time is given: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency
   * Names are unique, so a second role cannot come of it; what may be late is a role's use elsewhere. Of access
   * keys AWS allows two a user, so a third cannot come of it either.
   */
  iam: 60_000,
  /** "in some cases it can take several minutes": https://docs.aws.amazon.com/kms/latest/developerguide/programming-eventual-consistency.html */
  kms: 5 * 60_000,
} as const;
