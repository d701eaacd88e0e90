/**
 * The verbs of the Kubernetes API, thin and typed. A reply of 400 and above is thrown as a KubernetesError.
 *
 * The results' types are what the caller names (kubernetes.ts, `trusted`).
 */
import { isRecord } from './json.ts';
import { type KubernetesRequest, type KubernetesTransport, type Query, trusted } from './kubernetes.ts';
import { errorOfReply } from './status-error.ts';

export interface ResourceLocation {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  /** Absent for cluster-scoped resources, and for a list over all namespaces. */
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
  readonly subresource?: string | undefined;
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly resourceVersion: string;
  /** Ask for the next page with it. Absent on the last one. */
  readonly continue?: string;
}

export interface ListOptions {
  readonly limit?: number;
  readonly continue?: string | undefined;
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
  readonly signal?: AbortSignal;
}

export interface WriteOptions {
  readonly fieldManager?: string;
  /** Validate and admit, store nothing. */
  readonly dryRun?: boolean;
  /** Have the answer without spec, status and data, as metav1.PartialObjectMetadata. */
  readonly metadataOnly?: boolean;
  readonly signal?: AbortSignal;
}

export interface ApplyOptions extends WriteOptions {
  readonly fieldManager: string;
  /** Take over fields that another manager owns, instead of a 409. */
  readonly force?: boolean;
}

export interface RemoveOptions {
  /** Only this object and not one of the same name made since; only in this state. */
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
  readonly propagationPolicy?: 'Background' | 'Foreground' | 'Orphan';
  /** As for a write. */
  readonly metadataOnly?: boolean;
  readonly signal?: AbortSignal;
}

export interface KubernetesClient {
  get<T>(path: string, signal?: AbortSignal): Promise<T>;
  list<T>(path: string, options?: ListOptions): Promise<Page<T>>;
  create<T>(path: string, body: unknown, options?: WriteOptions): Promise<T>;
  /** 409 unless the body's resourceVersion is the current one. */
  update<T>(path: string, body: unknown, options?: WriteOptions): Promise<T>;
  /** RFC 7386. With `metadata.resourceVersion` in the patch: 409 unless it is the current one. */
  mergePatch<T>(path: string, patch: unknown, options?: WriteOptions): Promise<T>;
  /** The same on the status subresource of the object at `path`. */
  statusPatch<T>(path: string, patch: unknown, options?: WriteOptions): Promise<T>;
  /** RFC 6902; a failing `test` is a 422. */
  jsonPatch<T>(path: string, patch: readonly unknown[], options?: WriteOptions): Promise<T>;
  /** Server-side apply. A type error in the body is a 500 there. */
  apply<T>(path: string, body: unknown, options: ApplyOptions): Promise<T>;
  /** Resolves with the object where finalizers keep it for now, else with a metav1.Status. */
  remove(path: string, options?: RemoveOptions): Promise<unknown>;
}

export function resourcePath(location: ResourceLocation): string {
  const { group, version, plural, namespace, name, subresource } = location;
  const parts = group === '' ? ['api', version] : ['apis', group, version];
  if (namespace !== undefined) parts.push('namespaces', namespace);
  parts.push(plural);
  if (name !== undefined) parts.push(name);
  if (subresource !== undefined) parts.push(subresource);
  return `/${parts.map(encodeURIComponent).join('/')}`;
}

export function createClient(transport: KubernetesTransport): KubernetesClient {
  const call = async <T>(request: KubernetesRequest): Promise<T> => {
    const reply = await transport.request(request);
    if (reply.status >= 400) throw errorOfReply(reply);
    return trusted<T>(reply.body);
  };

  const write =
    (method: KubernetesRequest['method'], contentType: string) =>
    <T>(
      path: string,
      body: unknown,
      { signal, metadataOnly, ...options }: ApplyOptions | WriteOptions = {},
    ): Promise<T> =>
      call({
        method,
        path,
        body,
        contentType,
        query: writeQuery(options),
        ...(metadataOnly && { accept: partialMetadata }),
        ...(signal && { signal }),
      });

  const mergePatch = write('PATCH', 'application/merge-patch+json');

  return {
    get: (path, signal) => call({ method: 'GET', path, ...(signal && { signal }) }),
    async list<T>(path: string, { signal, ...query }: ListOptions = {}): Promise<Page<T>> {
      return pageOf(await call<unknown>({ method: 'GET', path, query, ...(signal && { signal }) }));
    },
    create: write('POST', 'application/json'),
    update: write('PUT', 'application/json'),
    mergePatch,
    statusPatch: (path, patch, options) => mergePatch(`${path}/status`, patch, options),
    jsonPatch: write('PATCH', 'application/json-patch+json'),
    apply: write('PATCH', 'application/apply-patch+yaml'),
    remove: (path, { signal, metadataOnly, ...body } = {}) =>
      call<unknown>({
        method: 'DELETE',
        path,
        body,
        ...(metadataOnly && { accept: partialMetadata }),
        ...(signal && { signal }),
      }),
  };
}

/** https://kubernetes.io/docs/reference/using-api/api-concepts/#alternate-representations-of-resources */
const partialMetadata = 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io';

function writeQuery({
  fieldManager,
  dryRun,
  ...rest
}: Omit<ApplyOptions, 'signal' | 'fieldManager' | 'metadataOnly'> & WriteOptions): Query {
  return { fieldManager, dryRun: dryRun ? 'All' : undefined, force: rest.force };
}

/**
 * A page of a list. The items of built-in kinds come without apiVersion and kind, which the list itself
 * tells (`SecretList` → `Secret`).
 */
function pageOf<T>(list: unknown): Page<T> {
  const { apiVersion, kind, metadata, items } = isRecord(list) ? list : {};
  const { resourceVersion, continue: next } = isRecord(metadata) ? metadata : {};
  if (!Array.isArray(items) || typeof resourceVersion !== 'string')
    throw new Error('the API server sent no list');
  const type = typeof kind === 'string' ? { apiVersion, kind: kind.replace(/List$/, '') } : {};
  return {
    items: items.map((item: unknown) =>
      trusted<T>(isRecord(item) && !('kind' in item) ? { ...type, ...item } : item),
    ),
    resourceVersion,
    ...(typeof next === 'string' && next !== '' && { continue: next }),
  };
}
