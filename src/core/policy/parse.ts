import { decodePolicyText } from './decode.ts';
import { effects, type OneOrMany, type PolicyDocument, policyVersions, type Statement } from './document.ts';
import {
  at,
  isRecord,
  type Report,
  readActions,
  readCondition,
  readOneOf,
  readPrincipal,
  readString,
  readStrings,
  refuseBoth,
  refuseUnknown,
  reporter,
} from './elements.ts';
import { InvalidPolicy, type PolicyProblem } from './invalid-policy.ts';

/**
 * A policy document from JSON text (raw or URL-encoded) or from an object (YAML that has been read). What
 * is returned is as it was written; `normalizePolicy` gives the form that is compared.
 *
 * Throws InvalidPolicy with every problem found, each with its path, the value and what would be right.
 * Which elements a place asks for (a trust policy needs Principal, an identity policy must have none) is
 * the caller's to check: the grammar is one for all places.
 */
export function parsePolicy(input: string | object): PolicyDocument {
  const value = typeof input === 'string' ? decodePolicyText(input) : input;
  const problems: PolicyProblem[] = [];
  const document = readDocument(value, reporter(problems));
  if (document === undefined || problems.length > 0) throw new InvalidPolicy(problems);
  return document;
}

const documentElements = ['Version', 'Id', 'Statement'];
const statementElements = [
  ...['Sid', 'Effect', 'Principal', 'NotPrincipal', 'Action', 'NotAction'],
  ...['Resource', 'NotResource', 'Condition'],
];

function readDocument(value: unknown, report: Report): PolicyDocument | undefined {
  if (!isRecord(value)) {
    report('', value, 'must be an object with Version and Statement');
    return undefined;
  }
  refuseUnknown(value, '', documentElements, report);
  const Version =
    value.Version === undefined ? undefined : readOneOf(value.Version, 'Version', policyVersions, report);
  const Id = readString(value.Id, 'Id', report);
  const Statement = readStatements(value.Statement, report);
  return Statement && { ...(Version && { Version }), ...(Id !== undefined && { Id }), Statement };
}

function readStatements(value: unknown, report: Report): OneOrMany<Statement> | undefined {
  if (isRecord(value)) return readStatement(value, 'Statement', report);
  if (!Array.isArray(value) || value.length === 0) {
    report('Statement', value, 'must be a statement or a list of at least one');
    return undefined;
  }
  const statements = value.map((item: unknown, index) => readStatement(item, `Statement[${index}]`, report));
  return statements.filter((statement) => statement !== undefined);
}

function readStatement(value: unknown, path: string, report: Report): Statement | undefined {
  if (!isRecord(value)) {
    report(path, value, 'must be an object with Effect and Action');
    return undefined;
  }
  refuseUnknown(value, path, statementElements, report);
  refuseBoth(value, path, ['Principal', 'Action', 'Resource'], report);
  if (value.Action === undefined && value.NotAction === undefined) {
    report(at(path, 'Action'), undefined, 'a statement has Action or NotAction');
  }
  const read = <T>(name: string, reader: (value: unknown, path: string, report: Report) => T | undefined) =>
    value[name] === undefined ? undefined : reader(value[name], at(path, name), report);

  const Sid = read('Sid', readString);
  const Effect = readOneOf(value.Effect, at(path, 'Effect'), effects, report);
  const Principal = read('Principal', readPrincipal);
  const NotPrincipal = read('NotPrincipal', readPrincipal);
  const Action = read('Action', readActions);
  const NotAction = read('NotAction', readActions);
  const Resource = read('Resource', readStrings);
  const NotResource = read('NotResource', readStrings);
  const Condition = read('Condition', readCondition);
  return (
    Effect && {
      ...(Sid !== undefined && { Sid }),
      Effect,
      ...(Principal && { Principal }),
      ...(NotPrincipal && { NotPrincipal }),
      ...(Action && { Action }),
      ...(NotAction && { NotAction }),
      ...(Resource && { Resource }),
      ...(NotResource && { NotResource }),
      ...(Condition && { Condition }),
    }
  );
}
