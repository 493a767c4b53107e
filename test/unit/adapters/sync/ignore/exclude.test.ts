import { describe, expect, it } from 'vitest';
import { exactly, excluding } from '../../../../../src/adapters/sync/ignore/exclude.ts';
import { judging } from '../../../../../src/adapters/sync/ignore/judge.ts';
import { patterns } from '../../../../../src/adapters/sync/ignore/pattern.ts';

const judge = judging(patterns());
function excludes(glob: string, path: string): boolean {
  const read = excluding([glob]);
  if ('fault' in read) throw new Error(read.fault.message);
  const names = path.split('/');
  const last = names.pop() as string;
  return judge.isExcluded(
    names.reduce((folder, name) => judge.inside(folder, name), judge.root(read.patterns, [])),
    last,
  );
}

describe('a glob of the settings', () => {
  it.each([
    ['node_modules/**', 'node_modules', true],
    ['**/node_modules', 'a/b/node_modules', true],
    ['*.log', 'a.log', true],
    ['*.log', 'a/a.log', false],
    ['**/*.log', 'a/a.log', true],
    ['a/{b,c}', 'a/c', true],
    ['a/{b,c}', 'a/d', false],
    // `?` is one character, however many bytes it has; a byte that is in none counts as one.
    ['?', '\xc3\xa9', true],
    ['??', '\xc3\xa9', false],
    ['*??', '\xe2\x82\xac', false],
    ['?', '\xff', true],
    ['é*', '\xc3\xa9x', true],
    ['\\*', '*', true],
    ['\\*', 'a', false],
  ])('%s of %j: %s', (glob, path, is) => {
    expect(excludes(glob, path)).toBe(is);
  });

  it('that is none is a fault', () => {
    expect(excluding(['a[b]'])).toMatchObject({
      fault: { code: 'workspace_exclude_invalid', message: expect.stringContaining('`a[b]`') },
    });
  });

  it('is not what names a path exactly', () => {
    expect(exactly('a*/b')).toEqual([
      { kind: 'literal', text: 'a*' },
      { kind: 'literal', text: 'b' },
    ]);
  });
});
