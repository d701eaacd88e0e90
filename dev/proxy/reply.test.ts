import { describe, expect, it } from 'vitest';
import { callOf, httpOf } from './call-of.ts';
import { AwsError, errorIn, errorReply, isHtmlFailure } from './reply.ts';
import { identify } from './request.ts';

const json = identify(1, httpOf('kms', '{}', ['X-Amz-Target', 'TrentService.CreateKey']), () => undefined);

describe('error replies', () => {
  it.each([
    ['ec2', callOf('ec2', 'AllocateAddress')],
    ['query', callOf('iam', 'GetRole')],
    ['json', json],
  ])('are read back as they were written in protocol %s', (_protocol, call) => {
    const reply = errorReply(call, new AwsError('SomeCode', 'a <message>', 409));
    expect(errorIn(reply)).toMatchObject({ code: 'SomeCode', message: 'a <message>', status: 409 });
  });
});

describe('an HTML failure', () => {
  const html = Buffer.from('<!doctype html>\n<title>500 Internal Server Error</title>');

  it('is a 500 with a web page, whatever its content type', () => {
    expect(isHtmlFailure({ status: 500, headers: {}, body: html })).toBe(true);
    expect(
      isHtmlFailure({ status: 500, headers: { 'content-type': 'text/html' }, body: Buffer.alloc(0) }),
    ).toBe(true);
  });

  it('is not a 500 of the AWS protocol', () => {
    expect(isHtmlFailure(errorReply(json, new AwsError('KMSInternalException', 'x', 500)))).toBe(false);
  });
});
