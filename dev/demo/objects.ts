/** What the demo reads of Mooring's objects, of whatever kind, and of its Events. */
import { z } from 'zod';

const text = z.string().optional();

export const objectSchema = z.looseObject({
  kind: z.string(),
  metadata: z.looseObject({ name: z.string(), namespace: z.string(), generation: z.number() }),
  status: z
    .looseObject({
      observedGeneration: z.number(),
      conditions: z
        .array(z.looseObject({ type: z.string(), status: z.string(), message: z.string() }))
        .optional(),
      arn: text,
      // ElasticIP
      allocationId: text,
      publicIp: text,
      association: z.looseObject({ instanceId: text, associationId: text }).optional(),
      lastFailover: z.looseObject({ from: text, to: z.string(), reason: z.string() }).optional(),
      // IAMRole
      roleName: text,
      instanceProfileName: text,
      // KMSKey
      keyId: text,
      keyState: text,
      aliases: z.array(z.string()).optional(),
      // Image
      imageId: text,
      instanceId: text,
      state: text,
      // ImageSchedule
      images: z.number().optional(),
      nextScheduleTime: text,
      lastSuccessfulTime: text,
    })
    .optional(),
});
export type DemoObject = z.infer<typeof objectSchema>;

export const noticeSchema = z.looseObject({
  type: z.string(),
  reason: z.string(),
  action: text,
  note: text,
  eventTime: z.string().nullish(),
  regarding: z.looseObject({ kind: text, namespace: text, name: text }),
  reportingController: text,
});
export type Notice = z.infer<typeof noticeSchema>;

/** Kubernetes' own list of what a group serves. */
export const resourcesSchema = z.looseObject({
  resources: z.array(
    z.looseObject({ name: z.string(), kind: z.string(), categories: z.array(z.string()).optional() }),
  ),
});

interface Named {
  readonly kind: string;
  readonly metadata: { readonly namespace: string; readonly name: string };
}

/** `ElasticIP default/web`. */
export const titleOf = ({ kind, metadata }: Named): string =>
  `${kind} ${metadata.namespace}/${metadata.name}`;
