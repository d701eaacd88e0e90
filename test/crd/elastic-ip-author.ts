import { type Author, type Manifest, manifestAuthor, manifestOf, refusals } from './author.ts';

export const plural = 'elasticips';

export const instanceId = 'i-0123456789abcdef0';
export const networkInterfaceId = 'eni-0123456789abcdef0';
export const instanceSelector = { matchTags: { app: 'web' } };
export const selecting = (matchTags: object) => ({ association: { instanceSelector: { matchTags } } });
export const failing = (failover: object) => ({ association: { instanceSelector }, failover });

export const elasticIP = (spec: object, name = 'web'): Manifest => manifestOf('ElasticIP', name, spec);

export interface ElasticIPAuthor extends Author {
  /** What the API server refuses of an ElasticIP with this spec. */
  tried(spec: object): Promise<string[]>;
  /** What it refuses of this change (RFC 7386) to one that was created with `spec`. */
  changed(name: string, spec: object, change: object): Promise<string[]>;
}

export async function elasticIPAuthor(): Promise<ElasticIPAuthor> {
  const author = await manifestAuthor();
  return {
    ...author,
    tried: async (spec) => refusals(await author.create(plural, elasticIP(spec), 'All')),
    async changed(name, spec, change) {
      const [refusal] = refusals(await author.create(plural, elasticIP(spec, name)));
      if (refusal !== undefined) throw new Error(refusal);
      return refusals(await author.patch(plural, name, { spec: change }, 'All'));
    },
  };
}
