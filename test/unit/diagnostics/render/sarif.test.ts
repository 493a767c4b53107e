import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Diagnostic } from '../../../../src/diagnostics/diagnostic.ts';
import type { TextFix } from '../../../../src/diagnostics/fix.ts';
import { artifactUri } from '../../../../src/diagnostics/render/artifact-uri.ts';
import { MAX_RESULTS, renderSarif, type SarifOptions } from '../../../../src/diagnostics/render/sarif.ts';
import { faultsOf, type Log, marked, parse, plainDiagnostic, schema, sourcesOf } from './sarif-harness.ts';

const options: SarifOptions = { version: '1.2.3', input: 'deploy' };

function render(
  diagnostics: readonly Diagnostic[],
  texts: Readonly<Record<string, string>>,
  more: Partial<SarifOptions> = {},
): Log['runs'][0] {
  const { text, cut } = renderSarif(diagnostics, sourcesOf(texts), { ...options, ...more });
  expect(cut).toBe(0);
  const log = parse(text);
  expect(faultsOf(log)).toEqual([]);
  return log.runs[0];
}

describe('sarif', () => {
  it('is held against the schema of OASIS, which refuses something', () => {
    expect(schema.$id).toBe(
      'https://raw.githubusercontent.com/oasis-tcs/sarif-spec/master/Schemata/sarif-schema-2.1.0.json',
    );
    const log = parse(renderSarif([plainDiagnostic], sourcesOf({}), options).text);
    expect(faultsOf(log)).toEqual([]);
    expect(faultsOf({ ...log, version: '2.0.0' })).not.toEqual([]);
    const [located] = log.runs[0].results[0]?.locations ?? [];
    Object.assign(located?.physicalLocation.artifactLocation ?? {}, { uri: 'a b' });
    expect(faultsOf(log)).not.toEqual([]);
  });

  it('says nothing of nothing', () => {
    const run = render([], {});
    expect(run).toMatchObject({
      artifacts: [],
      results: [],
      tool: { driver: { rules: [], semanticVersion: '1.2.3' } },
    });
  });

  it('counts lines and UTF-16 columns from 1, over CR LF and beyond the basic plane', () => {
    const text = 'one: 1\r\nnä: "🚀 two"\r\nlast: x';
    const at = marked('a.yaml', text, 'two');
    const over = { file: 'a.yaml', range: { start: at.range.start, end: text.length - 1 } };
    const empty = { file: 'a.yaml', range: { start: text.length, end: text.length } };
    const { results } = render(
      [at, over, empty].map((place) => ({ ...plainDiagnostic, at: place })),
      { 'a.yaml': text },
    );
    expect(results.map(({ locations }) => locations[0].physicalLocation.region)).toEqual([
      { startLine: 2, startColumn: 9, endLine: 2, endColumn: 12 },
      { startLine: 2, startColumn: 9, endLine: 3, endColumn: 7 },
      { startLine: 3, startColumn: 8, endLine: 3, endColumn: 8 },
    ]);
  });

  it('tells label, help, related places and level', () => {
    const text = 'a: b\nc: d\n';
    const at = marked('x/s.yaml', text, 'a');
    const related = { message: 'declared here', at: marked('x/s.yaml', text, 'c') };
    const { results } = render(
      [
        { ...plainDiagnostic, at, label: 'l', help: 'h', related: [related, related] },
        { ...plainDiagnostic, severity: 'warning', at },
        { ...plainDiagnostic, severity: 'info', at },
        { ...plainDiagnostic, severity: 'hint', at },
      ],
      { 'x/s.yaml': text },
    );
    expect(results.map(({ level }) => level)).toEqual(['error', 'warning', 'note', 'note']);
    expect(results[0]).toMatchObject({
      ruleId: 'link/unbound-slot',
      message: { text: 'm\n\nhelp: h' },
      locations: [{ message: { text: 'l' } }],
      relatedLocations: [
        { id: 1, message: { text: 'declared here' }, physicalLocation: { region: { startLine: 2 } } },
        { id: 2, message: { text: 'declared here' } },
      ],
    });
  });

  it('names files by encoded relative URI, others by URL, and the input for what is in no file', () => {
    const text = 'a: b\n';
    const files = [
      'übung/a b#1.yaml',
      './a:b%20.yaml',
      'https://example.com/s.yaml?x=ä[1]',
      '/abs/s.yaml',
      'D:/s.yaml',
    ];
    const run = render(
      [...files.map((file) => ({ ...plainDiagnostic, at: marked(file, text, 'b') })), plainDiagnostic],
      Object.fromEntries(files.map((file) => [file, text])),
    );
    expect(run.results.map(({ locations }) => locations[0].physicalLocation.artifactLocation)).toEqual([
      { uri: '%C3%BCbung/a%20b%231.yaml', uriBaseId: 'SRCROOT', index: 0 },
      { uri: 'a%3Ab%2520.yaml', uriBaseId: 'SRCROOT', index: 1 },
      { uri: 'https://example.com/s.yaml?x=%C3%A4%5B1%5D', index: 2 },
      { uri: 'file:///abs/s.yaml', index: 3 },
      { uri: 'file:///D:/s.yaml', index: 4 },
      { uri: 'deploy', uriBaseId: 'SRCROOT', index: 5 },
    ]);
    expect(run.artifacts.map(({ location }) => location.uri)).toEqual(
      run.results.map(({ locations }) => locations[0].physicalLocation.artifactLocation.uri),
    );
    expect(run.results[5]?.locations[0].physicalLocation.region.startLine).toBe(1);
  });

  it('gives the beginning of a file whose text is not there', () => {
    const at = { file: 'gone.yaml', range: { start: 5, end: 9 } };
    const { results } = render([{ ...plainDiagnostic, at, related: [{ message: 'r', at }] }], {});
    const region = { startLine: 1, startColumn: 1, endLine: 1, endColumn: 1 };
    expect(results[0]?.locations[0].physicalLocation.region).toEqual(region);
    expect(results[0]?.relatedLocations?.[0]?.physicalLocation.region).toEqual(region);
  });

  it('has the rules that occur, with what the catalogue and the pages say of them', () => {
    const page = '# link/unbound-slot\n\nA slot is not\nbound.\n\n## Shown by\n\n- test/x.test.ts\n';
    const codes = ['link/unbound-slot', 'cli/config-file', 'own/thing', 'cli/config-file'];
    const pageOf = (code: string): string | undefined => (code === 'link/unbound-slot' ? page : undefined);
    const run = render(
      codes.map((code) => ({ ...plainDiagnostic, code })),
      {},
      { pageOf, informationUri: 'https://example.com/' },
    );
    const { rules } = run.tool.driver;
    expect(rules.map(({ id }) => id)).toEqual(['cli/config-file', 'link/unbound-slot', 'own/thing']);
    expect(run.results.map(({ ruleIndex }) => rules[ruleIndex]?.id)).toEqual(codes);
    expect(rules[1]).toEqual({
      id: 'link/unbound-slot',
      name: 'UnboundSlot',
      shortDescription: { text: expect.stringContaining('slot') },
      fullDescription: { text: 'A slot is not bound.' },
      help: {
        text: expect.stringContaining('headgate explain link/unbound-slot'),
        markdown: '# link/unbound-slot\n\nA slot is not\nbound.\n',
      },
      defaultConfiguration: { level: 'error' },
      properties: { tags: ['link'], aliases: expect.any(Array) },
    });
  });

  it('tells fixes as replacements, each once, and none that it cannot place', () => {
    const text = 'a: slots.ap\r\nb: 1\r\n';
    const edit = { at: marked('s.yaml', text, 'slots.ap'), text: 'slots.api' };
    const removal = { at: marked('s.yaml', text, 'b: 1\r\n'), text: '' };
    const elsewhere = { at: { file: 'gone.yaml', range: { start: 0, end: 0 } }, text: 'x' };
    const fix = (...edits: TextFix['edits'][number][]): TextFix => ({
      title: 'write `slots.api`',
      kind: 'safe',
      edits,
    });
    const fixesOf = (): readonly TextFix[] => [fix(edit, removal), fix(edit, removal), fix(), fix(edit, elsewhere)];
    const { results } = render([{ ...plainDiagnostic, at: edit.at }], { 's.yaml': text }, { fixesOf });
    expect(results[0]?.fixes).toEqual([
      {
        description: { text: 'write `slots.api`' },
        artifactChanges: [
          {
            artifactLocation: { uri: 's.yaml', uriBaseId: 'SRCROOT', index: 0 },
            replacements: [
              {
                deletedRegion: { startLine: 1, startColumn: 4, endLine: 1, endColumn: 12 },
                insertedContent: { text: 'slots.api' },
              },
              { deletedRegion: { startLine: 2, startColumn: 1, endLine: 3, endColumn: 1 } },
            ],
          },
        ],
      },
    ]);
  });

  it('shortens a message without cutting a character', () => {
    const { results } = render([{ ...plainDiagnostic, message: `x${'🚀'.repeat(6000)}` }], {});
    const text = results[0]?.message.text ?? '';
    expect(text.length).toBeLessThanOrEqual(8000);
    expect(text).toMatch(/🚀…$/u);
    expect(text).not.toMatch(/\p{Cs}/u);
  });

  it('gives the same bytes for the same diagnostics, in whatever order files were read', () => {
    const texts = { 'a.yaml': 'a: b\n', 'b.yaml': 'c: d\n' };
    const diagnostics = Object.entries(texts).map(([file, text]) => ({
      ...plainDiagnostic,
      at: marked(file, text, ':'),
    }));
    const there = renderSarif(diagnostics, sourcesOf(texts), options).text;
    const back = renderSarif(diagnostics, new Map([...sourcesOf(texts)].reverse()), options).text;
    expect(there).toBe(back);
    expect(there.endsWith('\n')).toBe(true);
  });
});

