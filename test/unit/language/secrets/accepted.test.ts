import { beforeAll, describe, expect, it } from 'vitest';
import { acceptedLines } from '../../../../src/language/secrets/accepted.ts';
import { loadSyntax } from '../../../../src/language/syntax/parse.ts';

beforeAll(() => Promise.all([loadSyntax('yaml'), loadSyntax('json5')]));
const lines = (text: string, file = 'f.yaml'): readonly number[] => [...acceptedLines({ file, text })];

describe('a comment that says what is not a secret', () => {
  it('is about its own line, or about the next one with something in it', () => {
    expect(lines('a: x # headgate-not-secret: public\n')).toEqual([0]);
    expect(lines('# headgate-not-secret: public\na: x\nb: y\n')).toEqual([1]);
    expect(lines('# headgate-not-secret: public\n\n# more\n  \na: x\n')).toEqual([4]);
    expect(
      lines('{\n  // headgate-not-secret: public\n  a: "x",\n  b: "y" /* headgate-not-secret: too */\n}', 'f.json5'),
    ).toEqual([2, 3]);
    expect(lines('{\n  /*\n   * headgate-not-secret: public\n   */\n  a: "x",\n}', 'f.json5')).toEqual([4]);
  });

  it('counts with a reason alone, and as a comment alone', () => {
    expect(lines('a: x # headgate-not-secret\n')).toEqual([]);
    expect(lines('a: x # headgate-not-secret:   \n')).toEqual([]);
    expect(lines('a: x # see headgate-not-secret: public\n')).toEqual([]);
    expect(lines('a: "# headgate-not-secret: public"\n')).toEqual([]);
    expect(lines('a: x # headgate-not-secrets: public\n')).toEqual([]);
  });
});
