import { isDeepStrictEqual } from 'node:util';
import type { Resource } from '../../core/resource.ts';
import type { Informer } from '../informer/informer.ts';
import { type KubernetesClient, type ResourceLocation, resourcePath } from '../kubernetes/client.ts';
import { isConflict } from '../kubernetes/kubernetes.ts';

/**
 * The writes a reconcile makes to its own object. Guarantees: each is a merge patch under the
 * resourceVersion of the object that was passed, so of two writers one fails with a conflict; what the
 * API server answered is in the informer's store before the promise resolves, so that the next reconcile
 * never acts on a state older than its own write.
 */
export interface Objects {
  patch(object: Resource, patch: object): Promise<Resource>;
  patchStatus(object: Resource, status: object): Promise<Resource>;
  /**
   * As `patchStatus`, but a conflict is no end if nobody else has written status: what a user changed in
   * the spec meanwhile does not lose the id of what was just created.
   */
  saveStatus(object: Resource, status: object): Promise<Resource>;
  /** Whether the CRD behind these objects is being deleted, asked now. */
  definitionTerminating(): Promise<boolean>;
}

type Location = Required<Pick<ResourceLocation, 'group' | 'version' | 'plural'>>;

export function createObjects(
  client: KubernetesClient,
  informer: Pick<Informer<Resource>, 'observeWrite'>,
  location: Location,
): Objects {
  const pathOf = ({ metadata: { namespace, name } }: Resource) =>
    resourcePath({ ...location, namespace, name });
  const at = ({ metadata: { uid, resourceVersion } }: Resource) => ({ uid, resourceVersion });
  const learn = (object: Resource): Resource => {
    informer.observeWrite(object);
    return object;
  };
  const patchStatus = async (object: Resource, status: object): Promise<Resource> =>
    learn(await client.statusPatch<Resource>(pathOf(object), { metadata: at(object), status }));

  return {
    patchStatus,
    async patch(object, patch) {
      const metadata = 'metadata' in patch && typeof patch.metadata === 'object' ? patch.metadata : {};
      const body = { ...patch, metadata: { ...metadata, ...at(object) } };
      return learn(await client.mergePatch<Resource>(pathOf(object), body));
    },
    async saveStatus(object, status) {
      try {
        return await patchStatus(object, status);
      } catch (error) {
        if (!isConflict(error)) throw error;
        const fresh = await client.get<Resource>(pathOf(object));
        const untouched =
          fresh.metadata.uid === object.metadata.uid &&
          isDeepStrictEqual(fresh.status ?? {}, object.status ?? {});
        if (!untouched) throw error;
        return await patchStatus(fresh, status);
      }
    },
    async definitionTerminating() {
      const crds = { group: 'apiextensions.k8s.io', version: 'v1', plural: 'customresourcedefinitions' };
      const name = `${location.plural}.${location.group}`;
      const crd = await client.get<Resource>(resourcePath({ ...crds, name }));
      return crd.metadata.deletionTimestamp !== undefined;
    },
  };
}