describe('sarif, large', () => {
  /** Each on a line of its own. */
  function many(
    count: number,
    severity: (index: number) => Diagnostic['severity'],
    message: string,
  ): [Diagnostic[], Record<string, string>] {
    const line = '  some_slot: { kind: http }\n';
    const at = (index: number): Diagnostic['at'] & object => ({
      file: 's.yaml',
      range: { start: index * line.length + 2, end: index * line.length + 11 },
    });
    const made = Array.from({ length: count }, (_, index) => ({
      ...plainDiagnostic,
      severity: severity(index),
      message: `${message} ${index}`,
      at: at(index),
    }));
    return [made, { 's.yaml': line.repeat(count) }];
  }

  it('of more than 10 MB is whole and valid', () => {
    const [diagnostics, texts] = many(20_000, () => 'warning', `slot \`some_slot\` ${'is not used, '.repeat(10)}`);
    const { text, cut } = renderSarif(diagnostics, sourcesOf(texts), options);
    expect(text.length).toBeGreaterThan(10_000_000);
    expect(cut).toBe(0);
    const log = parse(text);
    expect(faultsOf(log)).toEqual([]);
    expect(log.runs[0].results.map(({ message }) => message.text)).toEqual(diagnostics.map(({ message }) => message));
  });

  it('takes as many results as a service does', () => {
    const [diagnostics, texts] = many(MAX_RESULTS, () => 'hint', 'm');
    const { text, cut } = renderSarif(diagnostics, sourcesOf(texts), options);
    expect(cut).toBe(0);
    expect(parse(text).runs[0].results).toHaveLength(MAX_RESULTS);
  });

  it('keeps errors, then warnings, in their order, and ends in an error that counts the rest', () => {
    // 5 of 6 are hints, so that all errors and warnings have room.
    const severity = (index: number): Diagnostic['severity'] =>
      (['error', 'hint', 'warning', 'info', 'hint', 'hint'] as const)[index % 6] ?? 'hint';
    const [diagnostics, texts] = many(MAX_RESULTS + 500, severity, 'm');
    const { text, cut } = renderSarif(diagnostics, sourcesOf(texts), options);
    const log = parse(text);
    expect(faultsOf(log)).toEqual([]);
    const { results, tool } = log.runs[0];
    expect(results).toHaveLength(MAX_RESULTS);
    expect(cut).toBe(501);
    const last = results.at(-1);
    expect(last).toMatchObject({
      ruleId: 'cli/results-cut',
      level: 'error',
      message: { text: expect.stringContaining('501 of 25500') },
    });
    expect(tool.driver.rules[last?.ruleIndex ?? -1]?.id).toBe('cli/results-cut');
    const told = results.slice(0, -1).map(({ message }) => Number(message.text.slice(2)));
    expect(told).toEqual([...told].sort((a, b) => a - b));
    const kept = new Set(told);
    const lost = diagnostics.filter((_, index) => !kept.has(index));
    expect(new Set(lost.map((d) => d.severity))).toEqual(new Set(['hint', 'info']));
    // The last ones are lost.
    expect(Math.min(...lost.map(({ message }) => Number(message.slice(2))))).toBeGreaterThan(24_000);
  });

  it('leaves out warnings where errors take all the room', () => {
    const [diagnostics, texts] = many(MAX_RESULTS + 10, (index) => (index < 20 ? 'warning' : 'error'), 'm');
    const { text, cut } = renderSarif(diagnostics, sourcesOf(texts), options);
    expect(cut).toBe(11);
    const { results } = parse(text).runs[0];
    expect(results.filter(({ level }) => level === 'warning')).toHaveLength(9);
    expect(results[0]?.message.text).toBe('m 0');
  });

  it('is cut where few results are too long', () => {
    const [diagnostics, texts] = many(10_500, () => 'error', 'x'.repeat(7900));
    const { text, cut } = renderSarif(diagnostics, sourcesOf(texts), options);
    expect(cut).toBeGreaterThan(0);
    expect(text.length).toBeLessThan(82_000_000);
    expect(text.slice(-2000)).toContain(`${cut} of 10500 problems`);
  });
});

