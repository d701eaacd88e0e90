import { describe, expect, it } from 'vitest';
import { copiesTagKey, idTag, ownershipTags, tagKeys } from './identity.ts';

/**
 * Golden: resources that carry these tags are out there, and an operator that spelled them differently
 * would not find them again. A failure here is a migration, not a test to be brought up to date.
 */
const identity = { cluster: 'prod-eu', kind: 'ElasticIP', namespace: 'shop', name: 'web' };

/** What IAM takes as a tag's value, the narrowest of the services we use. */
const acceptedByAws = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u;

const long = { kind: 'ElasticIP', namespace: 'n'.repeat(63), name: 'a'.repeat(253) };

describe('the tags that say whose a resource is', () => {
  it('are these, and no others', () => {
    expect(ownershipTags({ identity, uid: 'u-1', role: 'primary', creation: 't-1' })).toEqual({
      'mooring.dev/cluster': 'prod-eu',
      'mooring.dev/id': 'ElasticIP/shop/web',
      'mooring.dev/role': 'primary',
      'mooring.dev/uid': 'u-1',
      'mooring.dev/creation': 't-1',
    });
    expect(tagKeys.released).toBe('mooring.dev/released');
    expect(copiesTagKey).toBe('mooring.dev/copies');
  });

  it('leave the creation out on what was not created by us', () => {
    expect(ownershipTags({ identity, uid: 'u-1', role: 'copy' })).not.toHaveProperty(tagKeys.creation);
  });
});

describe('an id past the 256 characters AWS takes', () => {
  it('is cut and told apart by a hash of the whole', () => {
    expect(idTag(long)).toBe(
      `ElasticIP/${'n'.repeat(63)}/${'a'.repeat(256 - 33 - 'ElasticIP//'.length - 63)}@74e4a2b9d8757bd8bca53dab974f7a4b`,
    );
    expect(idTag(long)).toHaveLength(256);
  });

  it('differs when only what was cut off differs', () => {
    expect(idTag(long)).not.toBe(idTag({ ...long, name: `${'a'.repeat(252)}b` }));
  });

  it('is kept whole as long as it fits', () => {
    const fits = { ...long, name: 'a'.repeat(256 - 'ElasticIP//'.length - 63) };
    expect(idTag(fits)).toBe(`ElasticIP/${fits.namespace}/${fits.name}`);
    expect(idTag({ ...fits, name: `${fits.name}a` })).toMatch(/@[0-9a-f]{32}$/);
  });

  it.each([identity, long])('is made of what every service takes as a value', (one) => {
    expect(idTag(one)).toMatch(acceptedByAws);
  });
});
