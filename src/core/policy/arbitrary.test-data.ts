import fc from 'fast-check';
import {
  listOf,
  type OneOrMany,
  type PolicyDocument,
  type Principal,
  type Statement,
  statementsOf,
} from './document.ts';

/** Documents as people write them, and two ways to change one: in notation only, and in meaning. */

const actions = [
  's3:GetObject',
  's3:Put*',
  'iam:PassRole',
  'sts:AssumeRole',
  'sts:AssumeRoleWithWebIdentity',
  '*',
];
const awsPrincipals = [
  ...['111122223333', 'arn:aws:iam::444455556666:root', 'arn:aws:iam::111122223333:role/ci', '*'],
  ...['AROAJQABLZS4A3QDU576Q', 'arn:aws:sts::111122223333:assumed-role/ci/s'],
];
const oneOrMany = <T>(values: readonly T[]): fc.Arbitrary<OneOrMany<T>> =>
  fc.oneof(fc.constantFrom(...values), fc.array(fc.constantFrom(...values), { minLength: 1, maxLength: 4 }));

const principal: fc.Arbitrary<Principal> = fc.oneof(
  fc.constant('*' as const),
  fc.record({ AWS: oneOrMany(awsPrincipals) }),
  fc.record({
    AWS: oneOrMany(awsPrincipals),
    Service: oneOrMany(['ec2.amazonaws.com', 'pods.eks.amazonaws.com']),
  }),
);
const values = oneOrMany<string | number | boolean>([
  'a',
  'A',
  '',
  3600,
  '3600',
  true,
  'true',
  'repo:acme/*',
]);
const condition = fc.dictionary(
  fc.constantFrom('StringEquals', 'StringLikeIfExists', 'ForAnyValue:ArnLike', 'Bool', 'Null'),
  fc.dictionary(fc.constantFrom('aws:SourceIp', 'sts:ExternalId', 'aws:RequestTag/Env'), values, {
    maxKeys: 2,
  }),
  { maxKeys: 3 },
);
const resource = oneOrMany(['*', 'arn:aws:s3:::b', 'arn:aws:s3:::b/*', 'arn:aws:s3:::B']);

const either = <A, B>(a: fc.Arbitrary<A>, b: fc.Arbitrary<B>): fc.Arbitrary<A | B> => fc.oneof(a, b);
const nothing = fc.constant({});

const statement: fc.Arbitrary<Statement> = fc
  .tuple(
    fc.record({ Effect: fc.constantFrom('Allow' as const, 'Deny' as const) }),
    either(fc.record({ Sid: fc.constantFrom('', 'Read', 'Write') }), nothing),
    either(fc.record({ Action: oneOrMany(actions) }), fc.record({ NotAction: oneOrMany(actions) })),
    either(either(fc.record({ Principal: principal }), fc.record({ NotPrincipal: principal })), nothing),
    either(either(fc.record({ Resource: resource }), fc.record({ NotResource: resource })), nothing),
    either(fc.record({ Condition: condition }), nothing),
  )
  .map(([effect, sid, action, who, what, when]) => ({
    ...sid,
    ...effect,
    ...who,
    ...action,
    ...what,
    ...when,
  }));

export const policy: fc.Arbitrary<PolicyDocument> = fc
  .tuple(
    either(fc.record({ Version: fc.constantFrom('2012-10-17' as const, '2008-10-17' as const) }), nothing),
    either(fc.record({ Id: fc.constantFrom('', 'key-default-1') }), nothing),
    fc.oneof(statement, fc.array(statement, { minLength: 1, maxLength: 4 })),
  )
  .map(([version, id, Statement]) => ({ ...version, ...id, Statement }));

export type Pick = ReturnType<typeof fc.gen> extends fc.Arbitrary<infer Value> ? Value : never;

const flip = (pick: Pick): boolean => pick(fc.boolean);
const shuffle = <T>(items: readonly T[], pick: Pick): T[] =>
  pick(() => fc.shuffledSubarray([...items], { minLength: items.length }));
const recase = (text: string, pick: Pick): string => (flip(pick) ? text.toUpperCase() : text.toLowerCase());

/** The same set: shuffled, something twice, one value as itself or as a list. */
function reset<T>(set: OneOrMany<T>, pick: Pick): OneOrMany<T> {
  const items = shuffle([...listOf(set), ...listOf(set).filter(() => flip(pick))], pick);
  const [first] = items;
  return items.length === 1 && first !== undefined && flip(pick) ? first : items;
}

function reorder<T extends object>(value: T, pick: Pick): T {
  const copy = { ...value };
  for (const key of shuffle(Object.keys(value), pick)) {
    const entry = Object.getOwnPropertyDescriptor(copy, key);
    Reflect.deleteProperty(copy, key);
    if (entry) Object.defineProperty(copy, key, entry);
  }
  return copy;
}

