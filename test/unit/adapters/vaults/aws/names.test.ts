import { describe, expect, it } from 'vitest';
import { guardOf, isNameOf, nameOf, readExternal } from '../../../../../src/adapters/vaults/aws/names.ts';
import type { AwsPlace } from '../../../../../src/adapters/vaults/aws/place.ts';

const place: AwsPlace = { region: 'eu-west-1', endpoint: 'https://x.example', prefix: 'lab/hg', namespace: 'team' };
const arn = (name: string): string => `arn:aws:secretsmanager:eu-west-1:123456789012:secret:${name}`;
const means = (key: string, ref: string): boolean => {
  const read = readExternal(place, ref);
  return 'value' in read && isNameOf(place, key, read.value);
};

describe('003-C4.12: names', () => {
  it('are derived', () => {
    expect(nameOf(place, 'a/b')).toBe('lab/hg/team/a/b');
  });

  it.each<readonly [string, boolean]>([
    ['lab/hg/team/key', true],
    [arn('lab/hg/team/key'), true],
    [arn('lab/hg/team/key-Ab12Cd'), true],
    [arn('lab/hg/team/key-Ab12C'), false],
    [arn('lab/hg/team/key-Ab12Cd-Ab12Cd'), false],
    [arn('lab/hg/team/key2-Ab12Cd'), false],
    ['lab/hg/team/key-Ab12Cd', false],
    ['lab/hg/other/key', false],
    ['key', false],
  ])('%s: the key is meant: %s', (ref, is) => {
    expect(means('key', ref)).toBe(is);
  });

  it.each<readonly [string, string | null]>([
    ['prod/db', null],
    [arn('prod/db-Ab12Cd'), null],
    // Begins like the prefix, and is another name.
    ['lab/hgx/key', null],
    ['lab', null],
    ['lab/hg/team/key', 'names below the prefix of the vault are managed by headgate'],
    ['lab/hg/x', 'names below the prefix of the vault are managed by headgate'],
    [arn('lab/hg/other/key-Ab12Cd'), 'names below the prefix of the vault are managed by headgate'],
    [arn('prod').replace('eu-west-1', 'eu-west-2'), 'the ARN is of another region than the vault'],
    ['a b', 'the external reference is neither the name nor the ARN of a secret'],
    ['', 'the external reference is neither the name nor the ARN of a secret'],
    [`${arn('x')}\n`, 'the external reference is neither the name nor the ARN of a secret'],
  ])('the guard says of %j: %s', (ref, guard) => {
    expect(guardOf(place, ref)).toBe(guard);
  });
});
