import type { Address } from './account.ts';
import { expectEqual, Mismatch } from './check.ts';
import type { Key } from './keys.ts';
import { type DemoObject, titleOf } from './objects.ts';
import type { Role } from './roles.ts';
import type { Stage } from './stage.ts';

/** One of the demo's objects, and what AWS has for it. */
export interface Pair<Real> {
  readonly object: DemoObject;
  readonly real: Real;
}

/** By object's name; each throws Mismatch for a name there is none of. */
export interface Scene {
  address(name: string): Pair<Address>;
  role(name: string): Pair<Role>;
  key(name: string): Pair<Key>;
}

/**
 * That all objects are Ready for what their manifests say now, and that AWS has exactly what is theirs, each as
 * its object's status says. Throws Mismatch.
 */
export async function expectReady({ cluster, account, roles, keys, manifests }: Stage): Promise<Scene> {
  const objects = await cluster.objects();
  expectEqual('the objects', objects.map(titleOf).sort(), manifests.map(titleOf).sort());
  for (const object of objects) expectOneReady(object);
  return {
    address: paired(objects, 'ElasticIP', await account.addresses(), sameAddress),
    role: paired(objects, 'IAMRole', await roles.list(), sameRole),
    key: paired(objects, 'KMSKey', await keys.list(), sameKey),
  };
}

function expectOneReady(object: DemoObject): void {
  const { metadata, status } = object;
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  if (ready?.status === 'True' && status?.observedGeneration === metadata.generation) return;
  throw new Mismatch(`${titleOf(object)} is not Ready: ${ready?.message ?? 'nobody has looked at it'}`);
}

/** Throws Mismatch unless every object of the kind has its own in AWS, and AWS has nothing else. */
function paired<Real>(
  objects: readonly DemoObject[],
  kind: string,
  found: readonly Real[],
  same: (object: DemoObject, real: Real) => boolean,
): (name: string) => Pair<Real> {
  const own = objects.filter((object) => object.kind === kind);
  const pairs = new Map<string, Pair<Real>>();
  for (const object of own) {
    const real = found.find((candidate) => same(object, candidate));
    if (!real) {
      const status = JSON.stringify(object.status);
      throw new Mismatch(
        `${titleOf(object)} is Ready, but AWS has nothing that is as its status says: ${status}`,
      );
    }
    pairs.set(object.metadata.name, { object, real });
  }
  expectEqual(`how many ${kind}s AWS has`, found.length, own.length);
  return (name) => {
    const pair = pairs.get(name);
    if (!pair) throw new Mismatch(`there is no ${kind} ${name}`);
    return pair;
  };
}

const sameAddress = ({ metadata, status }: DemoObject, address: Address): boolean =>
  address.tags['mooring.dev/id'] === `ElasticIP/${metadata.namespace}/${metadata.name}` &&
  address.allocationId === status?.allocationId &&
  address.publicIp === status.publicIp &&
  address.associationId === status.association?.associationId &&
  address.instanceId === status.association?.instanceId;

const sameRole = ({ status }: DemoObject, { name, arn }: Role): boolean =>
  name === status?.roleName && arn === status.arn;

const sameKey = ({ status }: DemoObject, { keyId, state, aliases }: Key): boolean =>
  keyId === status?.keyId && state === status.keyState && aliases.join() === (status.aliases ?? []).join();
