/** What the kernel takes, held against what it really takes. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { isTooLarge } from '../../../../src/adapters/sandbox/argument-size.ts';

const limits = readFileSync('/proc/self/limits', 'utf8');
const taken = (argv: readonly string[]): boolean =>
  spawnSync('/bin/true', argv.slice(1), { env: {} }).error === undefined;

it.each([
  ['one text of the greatest length', ['/bin/true', 'x'.repeat(131_071)]],
  ['one byte more', ['/bin/true', 'x'.repeat(131_072)]],
  ['few', ['/bin/true']],
  ['half of what fits', ['/bin/true', ...Array(8).fill('x'.repeat(130_000))]],
  ['far too many', ['/bin/true', ...Array(60).fill('x'.repeat(130_000))]],
])('%s', (_, argv) => {
  expect(isTooLarge(argv, {}, limits)).toBe(!taken(argv));
});

it('the environment counts as well', () => {
  expect(isTooLarge(['/bin/true'], { A: 'x'.repeat(131_072) }, limits)).toBe(true);
  expect(isTooLarge(['/bin/true'], { A: 'x' }, limits)).toBe(false);
});
