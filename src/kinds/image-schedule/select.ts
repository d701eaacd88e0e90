import type { Instance, InstanceFilters } from '../../aws/readers/instances.ts';
import type { Tags } from '../../core/tags.ts';
import type { ImageScheduleSpec } from './spec.ts';

type Selector = ImageScheduleSpec['selector'];
type Expression = NonNullable<Selector['matchExpressions']>[number];

/** What AWS can sift out by itself; {@link selects} judges what it answers. */
export function filtersOf({
  instanceIds,
  matchTags = {},
  matchExpressions = [],
  states,
}: Selector): InstanceFilters {
  const filters = new Map<string, readonly string[]>([['instance-state-name', states]]);
  if (instanceIds) filters.set('instance-id', instanceIds);
  for (const [key, value] of Object.entries(matchTags)) filters.set(`tag:${key}`, [value]);
  for (const { key, operator, values = [] } of matchExpressions) {
    const name = operator === 'In' ? `tag:${key}` : operator === 'Exists' ? 'tag-key' : undefined;
    const given = operator === 'In' ? values : [key];
    if (name !== undefined && !filters.has(name)) filters.set(name, given);
  }
  return Object.fromEntries(filters);
}

export function selects(
  { instanceIds, matchTags = {}, matchExpressions = [], states }: Selector,
  { id, state, tags }: Pick<Instance, 'id' | 'state' | 'tags'>,
): boolean {
  return (
    (instanceIds?.includes(id) ?? true) &&
    states.some((wanted) => wanted === state) &&
    Object.entries(matchTags).every(([key, value]) => tags[key] === value) &&
    matchExpressions.every((expression) => holds(expression, tags))
  );
}

function holds({ key, operator, values = [] }: Expression, tags: Tags): boolean {
  const value = Object.hasOwn(tags, key) ? tags[key] : undefined;
  switch (operator) {
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
  }
}
