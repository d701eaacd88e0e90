/** Objects, addresses and places for the tests of this folder: complete ones, of which a test says what matters. */

import type { Context } from '../../core/context.ts';
import { ownershipTags } from '../../core/identity.ts';
import type { Plan } from '../../core/plan.ts';
import type { Candidate, Seen, SeenAddress } from './seen.ts';
import type { ElasticIP } from './self.ts';
import { type ElasticIPStatus, elasticIPDefinition } from './spec.ts';

export const identity = { cluster: 'prod-eu', kind: 'ElasticIP', namespace: 'shop', name: 'web' };
export const now = Date.UTC(2026, 0, 1, 12);
export const minute = 60_000;

export const ctx: Context = {
  scope: { partition: 'aws', account: '123456789012', region: 'eu-central-1' },
  now,
  creationToken: 't-new',
  defaultTags: {},
  references: new Map(),
  mayRecreate: false,
};

/** Whose: this object's unless said. */
export const owned = (uid = 'u-1', creation?: string) =>
  ownershipTags({ identity, uid, role: 'primary', creation });

export const tagsOfAnother = ownershipTags({
  identity: { ...identity, name: 'mail' },
  uid: 'u-9',
  role: 'primary',
});

/** An ElasticIP whose manifest says `spec`, with the schema's defaults. */
export const object = (
  spec: object = {},
  more: Partial<Omit<ElasticIP, 'spec'>> & { readonly status?: ElasticIPStatus } = {},
): ElasticIP => ({
  identity,
  uid: 'u-1',
  generation: 1,
  labels: {},
  annotations: {},
  spec: elasticIPDefinition.spec.parse(spec),
  status: {},
  deleting: false,
  ...more,
});

/** Status as it is once the address is known. */
export const known: ElasticIPStatus = { allocationId: 'eipalloc-1', publicIp: '203.0.113.1' };

export const address = (more: Partial<SeenAddress> = {}): SeenAddress => ({
  allocationId: 'eipalloc-1',
  publicIp: '203.0.113.1',
  publicIpv4Pool: 'amazon',
  networkBorderGroup: 'eu-central-1',
  tags: owned(),
  ...more,
});

export const seen = (more: Partial<Seen> = {}): Seen => ({
  address: address(),
  cameBy: 'known id',
  claims: [],
  unrecoverable: false,
  target: { state: 'none' },
  reverseDNS: undefined,
  ...more,
});

/** The primary address of a healthy running instance: `i-a` has `eni-a` with 10.0.0.97. */
export const on = (letter: string, more: Partial<Candidate> = {}): Candidate => ({
  instanceId: `i-${letter}`,
  networkInterfaceId: `eni-${letter}`,
  privateIpAddress: `10.0.0.${letter.charCodeAt(0)}`,
  networkBorderGroup: 'eu-central-1',
  state: 'running',
  health: { status: 'ok' },
  occupant: undefined,
  ...more,
});

export const impairedFor = (milliseconds: number): Pick<Candidate, 'health'> => ({
  health: { status: 'impaired', impairedSince: now - milliseconds },
});

/** Carries an Elastic IP of somebody else's. */
export const occupied: Pick<Candidate, 'occupant'> = {
  occupant: { publicIp: '198.51.100.9', allocationId: 'eipalloc-9', ownerId: '123456789012' },
};

export const associatedWith = ({ instanceId, networkInterfaceId, privateIpAddress }: Candidate) => ({
  associationId: `eipassoc-${networkInterfaceId}`,
  instanceId,
  networkInterfaceId,
  privateIpAddress,
});

export const selected = (...candidates: Candidate[]): Seen['target'] => ({ state: 'selected', candidates });
export const fixed = (candidate: Candidate): Seen['target'] => ({ state: 'fixed', candidate });

export const bySelector = (more: object = {}) => ({
  instanceSelector: { matchTags: { role: 'web' } },
  ...more,
});

export const callsOf = (plan: Plan<Seen>): string[] => plan.steps.map(({ call }) => call.replace('ec2:', ''));
