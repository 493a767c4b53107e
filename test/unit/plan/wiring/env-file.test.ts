import { expect, it } from 'vitest';
import { quotedInEnv } from '../../../../src/plan/wiring/env-file.ts';

it.each([
  ['plain', "'plain'"],
  ['5$ or $x', "'5$ or $x'"],
  ["o'brien", "'o\\'brien'"],
  ["o'b $x", "'o\\'b $x'"],
  ['a\\b', "'a\\b'"],
  ['two\nlines', '"two\\nlines"'],
  ['a\\\\b', '"a\\\\\\\\b"'],
  ["a\\'b", '"a\\\\\'b"'],
  ['ends with \\', '"ends with \\\\"'],
  ['\n"$x"', '"\\n\\"\\$x\\""'],
])('%j', (text, quoted) => expect(quotedInEnv(text)).toBe(quoted));
