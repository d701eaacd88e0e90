import type { Option, Values } from './config.ts';
import { choice, filterTags, text } from './option-types.ts';
import { runOptions } from './run-options.ts';

/** Everything `mooring import` can be told. */
export const importOptions = {
  resources: {
    positional: true,
    takes: '<id or name> …',
    help: 'import only these, by allocation id or address, name or ARN of a role, id, ARN or alias of a key, image id, or the tag Name; without any all',
    parse: (given) => given,
  } satisfies Option<readonly string[]>,
  region: { ...runOptions.region, help: 'AWS region to look in; without it AWS_REGION' },
  kinds: {
    takes: '<kind>,…',
    help: 'import only these kinds: ElasticIP, IAMRole, KMSKey, Image; ImageSchedule, IAMAccessKey and AWSAccount are not imported',
    repeatable: true,
    parse: (given) => given.flatMap((list) => list.split(',')).map((kind) => kind.trim()),
  } satisfies Option<readonly string[]>,
  'filter-tag': filterTags('import only what carries this tag; of several, all of them'),
  namespace: text({
    takes: '<namespace>',
    short: 'n',
    help: 'namespace of the objects',
    default: 'default',
    pattern: /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
    hint: 'a namespace’s name',
  }),
  'account-ref': text({
    takes: '<name>',
    help: 'the AWSAccount that the objects are to use, as their accountRef; AWS is looked at with your own credentials',
    pattern: /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/,
    hint: 'the name of an AWSAccount, such as production',
  }),
  'management-policy': choice({
    help: 'the objects’ managementPolicy: with Observe the operator only looks, as long as somebody else manages',
    default: 'Manage',
    words: ['Manage', 'Observe'],
  }),
  'aws-endpoint-url': runOptions['aws-endpoint-url'],
} as const;

export type ImportConfig = Values<typeof importOptions>;
