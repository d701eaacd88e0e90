import { expect, it } from 'vitest';
import type { Reply } from '../call.ts';
import { callOf } from '../call-of.ts';
import { descend, element, elements, parseXml, printXml, textAt } from '../xml.ts';
import { authorizationPages } from './iam-authorization-pages.ts';

const result = 'GetAccountAuthorizationDetailsResult';
const all: Reply = {
  status: 200,
  headers: {},
  body: Buffer.from(
    printXml(
      element(
        'GetAccountAuthorizationDetailsResponse',
        element(
          result,
          element('IsTruncated', 'false'),
          element(
            'RoleDetailList',
            ...['a', 'b', 'c'].map((name) => element('member', element('RoleName', name))),
          ),
        ),
      ),
    ),
  ),
};

async function page(input: Record<string, string>) {
  const call = callOf('iam', 'GetAccountAuthorizationDetails', input);
  const reply = await authorizationPages.handle(
    call,
    async () => all,
    async () => element('unasked'),
  );
  const document = parseXml(reply.body.toString('utf8'));
  return {
    roles: elements(descend(document, result, 'RoleDetailList')).map((role) => textAt(role, 'RoleName')),
    truncated: textAt(document, result, 'IsTruncated'),
    marker: textAt(document, result, 'Marker'),
  };
}

it('gives as many roles as asked for, and where to go on', async () => {
  expect(await page({ MaxItems: '2' })).toEqual({ roles: ['a', 'b'], truncated: 'true', marker: '2' });
  expect(await page({ MaxItems: '2', Marker: '2' })).toEqual({
    roles: ['c'],
    truncated: 'false',
    marker: undefined,
  });
});
