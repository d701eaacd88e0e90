import { z } from 'zod';
import { cel } from './crd/cel.ts';
import { list, map, text } from './crd/shapes.ts';

/** metav1.LabelSelector: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors */

const operator = z.enum(['In', 'NotIn', 'Exists', 'DoesNotExist']);

const requirement = cel(
  z.object({
    key: text(317).min(1).describe("The label's key."),
    operator: operator.describe('What is asked of its value.'),
    values: list(text(63), 50).optional().describe('For `In` and `NotIn`.'),
  }),
  {
    rule: "(self.operator in ['In', 'NotIn']) == (has(self.values) && self.values.size() > 0)",
    message: 'values must be given with In and NotIn, and with nothing else',
    fieldPath: '.values',
  },
);

export const labelSelector = z.object({
  matchLabels: map(text(63), { max: 50 }).optional().describe('Labels that must be there with these values.'),
  matchExpressions: list(requirement, 50)
    .optional()
    .describe('Further requirements, all of which must hold.'),
});

export type LabelSelector = z.infer<typeof labelSelector>;
type Requirement = z.infer<typeof requirement>;

/** A selector without requirements matches everything, as everywhere in Kubernetes. */
export function matchesLabels(
  { matchLabels = {}, matchExpressions = [] }: LabelSelector,
  labels: Readonly<Record<string, string>>,
): boolean {
  // A key may be the name of something that every object in JavaScript has.
  const labelOf = (key: string) => (Object.hasOwn(labels, key) ? labels[key] : undefined);
  return (
    Object.entries(matchLabels).every(([key, value]) => labelOf(key) === value) &&
    matchExpressions.every((wanted) => meets(wanted, labelOf(wanted.key)))
  );
}

/** `NotIn` holds where there is no such label. */
function meets({ operator, values = [] }: Requirement, value: string | undefined): boolean {
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
  }
}
