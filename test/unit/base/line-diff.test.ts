import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { unifiedDiff } from '../../../src/base/line-diff.ts';

/** What `patch` does. */
function patched(before: string, diff: string): string {
  const old = before.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  const out: string[] = [];
  let next = 0;
  const lines = diff.split('\n').slice(2);
  for (const [i, line] of lines.entries()) {
    const hunk = /^@@ -(\d+),(\d+) \+(\d+),(\d+) @@$/.exec(line);
    if (hunk) {
      const start = Number(hunk[1]) - (hunk[2] === '0' ? 0 : 1);
      out.push(...old.slice(next, start));
      next = start;
      expect(out.length).toBe(Number(hunk[3]) - (hunk[4] === '0' ? 0 : 1));
      continue;
    }
    const text = line.slice(1) + (lines[i + 1]?.startsWith('\\') ? '' : '\n');
    if (line[0] === '+') out.push(text);
    else if (line[0] === ' ' || line[0] === '-') {
      expect(old[next]).toBe(text);
      if (line[0] === ' ') out.push(text);
      next++;
    }
  }
  return [...out, ...old.slice(next)].join('');
}

describe('unified diff', () => {
  test('reads as people know it', () => {
    const before = 'a\nb\nc\nd\ne\nf\ng\nh\ni\nj\nk\n';
    const after = 'a\nb\nc\nd\nE\nf\ng\nh\ni\nj\nk\nl';
    expect(unifiedDiff('x.yaml', before, after)).toBe(
      '--- a/x.yaml\n+++ b/x.yaml\n@@ -2,10 +2,11 @@\n b\n c\n d\n-e\n+E\n f\n g\n h\n i\n j\n k\n+l\n\\ No newline at end of file\n',
    );
    expect(unifiedDiff('x', before, before)).toBe('');
  });

  test('two places far apart are two pieces', () => {
    const lines = Array.from({ length: 30 }, (_, i) => `${i}\n`);
    const after = lines.toSpliced(2, 1).toSpliced(24, 0, 'new\n');
    const diff = unifiedDiff('x', lines.join(''), after.join(''));
    expect(diff.match(/^@@.*/gm)).toEqual(['@@ -1,6 +1,5 @@', '@@ -23,6 +22,7 @@']);
  });

  test('gives the second text from the first, with as few lines as can be', () => {
    const text = fc
      .array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 30 })
      .chain((lines) => fc.boolean().map((end) => lines.join('\n') + (end ? '\n' : '')));
    fc.assert(
      fc.property(text, text, (before, after) => {
        const diff = unifiedDiff('x', before, after);
        expect(diff === '' ? before : patched(before, diff)).toBe(after);
      }),
      { numRuns: 500 },
    );
  });

  test('of much that differs shows all as replaced', () => {
    const before = Array.from({ length: 3000 }, (_, i) => `a${i}\n`).join('');
    const after = Array.from({ length: 3000 }, (_, i) => `b${i}\n`).join('');
    expect(patched(before, unifiedDiff('x', before, after))).toBe(after);
  });
});
