import type {
  AccessKeyChange,
  ActiveRule,
  CallMatch,
  CallRecord,
  EmulatorFailure,
  FaultRule,
  HeldCall,
  ImageChange,
  ImageFailure,
  ImagePending,
  InstanceStatus,
  Quotas,
  ReverseDnsMode,
  ReverseDnsOutcome,
} from './control-types.ts';

/** Steers the proxy and reads what it saw: the same in its own process and over HTTP (`connectProxy`). */
export interface ProxyControl {
  /** AWS calls in order of arrival, those in flight included. */
  calls(match?: CallMatch): Promise<CallRecord[]>;
  /** Calls that change AWS (see `isWrite`). */
  writes(): Promise<CallRecord[]>;
  /** `ec2:AllocateAddress` → number of calls. */
  counts(): Promise<Record<string, number>>;
  /** Forgets the calls recorded so far. */
  resetCounts(): Promise<void>;
  /** What the emulator answered with a web page, or the proxy could not handle: each is a fault of the test bed. */
  emulatorFailures(): Promise<EmulatorFailure[]>;

  /** Adds a rule; its id is for `remove`, `waitHeld` and `release`. */
  inject(rule: FaultRule): Promise<string>;
  rules(): Promise<ActiveRule[]>;
  remove(ruleId: string): Promise<void>;
  /** Removes every rule, drops every held call, and shows what was hidden. */
  clear(): Promise<void>;
  held(): Promise<HeldCall[]>;
  /** Waits until the rule holds a call; empty when it held none within `timeoutMs` (default 60,000). */
  waitHeld(ruleId: string, timeoutMs?: number): Promise<HeldCall[]>;
  /**
   * Lets the calls that the rule holds go on, or drops them (connection cut). A call whose client has died goes on
   * all the same: its request had left. Returns how many calls there were.
   */
  release(ruleId: string, verdict?: 'go' | 'drop'): Promise<number>;

  /** Replaces all quotas: `published` are AWS's defaults, `none` is the initial state. */
  setQuotas(quotas: Quotas | 'published' | 'none'): Promise<void>;
  /** From this many addresses in an account and region on, AllocateAddress is AddressLimitExceeded; null: no limit. */
  setAddressQuota(addresses: number | null): Promise<void>;
  /** Whether AllocateAddress gives back this address; by default, if it was released through the proxy. */
  setRecoverable(publicIp: string, recoverable: boolean): Promise<void>;
  /** How changes of reverse DNS complete from now on. */
  setReverseDnsMode(mode: ReverseDnsMode): Promise<void>;
  /** Completes or fails the pending reverse DNS change of an address; false when there is none. */
  settleReverseDns(allocationId: string, outcome: ReverseDnsOutcome): Promise<boolean>;
  /** Status checks of an instance; null: healthy again. */
  setInstanceStatus(instanceId: string, status: InstanceStatus | null): Promise<void>;

  /** How long images are pending that are made in a region from now on. Initially `none`. */
  setImagePending(region: string, pending: ImagePending): Promise<void>;
  /** Whether images that are made in a region from now on fail; null: no longer. */
  setImageFailure(region: string, failure: ImageFailure | null): Promise<void>;
  /** Changes an image that exists; false when it was not made through the proxy. */
  changeImage(imageId: string, change: ImageChange): Promise<boolean>;
  /** What DeregisterImage says of this snapshot instead of deleting it; null: it deletes it. */
  setSnapshotRefusal(snapshotId: string, returnCode: string | null): Promise<void>;

  /** Changes what IAM tells of an access key. */
  changeAccessKey(accessKeyId: string, change: AccessKeyChange): Promise<void>;

  /** Everything as after the start: rules, quotas, overlays' state, counts, failures. For between two tests. */
  reset(): Promise<void>;
}
