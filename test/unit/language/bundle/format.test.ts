import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { digestOfFileName, isDigest, manifestFileName } from '../../../../src/language/bundle/format.ts';

/** Of texts whose base64 has `+`, `/` and neither. */
const hashes = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((text) => createHash('sha256').update(text).digest());
const digestOf = (hash: Buffer): string => `sha256:${hash.toString('base64')}`;

it('has samples with both characters that a file name cannot hold as they are', () => {
  const all = hashes.map(digestOf).join('');
  expect(all).toContain('/');
  expect(all.slice(7)).toContain('+');
});

it.each(hashes.map((hash) => [digestOf(hash), hash] as const))('%s is found under every spelling', (digest, hash) => {
  expect(manifestFileName(digest)).toBe(`${hash.toString('base64url')}.json5`);
  const hex = hash.toString('hex');
  const url = hash.toString('base64url');
  const names = [
    manifestFileName(digest),
    `${hex}.json5`,
    `${hex.toUpperCase()}.json`,
    `sha256-${hex}`,
    `sha256_${url}.json5`,
    `sha256:${url}=.yaml`,
    `sha256-${hash.toString('base64').replaceAll('/', '_')}.json5`,
  ];
  expect(names.map(digestOfFileName)).toEqual(names.map(() => digest));
});

it.each(['', 'README.md', 'scenario.yaml', 'a'.repeat(43), `${'a'.repeat(63)}.json5`, '..', '__proto__'])(
  '%j tells no digest',
  (name) => {
    expect(digestOfFileName(name)).toBeUndefined();
  },
);

it.each([
  'sha256:',
  `sha512:${'A'.repeat(43)}=`,
  `sha256:${'A'.repeat(43)}`,
  // The last character has bits that 32 bytes do not have.
  `sha256:${'A'.repeat(42)}B=`,
  'sha256:../../../../../../../../../../etc/passwd',
  `SHA256:${'A'.repeat(43)}=`,
  `sha256:${'A'.repeat(43)}=\n`,
])('%j is not a digest', (text) => {
  expect(isDigest(text)).toBe(false);
});
