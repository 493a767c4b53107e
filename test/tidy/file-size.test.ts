import { describe, expect, it } from 'vitest';
import { sourceFiles } from '../support/source-files.ts';

const WARN = 300;
const FAIL = 500;

describe('file size', () => {
  const sized = ['src', 'test', 'bench']
    .flatMap((folder) => sourceFiles(folder))
    .map(({ path, text }) => ({ path, lines: text.split('\n').length - 1 }));

  it(`is at most ${FAIL} lines`, () => {
    const large = sized.filter(({ lines }) => lines > WARN).map(({ path, lines }) => `${path}: ${lines} lines`);
    if (large.length > 0) console.warn(`over ${WARN} lines, think of splitting:\n  ${large.join('\n  ')}`);
    expect(sized.filter(({ lines }) => lines > FAIL)).toEqual([]);
  });
});
