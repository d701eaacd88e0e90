import { z } from 'zod';

/** What the control interface takes and gives, in one place for the server and its client. */

/** Every field given must agree; a pattern may hold `*`. */
export const callMatch = z.strictObject({
  /** `ec2`, `iam`, `sts`, `kms`, `tagging`; pattern. */
  service: z.string().exactOptional(),
  /** `AllocateAddress`; pattern. */
  operation: z.string().exactOptional(),
  region: z.string().exactOptional(),
  accountId: z.string().exactOptional(),
  /** Of whoever signed it; pattern. Empty for what is unsigned. */
  accessKey: z.string().exactOptional(),
  /** Input fields that must be equal, named as on the wire: `AllocationId`, `InstanceId.1`, `KeyId`. */
  where: z.record(z.string(), z.string()).exactOptional(),
});
export type CallMatch = z.infer<typeof callMatch>;

export const ruleMatch = callMatch.extend({
  /** The rule works this many times, then rests. Without it, until it is removed. */
  times: z.int().positive().exactOptional(),
  /** The first so many matching calls go through unharmed. */
  after: z.int().nonnegative().exactOptional(),
});

const awsErrorFault = z.strictObject({
  code: z.string(),
  message: z.string(),
  /** HTTP status, 400 if not given. The SDK retries 500, 502, 503 and 504. */
  status: z.int().exactOptional(),
});

export const fault = z.union([
  /** Answered by the proxy; the emulator never sees the call. */
  z.strictObject({ error: awsErrorFault }),
  z.strictObject({ throttle: z.literal(true) }),
  /** Milliseconds added before the call goes on. Adds up with other rules. */
  z.strictObject({ latencyMs: z.number().nonnegative() }),
  /** The connection is destroyed before the emulator saw the call, or after it applied it (a lost reply). */
  z.strictObject({ cut: z.enum(['before', 'after']) }),
  /** Never answered, never applied; the connection stays open until the client gives up. */
  z.strictObject({ hang: z.literal(true) }),
  /** Stopped until `release`: before the emulator sees it (also `true`), or after it was applied. */
  z.strictObject({ hold: z.union([z.literal(true), z.enum(['before', 'after'])]) }),
  /** What this call creates is hidden from reads for so long: eventual consistency. */
  z.strictObject({ delayVisibilityMs: z.number().nonnegative() }),
]);
export type Fault = z.infer<typeof fault>;

export const faultRule = z.strictObject({ match: ruleMatch, fault });
export type FaultRule = z.infer<typeof faultRule>;

export const activeRule = faultRule.extend({
  id: z.string(),
  /** Matching calls seen, and those it was applied to. */
  seen: z.int(),
  applied: z.int(),
});
export type ActiveRule = z.infer<typeof activeRule>;

export const callRecord = z.strictObject({
  id: z.int(),
  /** Arrival, milliseconds since the epoch. */
  at: z.number(),
  service: z.string(),
  operation: z.string(),
  region: z.string(),
  accountId: z.string(),
  accessKey: z.string(),
  /** The form fields as sent, or the JSON body. */
  input: z.record(z.string(), z.unknown()),
  /** Whether the emulator (or an overlay in its stead) was asked: false for injected errors and cuts before. */
  applied: z.boolean(),
  /** Absent while in flight, and for good when the connection was cut. */
  status: z.int().exactOptional(),
  errorCode: z.string().exactOptional(),
});
export type CallRecord = z.infer<typeof callRecord>;

export const heldCall = z.strictObject({ ruleId: z.string(), callId: z.int(), clientGone: z.boolean() });
export type HeldCall = z.infer<typeof heldCall>;

export const quota = z.strictObject({ burst: z.number().positive(), perSecond: z.number().nonnegative() });
/**
 * By `service:operation`, patterns allowed; the most specific (longest) one decides. A pattern is a default for
 * each operation it matches, not a bucket they share: that is how EC2 and KMS do it.
 */
export const quotas = z.record(z.string(), quota);
export type Quota = z.infer<typeof quota>;
export type Quotas = z.infer<typeof quotas>;

export const emulatorFailure = z.strictObject({
  at: z.number(),
  service: z.string(),
  operation: z.string(),
  region: z.string(),
  input: z.record(z.string(), z.unknown()),
  status: z.int(),
  firstLines: z.string(),
});
export type EmulatorFailure = z.infer<typeof emulatorFailure>;

const check = z.enum(['ok', 'impaired', 'insufficient-data', 'initializing']);
export const instanceStatus = z.strictObject({
  system: check.exactOptional(),
  instance: check.exactOptional(),
  /** ISO time, told by AWS for a failed check. */
  impairedSince: z.string().exactOptional(),
});
export type InstanceStatus = z.infer<typeof instanceStatus>;

/**
 * What becomes of a reverse DNS change: `immediate` completes it in the changing call, `pending` leaves it pending
 * until `settleReverseDns`, a number lets that many reads see it pending first.
 */
export const reverseDnsMode = z.union([z.literal('immediate'), z.literal('pending'), z.int().nonnegative()]);
export type ReverseDnsMode = z.infer<typeof reverseDnsMode>;

/**
 * How long the images made from now on are pending: not at all, for so many of the operator's reads or so long, or
 * until `changeImage`.
 */
export const imagePending = z.union([
  z.literal(['none', 'until settled']),
  z.strictObject({ reads: z.int().nonnegative() }),
  z.strictObject({ milliseconds: z.number().nonnegative() }),
]);
export type ImagePending = z.infer<typeof imagePending>;

/** The images made from now on fail once they are no longer pending. */
export const imageFailure = z.strictObject({ reason: z.string() });
export type ImageFailure = z.infer<typeof imageFailure>;

/** How a pending image ends, and what AWS learns of it later. */
export const imageChange = z.strictObject({
  pending: z.literal(false).exactOptional(),
  failed: z.string().exactOptional(),
  /** ISO time: as if it were older than it is. */
  createdAt: z.string().exactOptional(),
  /** ISO time. */
  lastLaunched: z.string().exactOptional(),
  /** Other accounts that use it, as a report on its use tells. */
  usedBy: z.array(z.string()).exactOptional(),
  /** Resources that refer to it, beside instances. */
  madeOf: z.string().exactOptional(),
  references: z.array(z.strictObject({ type: z.string(), arn: z.string() })).exactOptional(),
  /** The 24 hours after protection are over. */
  cooldownOver: z.literal(true).exactOptional(),
});
export type ImageChange = z.infer<typeof imageChange>;

/** What AWS knows of an access key: ISO times. */
export const accessKeyChange = z.strictObject({
  /** As if it were older than it is. */
  createdAt: z.string().exactOptional(),
  lastUsed: z.strictObject({ time: z.string(), service: z.string(), region: z.string() }).exactOptional(),
});
export type AccessKeyChange = z.infer<typeof accessKeyChange>;

/** AWS refuses an update when the name has no forward record: `reason` is then told by the attribute read. */
export const reverseDnsOutcome = z.union([
  z.strictObject({ ok: z.literal(true) }),
  z.strictObject({ ok: z.literal(false), reason: z.string() }),
]);
export type ReverseDnsOutcome = z.infer<typeof reverseDnsOutcome>;
