/** The spec fields that every AWS kind shares. A kind spreads them into its own `z.object`. */

import { z } from 'zod';
import { maxManagedKeys } from '../tags.ts';
import { cel, immutableFields, setOnceFields } from './cel.ts';
import type { CelRule } from './definition.ts';
import { formatted, list, map, text } from './shapes.ts';

const accountRef = z.object({
  name: formatted(
    /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/,
    'must be the name of an AWSAccount, such as production',
  ).describe('The name of the `AWSAccount`.'),
});

/**
 * What AWS lets every service's tags be made of:
 * https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html
 */
const tagCharacters = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;
const tagWords = 'letters, digits, spaces and _ . : / = + - @';

/** A tag's value. */
export const tagValue = () =>
  formatted(tagCharacters, `must be made of ${tagWords}, as AWS takes a tag's value`, 256);

/** Of the 50 tags AWS allows on a resource, six are ours: five say whose it is, and one that it was released. */
export const maxTags = 44;

const offending = (predicate: string, words: string): CelRule => ({
  rule: `self.all(key, ${predicate})`,
  message: `a tag's key ${words}`,
  messageExpression: `'the key "' + self.filter(key, !(${predicate}))[0] + '" ${words.replaceAll("'", "\\'")}'`,
});

/** Keys AWS would refuse. */
export const tagKeyRules: readonly CelRule[] = [
  offending('key.size() >= 1 && key.size() <= 128', 'must have 1 to 128 characters'),
  offending(`key.matches(r'${tagCharacters.source.replaceAll('\\/', '/')}')`, `must be made of ${tagWords}`),
];

const reservedKeyRule = offending(
  "!key.lowerAscii().startsWith('mooring.dev/') && !key.lowerAscii().startsWith('aws:')",
  "is reserved: keys under mooring.dev/ say whose a resource is, and those under aws: are AWS's own",
);

/** Tags for a resource. */
export const tags = () => cel(map(tagValue(), { max: maxTags }), ...tagKeyRules, reservedKeyRule);

/** For every kind that has something in AWS, also those that are global to their account. */
export const globalFields = {
  accountRef: accountRef
    .optional()
    .describe(
      "The `AWSAccount` whose credentials are used, and so the account it is in. Without it, the one that the namespace's annotation `mooring.dev/account` names, else the one named `default`, else, only while there is no `AWSAccount` at all, the operator's own credentials. Another one may be named later if it is of the same account.",
    ),
  tags: tags()
    .optional()
    .describe(
      "Tags for the AWS resource, beside the operator's default tags (which these override) and those that say whose it is. A tag taken out here is taken off the resource; tags that somebody else put there are left alone.",
    ),
  managementPolicy: z
    .enum(['Manage', 'Observe'])
    .default('Manage')
    .describe(
      '`Manage` keeps AWS as declared. `Observe` never writes to AWS: what would be changed is shown in `status.drift`, and deleting the object touches nothing.',
    ),
  deletionPolicy: z
    .enum(['Delete', 'Retain'])
    .optional()
    .describe(
      'What deleting the object does in AWS. `Delete` deletes the resource. `Retain` leaves it, with its tags, so that an object of the same kind, namespace and name finds it again. The default is `Delete`; with `adopt` it is `Retain`.',
    ),
};

/** For a kind whose resources live in a Region. */
export const regionalFields = {
  region: formatted(/^[a-z]{2,4}(-[a-z]+){1,3}-[0-9]{1,2}$/, 'must be an AWS Region such as eu-central-1', 32)
    .optional()
    .describe(
      "The AWS Region. Without it, the one that the namespace's annotation `mooring.dev/region` names, else the account's, else the operator's `--region`. Immutable.",
    ),
  ...globalFields,
};

/** An existing resource to take over; what names one is the kind's own. */
export const adopt = (pattern: RegExp, message: string, what: string) =>
  formatted(pattern, message, 253)
    .optional()
    .describe(
      `${what} It is tagged as this object's, and from then on kept as declared; one that another object holds is refused. May be given later, but not changed or removed.`,
    );

export const globalRules: readonly CelRule[] = setOnceFields(['adopt']);
export const regionalRules: readonly CelRule[] = [...immutableFields(['region']), ...globalRules];

/** For status: whose tags a later change of the manifest may take off again. */
export const managedTags = list(text(128), maxManagedKeys)
  .optional()
  .describe(
    'The keys of the tags that were set for this object, so that one taken out of the manifest is taken off.',
  );
