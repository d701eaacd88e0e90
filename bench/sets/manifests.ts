/** The sets, as a person applies them, and whether all of them are Ready. */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { ControlPlane } from '../../dev/control-plane/control-plane.ts';

type Api = Pick<ControlPlane, 'request'>;

const kinds = { elasticips: 'ElasticIP', iamroles: 'IAMRole', kmskeys: 'KMSKey' } as const;
const plurals = ['elasticips', 'iamroles', 'kmskeys'] as const;
const timeoutMs = 900_000;

function specsOf(name: string): Readonly<Record<keyof typeof kinds, object>> {
  return {
    elasticips: {},
    iamroles: {
      trust: [{ service: ['ec2.amazonaws.com'] }],
      managedPolicies: ['AmazonS3ReadOnlyAccess', 'CloudWatchReadOnlyAccess'],
      inlinePolicies: {
        queue: {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Action: 'sqs:SendMessage', Resource: '*' }],
        },
      },
    },
    kmskeys: { aliases: [`alias/${name}`], rotation: {} },
  };
}

const path = (plural: string, name = '') =>
  `/apis/mooring.dev/v1alpha1/namespaces/default/${plural}${name && `/${name}`}`;

export async function applySets(api: Api, sets: number): Promise<void> {
  for (let set = 0; set < sets; set++) {
    const name = `set-${set}`;
    const specs = specsOf(name);
    await Promise.all(plurals.map((plural) => apply(api, plural, name, specs[plural])));
  }
}

async function apply(api: Api, plural: keyof typeof kinds, name: string, spec: object): Promise<void> {
  const { status, body } = await api.request({
    method: 'PATCH',
    path: `${path(plural, name)}?fieldManager=kubectl`,
    contentType: 'application/apply-patch+yaml',
    body: { apiVersion: 'mooring.dev/v1alpha1', kind: kinds[plural], metadata: { name }, spec },
  });
  if (status >= 300) throw new Error(`${kinds[plural]} ${name} is refused: ${JSON.stringify(body)}`);
}

const listSchema = z.looseObject({
  items: z.array(
    z.looseObject({
      metadata: z.looseObject({ name: z.string() }),
      status: z
        .looseObject({
          conditions: z
            .array(z.looseObject({ type: z.string(), status: z.string(), message: z.string() }))
            .optional(),
        })
        .optional(),
    }),
  ),
});

/** Rejects with what some of the others say when it takes too long. */
export async function waitReady(api: Api, sets: number): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const lists = await Promise.all(
      plurals.map(async (plural) =>
        listSchema.parse((await api.request({ method: 'GET', path: path(plural) })).body),
      ),
    );
    const readies = lists.flatMap(({ items }) =>
      items.map((one) => one.status?.conditions?.find(({ type }) => type === 'Ready')),
    );
    const open = readies.filter((ready) => ready?.status !== 'True');
    if (readies.length === sets * plurals.length && open.length === 0) return;
    if (performance.now() > deadline)
      throw new Error(`${open.length} are not Ready: ${JSON.stringify(open.slice(0, 3))}`);
    await sleep(250);
  }
}
