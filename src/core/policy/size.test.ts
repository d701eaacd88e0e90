import { describe, expect, it } from 'vitest';
import type { PolicyDocument } from './document.ts';
import { parsePolicy } from './parse.ts';
import {
  iamPolicySize,
  inlinePoliciesTooLong,
  keyPolicySize,
  keyPolicyTooLong,
  trustPolicyTooLong,
} from './size.ts';

/** A document of exactly `size` characters, none of them whitespace. */
function ofSize(size: number): PolicyDocument {
  const document = (Resource: string): PolicyDocument => ({
    Statement: { Effect: 'Allow', Action: '*', Resource },
  });
  return document('x'.repeat(size - iamPolicySize(document(''))));
}

describe('sizes', () => {
  it('IAM counts characters and no whitespace, neither between elements nor in strings', () => {
    const text = '{"Statement":{"Sid":"ab","Effect":"Allow","Action":"*"}}';
    expect(iamPolicySize(parsePolicy(text))).toBe(text.length);
    expect(iamPolicySize(parsePolicy(text.replaceAll(':', ' :\n\t')))).toBe(text.length);
    expect(iamPolicySize(parsePolicy(text.replace('ab', 'a b')))).toBe(text.length);
  });

  it('KMS counts the bytes that are sent', () => {
    const text = '{"Statement":{"Sid":"a é","Effect":"Allow","Action":"*"}}';
    expect(keyPolicySize(parsePolicy(text))).toBe(text.length + 1);
  });
});

describe('limits', () => {
  it('10,240 characters for the inline policies of a role together, naming the largest', () => {
    expect(inlinePoliciesTooLong({ a: ofSize(10_000), b: ofSize(240) })).toBeUndefined();
    expect(inlinePoliciesTooLong({ a: ofSize(241), b: ofSize(10_000) })).toBe(
      'the inline policies have 10241 characters together, whitespace not counted: IAM allows 10240 a role; ' +
        'the largest is "b" with 10000',
    );
    expect(inlinePoliciesTooLong({})).toBeUndefined();
  });

  it("2,048 characters for a trust policy, or the account's quota", () => {
    expect(trustPolicyTooLong(ofSize(2048))).toBeUndefined();
    expect(trustPolicyTooLong(ofSize(2049))).toContain(
      "has 2049 characters, whitespace not counted: the account's quota is 2048",
    );
    expect(trustPolicyTooLong(ofSize(4096), 4096)).toBeUndefined();
  });

  it('32,768 bytes for a key policy', () => {
    expect(keyPolicyTooLong(ofSize(32_768))).toBeUndefined();
    expect(keyPolicyTooLong(ofSize(32_769))).toBe('the key policy has 32769 bytes: KMS allows 32768');
  });
});
