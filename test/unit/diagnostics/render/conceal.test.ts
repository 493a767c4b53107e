import { describe, expect, it } from 'vitest';
import type { Diagnostic } from '../../../../src/diagnostics/diagnostic.ts';
import { renderGithub } from '../../../../src/diagnostics/render/github.ts';
import { renderJson } from '../../../../src/diagnostics/render/json.ts';
import { renderSarif } from '../../../../src/diagnostics/render/sarif.ts';
import { renderText } from '../../../../src/diagnostics/render/text.ts';

const text = 'a: { key: hunter2, more: { key: hunter2-too } }\nb: |\n  hunter3\n  hunter4\nc: 1\n';
const sources = new Map([['f.yaml', { file: 'f.yaml', text }]]);
const rangeOf = (part: string, length = part.length) => ({
  start: text.indexOf(part),
  end: text.indexOf(part) + length,
});
const diagnostic = (part: string, conceals: Diagnostic['conceals']): Diagnostic => ({
  code: 'link/inline-secret',
  aliases: [],
  severity: 'error',
  message: 'm',
  at: { file: 'f.yaml', range: rangeOf(part) },
  related: [{ message: 'see', at: { file: 'f.yaml', range: rangeOf('b: |\n  hunter3\n  hunter4') } }],
  ...(conceals ? { conceals } : {}),
});
const first = { start: text.indexOf('hunter2'), end: text.indexOf('hunter2') + 7 };
const second = rangeOf('hunter2-too');
const lines = rangeOf('|\n  hunter3\n  hunter4');

describe('what a diagnostic conceals', () => {
  const all = [diagnostic('key', [first]), diagnostic('more', [second, lines]), diagnostic('a', undefined)];

  it('is covered in every excerpt, also of other diagnostics, and columns stay', () => {
    const shown = renderText(all, sources);
    expect(shown).not.toContain('hunter');
    expect(shown).toContain('a: { key: *******, more: { key: *********** } }');
    expect(shown).toContain('1 | a: ');
  });

  it('is in no other format, and decides no hash', () => {
    const options = { input: 'f.yaml', version: '1', pageOf: () => undefined };
    const other = new Map([['f.yaml', { file: 'f.yaml', text: text.replaceAll('hunter', 'Hunter') }]]);
    const sarif = (of: typeof sources): string => renderSarif(all, of, options as never).text;
    expect(sarif(sources)).not.toContain('hunter');
    expect(sarif(sources)).toBe(sarif(other));
    expect(renderJson(all, sources, { input: 'f.yaml' })).not.toContain('hunter');
    expect(renderGithub(all, sources, { input: 'f.yaml' } as never)).not.toContain('hunter');
  });

  it('changes nothing where nothing is concealed', () => {
    expect(renderText([diagnostic('key', undefined)], sources)).toContain('hunter2, more');
  });
});
