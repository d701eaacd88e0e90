import { z } from 'zod';
import { type Call, field, fieldList } from '../call.ts';
import type { Ask, Overlay } from '../overlay.ts';
import { matchesPattern } from '../pattern.ts';
import { AwsError, queryReply } from '../reply.ts';
import { descend, element, elements, textAt } from '../xml.ts';

/**
 * SimulatePrincipalPolicy on all resources, which the emulator lacks: the inline and attached policies of a user
 * or a role, by their actions; a statement for some resources only, or under a condition, is none for all.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
 */
export const simulatePrincipalPolicy: Overlay = {
  match: ({ operation }) => operation === 'SimulatePrincipalPolicy',
  async handle(call, _next, ask) {
    const statements = await statementsOf(principalIn(call), ask);
    const results = fieldList(call, 'ActionNames.member').map((action) =>
      element(
        'member',
        element('EvalActionName', action),
        element('EvalResourceName', '*'),
        element('EvalDecision', decide(action, statements)),
        element('MatchedStatements'),
        element('MissingContextValues'),
      ),
    );
    return queryReply(call, element('IsTruncated', 'false'), element('EvaluationResults', ...results));
  },
};

const oneOrMore = z.union([z.string().transform((one) => [one]), z.array(z.string())]);
const statement = z.object({
  Effect: z.enum(['Allow', 'Deny']),
  Action: oneOrMore.optional(),
  Resource: oneOrMore.optional(),
  Condition: z.unknown().optional(),
});
const policy = z.object({
  Statement: z.union([statement.transform((one) => [one]), z.array(statement)]),
});
type Statement = z.infer<typeof statement>;

interface Principal {
  readonly type: 'User' | 'Role';
  readonly name: string;
}

function principalIn(call: Call): Principal {
  const arn = field(call, 'PolicySourceArn') ?? '';
  const [, type, name] = /^arn:[^:]+:iam::\d{12}:(user|role)\/(?:.*\/)?([^/]+)$/.exec(arn) ?? [];
  if (name === undefined) throw new AwsError('InvalidInput', `Invalid Entity Arn: ${arn}`);
  return { type: type === 'user' ? 'User' : 'Role', name };
}

async function statementsOf({ type, name }: Principal, ask: Ask): Promise<Statement[]> {
  const who = { [`${type}Name`]: name };
  await ask(`Get${type}`, who);
  const inline = await ask(`List${type}Policies`, who);
  const names = elements(descend(inline, `List${type}PoliciesResult`, 'PolicyNames')).flatMap((member) =>
    textAt(member) === undefined ? [] : [textAt(member) ?? ''],
  );
  const documents = names.map(async (PolicyName) =>
    textAt(await ask(`Get${type}Policy`, { ...who, PolicyName }), `Get${type}PolicyResult`, 'PolicyDocument'),
  );
  const attached = await ask(`ListAttached${type}Policies`, who);
  const arns = elements(descend(attached, `ListAttached${type}PoliciesResult`, 'AttachedPolicies')).flatMap(
    (member) => textAt(member, 'PolicyArn') ?? [],
  );
  documents.push(...arns.map((arn) => managed(arn, ask)));
  return (await Promise.all(documents)).flatMap((text) => parse(text ?? ''));
}

async function managed(PolicyArn: string, ask: Ask): Promise<string | undefined> {
  const found = await ask('GetPolicy', { PolicyArn });
  const VersionId = textAt(found, 'GetPolicyResult', 'Policy', 'DefaultVersionId') ?? 'v1';
  const version = await ask('GetPolicyVersion', { PolicyArn, VersionId });
  return textAt(version, 'GetPolicyVersionResult', 'PolicyVersion', 'Document');
}

const parse = (text: string): Statement[] =>
  policy.parse(JSON.parse(text.startsWith('%') ? decodeURIComponent(text) : text)).Statement;

function decide(action: string, statements: readonly Statement[]): string {
  const about = statements.filter(
    ({ Action = [], Resource = [], Condition }) =>
      Condition === undefined &&
      Resource.includes('*') &&
      Action.some((pattern) => matchesPattern(pattern.toLowerCase(), action.toLowerCase())),
  );
  if (about.some(({ Effect }) => Effect === 'Deny')) return 'explicitDeny';
  return about.length > 0 ? 'allowed' : 'implicitDeny';
}
