import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderText } from '../../src/diagnostics/render/text.ts';
import { displayWidth } from '../../src/diagnostics/render/width.ts';

const piece = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.constantFrom('\t', '\n', '\r\n', '名前', 'e\u0301', '🚀', '\u202e', ' '.repeat(50), 'x'.repeat(90)),
);
const texts = fc.array(piece, { maxLength: 12 }).map((parts) => parts.join(''));

describe('text renderer', () => {
  it('shows any range of any text within its columns, one line break at a time', () => {
    fc.assert(
      fc.property(
        texts,
        fc.nat(),
        fc.nat(),
        fc.constantFrom(60, 80, 100),
        fc.option(texts),
        (text, a, b, width, label) => {
          const [start = 0, end = 0] = [a % (text.length + 1), b % (text.length + 1)].sort((x, y) => x - y);
          const out = renderText(
            [
              {
                code: 'x/y',
                aliases: [],
                severity: 'error',
                message: 'm',
                related: [],
                at: { file: 'f', range: { start, end } },
                ...(label === null ? {} : { label: label.replace(/\S{20,}/g, 'long') }),
              },
            ],
            new Map([['f', { file: 'f', text }]]),
            { width },
          );
          const lines = out.split('\n');
          // Nothing that a terminal would act upon is left.
          expect(out).not.toMatch(/[^\P{Cc}\n]/u);
          expect(lines.filter((line) => displayWidth(line) > width)).toEqual([]);
          expect(lines.some((line) => /^ *\| *\^+/.test(line))).toBe(true);
        },
      ),
      { numRuns: 500 },
    );
  });
});