function rewritePrincipal(principal: Principal, pick: Pick): Principal {
  if (principal === '*') return principal;
  const account = (value: string) => {
    const id = /^(?:arn:aws:iam::)?(\d{12})(?::root)?$/.exec(value)?.[1];
    return id === undefined ? value : flip(pick) ? id : `arn:aws:iam::${id}:root`;
  };
  const types = Object.entries(principal).map(([type, set]) => [
    type,
    reset(type === 'AWS' ? listOf(set).map(account) : set, pick),
  ]);
  return Object.fromEntries(shuffle(types, pick));
}

function rewriteStatement(written: Statement, pick: Pick): Statement {
  const { Principal, NotPrincipal, Action, NotAction, Resource, NotResource, Condition } = written;
  const names = (set: OneOrMany<string>) =>
    reset(
      listOf(set).map((name) => recase(name, pick)),
      pick,
    );
  const quote = (value: string | number | boolean) => (flip(pick) ? String(value) : value);
  const tests = Object.entries(Condition ?? {}).map(([operator, keys]) => [
    recase(operator, pick),
    Object.fromEntries(
      shuffle(Object.entries(keys), pick).map(([key, set]) => [
        recase(key, pick),
        reset(listOf(set).map(quote), pick),
      ]),
    ),
  ]);
  const rewritten: Statement = {
    ...written,
    ...(Principal && { Principal: rewritePrincipal(Principal, pick) }),
    ...(NotPrincipal && { NotPrincipal: rewritePrincipal(NotPrincipal, pick) }),
    ...(Action && { Action: names(Action) }),
    ...(NotAction && { NotAction: names(NotAction) }),
    ...(Resource && { Resource: reset(Resource, pick) }),
    ...(NotResource && { NotResource: reset(NotResource, pick) }),
    ...(Condition && { Condition: Object.fromEntries(shuffle(tests, pick)) }),
  };
  return reorder(rewritten, pick);
}

/** The same meaning in another notation. */
export function rewrite(document: PolicyDocument, pick: Pick): PolicyDocument {
  const statements = shuffle(statementsOf(document), pick).map((one) => rewriteStatement(one, pick));
  const [first] = statements;
  const Statement = statements.length === 1 && first && flip(pick) ? first : statements;
  return reorder({ ...document, Statement }, pick);
}

const add = (set: OneOrMany<string>, value: string) => [...listOf(set), value];

/** Each makes another meaning of every statement it returns one for. */
const statementMutations: readonly ((one: Statement) => Statement | undefined)[] = [
  (one) => ({ ...one, Effect: one.Effect === 'Allow' ? 'Deny' : 'Allow' }),
  (one) => ({ ...one, Sid: 'Changed' }),
  (one) => (one.Action === undefined ? undefined : { ...one, Action: add(one.Action, 'ec2:RunInstances') }),
  (one) => (one.NotAction === undefined ? undefined : { ...one, NotAction: 'ec2:RunInstances' }),
  (one) =>
    one.Resource === undefined ? undefined : { ...one, Resource: add(one.Resource, 'arn:aws:s3:::other') },
  (one) => ({ ...one, Principal: { Federated: 'accounts.google.com' } }),
  (one) => ({ ...one, Condition: { ...one.Condition, NumericEquals: { 's3:max-keys': 1 } } }),
  ({ Action, ...one }) => (Action === undefined ? undefined : { ...one, NotAction: Action }),
  ({ NotResource, ...one }) => (NotResource === undefined ? undefined : { ...one, Resource: NotResource }),
  ({ NotPrincipal, ...one }) =>
    NotPrincipal === undefined ? undefined : { ...one, Principal: { AWS: '999900001111' } },
];

/** Another meaning, by one change. */
export function mutate(document: PolicyDocument, pick: Pick): PolicyDocument {
  const statements = statementsOf(document);
  const index = pick(fc.nat, { max: statements.length - 1 });
  const changes = statements.slice(index, index + 1).flatMap((one) => {
    const changed = statementMutations.map((change) => change(one)).filter((result) => result !== undefined);
    return changed.map(
      (result): PolicyDocument => ({ ...document, Statement: statements.with(index, result) }),
    );
  });
  return pick(() =>
    fc.constantFrom<PolicyDocument[]>(
      ...changes,
      { ...document, Version: document.Version === '2012-10-17' ? '2008-10-17' : '2012-10-17' },
      { ...document, Id: 'changed' },
      { ...document, Statement: [...statements, ...statements] },
      { ...document, Statement: [...statements, { Effect: 'Deny', Action: 'ec2:*' }] },
    ),
  );
}
