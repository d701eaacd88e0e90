import type { Address } from './account.ts';
import { expectEqual, Mismatch } from './check.ts';
import type { ElasticIP } from './cluster.ts';
import type { Stage } from './stage.ts';

/** One of the demo's objects, and its address as AWS has it. */
export interface Pair {
  readonly object: ElasticIP;
  readonly address: Address;
}

/**
 * That all objects are Ready for what their manifests say now, and that AWS has exactly their addresses, each
 * where its object's status says. By object's name. Throws Mismatch.
 */
export async function expectReady({ cluster, account, examples }: Stage): Promise<Map<string, Pair>> {
  const [objects, addresses] = await Promise.all([cluster.elasticIPs(), account.addresses()]);
  expectEqual('the objects', namesOf(objects), examples.map(({ manifest }) => manifest.metadata.name).sort());
  const pairs = new Map(objects.map((object) => [object.metadata.name, pairOf(object, addresses)] as const));
  expectEqual('the number of addresses in AWS', addresses.length, objects.length);
  return pairs;
}

const namesOf = (objects: readonly ElasticIP[]) => objects.map(({ metadata }) => metadata.name).sort();

function pairOf(object: ElasticIP, addresses: readonly Address[]): Pair {
  const { namespace, name, generation } = object.metadata;
  const { status } = object;
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  if (ready?.status !== 'True' || status?.observedGeneration !== generation) {
    throw new Mismatch(`${namespace}/${name} is not Ready: ${ready?.message ?? 'nobody has looked at it'}`);
  }
  const address = addresses.find(({ tags }) => tags['mooring.dev/id'] === `ElasticIP/${namespace}/${name}`);
  if (!address) throw new Mismatch(`${namespace}/${name} is Ready, but AWS has no address with its identity`);
  const { allocationId, publicIp, association } = status;
  expectEqual(
    `what AWS has for ${namespace}/${name}`,
    [address.allocationId, address.publicIp, address.associationId, address.instanceId],
    [allocationId, publicIp, association?.associationId, association?.instanceId],
  );
  return { object, address };
}

/** Throws Mismatch. */
export function pairNamed(pairs: ReadonlyMap<string, Pair>, name: string): Pair {
  const pair = pairs.get(name);
  if (!pair) throw new Mismatch(`there is no ElasticIP ${name}`);
  return pair;
}
