import { actionsOf, type CallName, calls } from './calls/index.ts';

/** A policy of IAM's grammar: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html */
export interface IamPolicy {
  readonly Version: '2012-10-17';
  readonly Statement: readonly IamStatement[];
}

export interface IamStatement {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: '*';
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/**
 * What narrows an action that is only implied by a call, and would allow far more by itself:
 * https://docs.aws.amazon.com/ebs/latest/userguide/ebs-encryption-requirements.html
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html
 */
const narrowed: Readonly<Record<string, NonNullable<IamStatement['Condition']>>> = {
  'iam:CreateServiceLinkedRole': { StringEquals: { 'iam:AWSServiceName': 'mrk.kms.amazonaws.com' } },
  'kms:CreateGrant': { Bool: { 'kms:GrantIsForAWSResource': 'true' } },
};

/**
 * The least privilege for these calls, as statements whose Sids begin with `name`: what looks, what acts, and
 * what is allowed under a condition only. `Resource` is `*`: names, paths and tags are the reader's own to add.
 */
export function statementsFor(name: string, names: readonly CallName[]): IamStatement[] {
  const looks = actionsOf(names.filter((call) => !calls[call].writes));
  const acts = actionsOf(names.filter((call) => calls[call].writes)).filter((act) => !looks.includes(act));
  const plain = (actions: readonly string[]) => actions.filter((action) => !(action in narrowed));
  const allow = (Sid: string, Action: readonly string[]): IamStatement[] =>
    Action.length === 0 ? [] : [{ Sid, Effect: 'Allow', Action, Resource: '*' }];
  return [
    ...allow(`${name}Look`, plain(looks)),
    ...allow(`${name}Act`, plain(acts)),
    ...[...looks, ...acts].flatMap((action): IamStatement[] => {
      const Condition = narrowed[action];
      const [, operation = ''] = action.split(':');
      if (!Condition) return [];
      return [{ Sid: `${name}${operation}`, Effect: 'Allow', Action: [action], Resource: '*', Condition }];
    }),
  ];
}

export const policyOf = (Statement: readonly IamStatement[]): IamPolicy => ({
  Version: '2012-10-17',
  Statement,
});
