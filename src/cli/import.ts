import { createAws } from '../aws/index.ts';
import { AwsError, callAndMessage } from '../core/errors.ts';
import type { Candidate, Importer, Rendered } from '../core/import.ts';
import type { ResolvePlacement, Scope } from '../core/scope.ts';
import { ScopeRefused } from '../core/scope-refused.ts';
import type { Tags } from '../core/tags.ts';
import { createImporters } from '../kinds/importers.ts';
import { chosenKinds } from './chosen-kinds.ts';
import type { Host } from './host.ts';
import { objectNames } from './import-names.ts';
import type { ImportConfig } from './import-options.ts';
import type { Imported, LeftOut, Manifest } from './import-output.ts';
import { UsageError } from './usage-error.ts';

/** Whatever is found in AWS, as manifests. AWS is only read. Throws UsageError; AwsError where nobody says who we are. */
export async function importResources(config: ImportConfig, host: Host): Promise<Imported> {
  const { clock, random, userAgent } = host;
  const place = config.region ?? host.region;
  const endpointUrl = config['aws-endpoint-url'];
  const aws = createAws({
    clock,
    random,
    userAgent,
    ...(place === undefined ? {} : { region: place }),
    ...(endpointUrl === undefined ? {} : { endpointUrl }),
    ...(host.overrides?.limits === undefined ? {} : { limits: host.overrides.limits }),
  });
  try {
    const wanted = { words: config.resources, tags: config['filter-tag'], now: clock.now() };
    const importers = [...new Set(chosenKinds(createImporters(aws), config.kinds))];
    const found = await Promise.all(
      importers.map(async (importer) => {
        const scope = await scopeOf(importer, aws.resolvePlacement);
        return { scope, ...(await ofKind(importer, scope, wanted)) };
      }),
    );
    return {
      account: found[0]?.scope.account ?? '',
      region: place ?? '',
      namespace: config.namespace ?? 'default',
      observed: config['management-policy'] === 'Observe',
      named: wanted.words.length > 0,
      ...together(found, wanted.words, sharedFields(config)),
    };
  } finally {
    aws.close();
  }
}

function together(
  found: readonly OfKind[],
  words: readonly string[],
  shared: object,
): Pick<Imported, 'manifests' | 'leftOut' | 'failures' | 'unasked'> {
  const missing = words
    .filter((word) => !found.some(({ known }) => known(word)))
    .map((word) => `${JSON.stringify(word)}: nothing that could be read is called that`);
  const withShared = (manifest: Manifest) => ({ ...manifest, spec: { ...manifest.spec, ...shared } });
  return {
    manifests: found.flatMap(({ manifests }) => manifests.map(withShared)),
    leftOut: found.flatMap(({ leftOut }) => leftOut),
    unasked: found.reduce((sum, { unasked }) => sum + unasked, 0),
    failures: [...found.flatMap(({ failures }) => failures), ...missing],
  };
}

async function scopeOf({ global }: Importer, resolve: ResolvePlacement): Promise<Scope> {
  try {
    return (await resolve({ namespace: '', global: global ?? false, spec: {} })).scope;
  } catch (error) {
    if (error instanceof ScopeRefused)
      throw new UsageError('--region: is required: an AWS region such as eu-central-1');
    throw error;
  }
}

/** Of one kind. */
interface OfKind extends Pick<Imported, 'manifests' | 'leftOut' | 'failures' | 'unasked'> {
  /** Whether something is called so. */
  known(word: string): boolean;
}

const none: OfKind = { manifests: [], leftOut: [], failures: [], unasked: 0, known: () => false };

interface Wanted {
  readonly words: readonly string[];
  readonly tags: Tags;
  readonly now: number;
}

async function ofKind(importer: Importer, scope: Scope, wanted: Wanted): Promise<OfKind> {
  const { kind } = importer.definition;
  try {
    const all = await importer.list(scope, wanted.now);
    const named = all.filter((candidate) => isNamed(candidate, wanted.words));
    const looked = await Promise.all(named.map((candidate) => look(candidate, wanted.tags)));
    const names = objectNames(looked.flatMap((one) => ('spec' in one ? [one] : [])));
    return {
      manifests: [...names]
        .map(([{ spec, notes }, name]): Manifest => ({ kind, name, spec, notes }))
        .sort((a, b) => (a.name < b.name ? -1 : 1)),
      leftOut: looked
        .flatMap((one): LeftOut[] => ('reason' in one ? [{ kind, ...one }] : []))
        .sort((a, b) => (a.id < b.id ? -1 : 1)),
      failures: looked
        .flatMap((one) => ('failure' in one ? [`${kind} ${one.id}: ${one.failure}`] : []))
        .sort(),
      unasked: all.length - named.length + looked.filter((one) => 'unasked' in one).length,
      known: (word) => all.some((candidate) => isNamed(candidate, [word])),
    };
  } catch (error) {
    return { ...none, failures: [`${kind}: ${failureOf(error)}`] };
  }
}

const isNamed = ({ names }: Candidate, words: readonly string[]): boolean =>
  words.length === 0 || words.some((word) => names.includes(word));

type Looked = Pick<Candidate, 'id' | 'title'> &
  (Rendered | { readonly failure: string } | { readonly unasked: true });

async function look({ id, title, tags, read }: Candidate, wanted: Tags): Promise<Looked> {
  try {
    const rules = Object.entries(wanted);
    const own = rules.length === 0 ? {} : await tags();
    if (!rules.every(([key, value]) => own[key] === value)) return { id, title, unasked: true };
    return { id, title, ...(await read()) };
  } catch (error) {
    return { id, title, failure: failureOf(error) };
  }
}

/** Throws what is no answer of AWS's. */
function failureOf(error: unknown): string {
  if (!(error instanceof AwsError)) throw error;
  return callAndMessage(error);
}

/** What all the objects say alike. */
const sharedFields = (config: ImportConfig) => ({
  ...(config['management-policy'] === 'Observe' ? { managementPolicy: 'Observe' } : {}),
  ...(config['account-ref'] === undefined ? {} : { accountRef: { name: config['account-ref'] } }),
});
