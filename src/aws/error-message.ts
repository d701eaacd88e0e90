/** AWS's words as they may stand in a condition: one line, and the same line each time the same call fails. */

const longest = 600;

/** What differs from one refusal to the next, or only AWS can read. */
const variable: readonly (readonly [RegExp, string])[] = [
  [/\s*Encoded authorization failure message:\s*\S+/gi, ''],
  [/[\s,;]*\(?(x-amzn-)?request[ -]?id:?\s*"?[0-9a-z-]{16,}"?\)?[.,;]?/gi, ''],
  [/\s*Deserialization error: to see the raw response[^.]*\.\$response on this object\./g, ''],
  // A session's name is new with each process that assumes the role.
  [/(:assumed-role\/[^/\s]+)\/[^\s,;]+/g, '$1'],
  [/^You are not authorized to perform this operation\.\s+(?=\S)/, ''],
];

export function cleanMessage(text: string): string {
  let clean = text;
  for (const [pattern, replacement] of variable) clean = clean.replace(pattern, replacement);
  clean = clean.replace(/\s+/g, ' ').trim();
  return clean.length > longest ? `${clean.slice(0, longest - 1)}…` : clean;
}

/**
 * AWS's words on a denial, which name the action and the resource where it says them ("User … is not
 * authorized to perform: ec2:AllocateAddress on resource: arn:…"); where it does not, the action put before them.
 */
export function denialMessage(words: string, call: string): string {
  return words.includes('not authorized to perform:') ? words : `${call}: ${words}`;
}

/** By error code: the quota as the Service Quotas console lists it. */
const quotas: Readonly<Record<string, string>> = {
  AddressLimitExceeded: '"EC2-VPC Elastic IPs" (L-0263D0A3)',
};

/** AWS's words on a full quota, and where to have it raised. */
export function quotaMessage(words: string, code: string): string {
  const quota = quotas[code];
  return `${words} Ask Service Quotas for more${quota === undefined ? '' : ` ${quota}`}, or release what is not needed.`;
}
