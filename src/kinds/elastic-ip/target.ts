import type { Health as InstanceHealth } from '../../aws/readers/health.ts';
import type { Readers } from '../../aws/readers/index.ts';
import type { Instance } from '../../aws/readers/instances.ts';
import type { NetworkInterface, PublicAssociation } from '../../aws/readers/interfaces.ts';
import type { Candidate, Health, Occupant, Target } from './seen.ts';
import type { ElasticIPSpec } from './spec.ts';

/** What the place is looked up through. */
export interface PlaceReaders extends Pick<Readers, 'interfaces' | 'health' | 'borderGroups'> {
  readonly instances: Pick<Readers['instances'], 'byId' | 'byTags'>;
}

const gone = ['shutting-down', 'terminated'];

type AssociationSpec = NonNullable<ElasticIPSpec['association']>;

/**
 * The private addresses the manifest's `association` can mean. With `tagged`, their instances' tags are told
 * where that takes a look of its own, too. By instance id AWS accepts only instances
 * with one interface, and nodes under the VPC CNI have several: so always an interface and an address,
 * by default the primary ones.
 */
export async function observeTarget(
  wanted: AssociationSpec | undefined,
  readers: PlaceReaders,
  tagged: boolean,
): Promise<Target> {
  if (!wanted) return { state: 'none' };
  if (wanted.instanceSelector) {
    const [instances, groups] = await Promise.all([
      readers.instances.byTags(wanted.instanceSelector.matchTags),
      readers.borderGroups(),
    ]);
    const candidates = await Promise.all(instances.map((instance) => ofSelected(instance, readers, groups)));
    return { state: 'selected', candidates: candidates.filter((candidate) => candidate !== undefined) };
  }
  if (wanted.instanceId !== undefined) {
    const instance = await readers.instances.byId(wanted.instanceId);
    const candidate = instance && candidateOf(instance, wanted.privateIpAddress);
    if (candidate) return { state: 'fixed', candidate };
    // AWS still shows it for about an hour, without its interfaces.
    if (instance && gone.includes(instance.state))
      return { state: 'missing', what: `${instance.id} is ${instance.state}` };
    return missing(wanted, wanted.instanceId, instance !== undefined);
  }
  const id = wanted.networkInterfaceId ?? '';
  const found = await readers.interfaces.byId(id);
  const candidate = found && place(found, wanted.privateIpAddress);
  if (!candidate) return missing(wanted, id, found !== undefined);
  const { instanceId } = candidate;
  const instance = tagged && instanceId !== undefined ? await readers.instances.byId(instanceId) : undefined;
  return { state: 'fixed', candidate: { ...candidate, ...ofNoSelector, tags: instance?.tags } };
}

/** A named target is kept whatever its health: the manifest says so. */
const ofNoSelector = {
  state: undefined,
  networkBorderGroup: undefined,
  health: { status: 'unknown' },
} as const;

const missing = ({ privateIpAddress }: AssociationSpec, id: string, exists: boolean): Target => ({
  state: 'missing',
  what: `${exists ? `the private address ${privateIpAddress ?? '(primary)'} of ${id}` : id} does not exist (yet)`,
});

/** Only of these the border group matters: a named place is left to AWS to accept or refuse. */
async function ofSelected(
  instance: Instance,
  readers: PlaceReaders,
  groups: ReadonlyMap<string, string>,
): Promise<Candidate | undefined> {
  const found = candidateOf(instance, undefined);
  if (!found) return undefined;
  const candidate = { ...found, networkBorderGroup: groups.get(instance.availabilityZone ?? '') };
  if (instance.state !== 'running') return candidate;
  return { ...candidate, health: healthOf(await readers.health(instance.id)) };
}

function candidateOf(instance: Instance, privateIpAddress: string | undefined): Candidate | undefined {
  const interfaces =
    privateIpAddress === undefined
      ? instance.interfaces.filter(({ primary }) => primary)
      : instance.interfaces;
  for (const networkInterface of interfaces) {
    const at = place(networkInterface, privateIpAddress);
    if (at) {
      const { id: instanceId, state, tags } = instance;
      return { ...at, ...ofNoSelector, instanceId, state, tags };
    }
  }
  return undefined;
}

function place(networkInterface: NetworkInterface, privateIpAddress: string | undefined) {
  const found = networkInterface.privateIpAddresses.find(({ address, primary }) =>
    privateIpAddress === undefined ? primary : address === privateIpAddress,
  );
  return (
    found && {
      instanceId: networkInterface.instanceId,
      networkInterfaceId: networkInterface.id,
      privateIpAddress: found.address,
      occupant: found.association && occupantOf(found.association),
    }
  );
}

const occupantOf = ({ publicIp, allocationId, ownerId }: PublicAssociation): Occupant => ({
  publicIp,
  allocationId,
  ownerId,
});

/** Initialising and unreadable checks are not failures; only `impaired` is. */
function healthOf(health: InstanceHealth | undefined): Health {
  if (!health) return { status: 'unknown' };
  if (health.system === 'impaired' || health.instance === 'impaired') {
    const since = health.impairedSince;
    return { status: 'impaired', impairedSince: since === undefined ? undefined : Date.parse(since) };
  }
  return { status: health.system === 'ok' && health.instance === 'ok' ? 'ok' : 'unknown' };
}