describe('sarif, any text', () => {
  it('marks what is marked', () => {
    const pieces = fc.array(
      fc.oneof(fc.string({ unit: 'binary', maxLength: 6 }), fc.constantFrom('\n', '\r\n', '\r', '🚀')),
      { maxLength: 20 },
    );
    fc.assert(
      fc.property(pieces, fc.nat(), fc.nat(), (parts, a, b) => {
        const text = parts.join('');
        const [start = 0, end = 0] = [a % (text.length + 1), b % (text.length + 1)].sort((x, y) => x - y);
        const { results } = render([{ ...plainDiagnostic, at: { file: 'f', range: { start, end } } }], { f: text });
        const region = results[0]?.locations[0].physicalLocation.region;
        const lines = text.split(/(?<=\n)/);
        if (text === '' || text.endsWith('\n')) lines.push('');
        const offset = (line: number, column: number): number => lines.slice(0, line - 1).join('').length + column - 1;
        expect(
          region && [offset(region.startLine, region.startColumn), offset(region.endLine, region.endColumn)],
        ).toEqual([start, end]);
      }),
      { numRuns: 300 },
    );
  });

  it('gives every file a URI that leads back to it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        const { uri, relative } = artifactUri(name);
        const run = render([{ ...plainDiagnostic, at: { file: name, range: { start: 0, end: 0 } } }], {});
        expect(run.results[0]?.locations[0].physicalLocation.artifactLocation.uri).toBe(uri);
        if (relative && name !== '' && !name.startsWith('./'))
          expect(decodeURIComponent(uri)).toBe(name.replace(/\p{Cs}/gu, '\ufffd'));
      }),
      { numRuns: 300 },
    );
  });
});
