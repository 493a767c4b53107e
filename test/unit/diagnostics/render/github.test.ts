import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Diagnostic } from '../../../../src/diagnostics/diagnostic.ts';
import { renderGithub } from '../../../../src/diagnostics/render/github.ts';
import { marked, plainDiagnostic, sourcesOf } from './sarif-harness.ts';

const text = 'one: 1\r\nnä: "🚀 two"\r\nlast: x';
const render = (diagnostics: readonly Diagnostic[], file = 'a.yaml'): string =>
  renderGithub(diagnostics, sourcesOf({ [file]: text }), { input: 'deploy' });

describe('github', () => {
  it('says nothing of nothing', () => {
    expect(render([])).toBe('');
  });

  it('tells place, code, related places and help in one line', () => {
    const at = marked('a.yaml', text, 'two');
    const related = [{ message: 'declared here', at: marked('a.yaml', text, 'last') }];
    expect(render([{ ...plainDiagnostic, at, related, help: 'do\nthis' }])).toBe(
      '::error file=a.yaml,line=2,endLine=2,col=9,endColumn=12,title=link/unbound-slot::' +
        'a.yaml:2:9: m%0Anote: declared here (a.yaml:3:1)%0Ahelp: do%0Athis\n',
    );
  });

  it('puts errors first, then warnings, and keeps their order otherwise', () => {
    const severities = ['hint', 'warning', 'error', 'info', 'warning', 'error'] as const;
    const lines = render(severities.map((severity, index) => ({ ...plainDiagnostic, severity, message: `m${index}` })));
    expect(lines.split('\n').map((line) => line.replace(/ .*::/, ' '))).toEqual([
      '::error m2',
      '::error m5',
      '::warning m1',
      '::warning m4',
      '::notice m0',
      '::notice m3',
      '',
    ]);
  });

  it('prints all of them', () => {
    expect(render(Array.from({ length: 60 }, () => plainDiagnostic)).match(/^::error /gm)).toHaveLength(60);
  });

  it('has columns on one line only, and does not take the line behind for a line break', () => {
    const range = (start: number, end: number): Diagnostic => ({
      ...plainDiagnostic,
      at: { file: 'a.yaml', range: { start, end } },
    });
    const place = (d: Diagnostic): string => /^::error (.*),title/.exec(render([d]))?.[1] ?? '';
    expect(place(range(0, text.indexOf('two')))).toBe('file=a.yaml,line=1,endLine=2');
    expect(place(range(0, text.indexOf('nä')))).toBe('file=a.yaml,line=1,endLine=1,col=1,endColumn=7');
    expect(place(range(3, 3))).toBe('file=a.yaml,line=1,endLine=1,col=4,endColumn=4');
  });

  it('names the input for what is in no file, and a file without a text by its name alone', () => {
    expect(render([plainDiagnostic])).toBe('::error file=deploy,title=link/unbound-slot::m\n');
    const at = { file: 'https://example.com/s.yaml', range: { start: 3, end: 4 } };
    expect(render([{ ...plainDiagnostic, at }])).toBe(
      '::error file=https%3A//example.com/s.yaml,title=link/unbound-slot::https://example.com/s.yaml: m\n',
    );
    expect(renderGithub([plainDiagnostic], new Map(), { input: '' })).toBe('::error title=link/unbound-slot::m\n');
  });

  it('escapes what a property cannot hold, and shows what a terminal must not see', () => {
    const file = '100%,a:b\n.yaml';
    const line = render(
      [{ ...plainDiagnostic, message: '50% \u001b[31m::stop', at: { file, range: { start: 0, end: 1 } } }],
      file,
    );
    expect(line).toContain('file=100%25%2Ca%3Ab%0A.yaml,line=1');
    expect(line).toContain('50%25 ␛[31m::stop');
  });

  it('is one command each, whatever is in names and messages', () => {
    const any = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 20 }),
      fc.constantFrom('\n::error::x', '%0A', '\r', ',line=9', '::'),
    );
    const unescaped = (value: string): string =>
      value
        .replaceAll('%2C', ',')
        .replaceAll('%3A', ':')
        .replaceAll('%0A', '\n')
        .replaceAll('%0D', '\r')
        .replaceAll('%25', '%');
    fc.assert(
      fc.property(any, any, any, (file, message, help) => {
        const d: Diagnostic = { ...plainDiagnostic, message, help, at: { file, range: { start: 5, end: 6 } } };
        const lines = render([d], file).split(/[\r\n]/);
        expect(lines).toHaveLength(2);
        const parsed = /^::error ([^:]*)::(.*)$/s.exec(lines[0] ?? '');
        const properties = new Map(
          (parsed?.[1] ?? '').split(',').map((pair) => pair.split('=', 2) as [string, string]),
        );
        expect([...properties.keys()]).toEqual(['file', 'line', 'endLine', 'col', 'endColumn', 'title']);
        const named = (parsed?.[1] ?? '').slice('file='.length).split(',line=')[0] ?? '';
        expect(unescaped(named)).toBe(file);
        expect(properties.get('line')).toBe('1');
      }),
      { numRuns: 300 },
    );
  });
});
