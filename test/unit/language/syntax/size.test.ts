/** Texts within the limit of bytes that a parser could still choke on. */
import { beforeAll, describe, expect, it } from 'vitest';
import { createSink } from '../../../../src/diagnostics/sink.ts';
import { loadSyntax, parseSyntax } from '../../../../src/language/syntax/parse.ts';

beforeAll(() => Promise.all([loadSyntax('yaml'), loadSyntax('json5')]));

function told(file: string, text: string): string {
  const sink = createSink();
  parseSyntax({ file, text }, sink);
  const { code, at } = sink.diagnostics[0] ?? {};
  expect(at?.range.end ?? 0).toBeLessThanOrEqual(text.length);
  return `${sink.diagnostics.length} ${code}`;
}

describe('a text of megabytes', () => {
  it.each([
    ['a.yaml', `metadata: [${'x,'.repeat(2_000_000)}]`],
    ['a.yaml', `metadata: ${'&a '.repeat(1_000_000)}`],
    ['a.yaml', `metadata: x${'\n'.repeat(2_000_000)}`],
    ['a.json5', `{ metadata: [${'1,'.repeat(2_000_000)}] }`],
    ['a.json5', `{ metadata: [${'[],'.repeat(1_000_000)}] }`],
  ])('with millions of values, in %s', (file, text) => {
    expect(told(file, text)).toBe('1 parse/too-many-values');
  });

  it.each([']', '}', ',', '[', '|', '*', '>', '"', "'", ': ', '- ', '? ', '!', '%'])(
    'with nothing but %s keeps one fault',
    (mark) => {
      const before = process.memoryUsage().heapUsed;
      expect(told('a.yaml', `metadata: [${mark.repeat(300_000)}`)).toMatch(/^[01] (?:parse\/[a-z0-9-]+|undefined)$/);
      expect((process.memoryUsage().heapUsed - before) / 1_048_576).toBeLessThan(300);
    },
  );

  it('of values as scenarios have them is read', () => {
    const entry = (i: number): string =>
      `  c${i}: { manifest: ./worker.yaml, config: { name: "c${i}", size: ${i} } }\n`;
    const text = `manifest_version: "0.4.0"\ncomponents:\n${Array.from({ length: 10_000 }, (_, i) => entry(i)).join('')}`;
    expect(told('a.yaml', text)).toBe('0 undefined');
  });
});
