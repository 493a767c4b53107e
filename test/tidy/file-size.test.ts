import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type SourceFile, sourceFiles } from '../support/source-files.ts';

/** A file of src is about one thing, and is split by subject before it is longer; tests hold many cases of one thing. */
const most = { src: 300, test: 500, bench: 500 };

const tooLong = (files: readonly SourceFile[], lines: number): readonly string[] =>
  files
    .map(({ path, text }) => ({ path, count: text.split('\n').length - 1 }))
    .filter(({ count }) => count > lines)
    .map(({ path, count }) => `${path}: ${count} lines, and ${lines} are allowed`);

describe('file size', () => {
  it.each(Object.entries(most))('of %s is at most %i lines', (folder, lines) => {
    expect(tooLong(sourceFiles(folder), lines)).toEqual([]);
  });

  it('of ARCHITECTURE.md is what one sits down to once', () => {
    expect(tooLong([{ path: 'ARCHITECTURE.md', text: readFileSync('ARCHITECTURE.md', 'utf8') }], 200)).toEqual([]);
  });

  it('counts lines', () => {
    const file = (lines: number): SourceFile => ({ path: 'src/x.ts', text: 'x\n'.repeat(lines) });
    expect(tooLong([file(300)], 300)).toEqual([]);
    expect(tooLong([file(301)], 300)).toEqual(['src/x.ts: 301 lines, and 300 are allowed']);
  });
});
