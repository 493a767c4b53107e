import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMemoryLoader } from '../../../../src/adapters/loaders/memory-loader.ts';
import { compile } from '../../../../src/compile.ts';
import type { Diagnostic } from '../../../../src/diagnostics/diagnostic.ts';
import { fingerprints, lineHashes } from '../../../../src/diagnostics/render/fingerprint.ts';
import { marked, plainDiagnostic, sourcesOf } from './sarif-harness.ts';

const text = 'slots:\n  api: { kind: http }\n  web: { kind: http }\n  api: { kind: http }\n';
const at = (whole: string, part: string, n?: number): Diagnostic => ({
  ...plainDiagnostic,
  at: marked('s.yaml', whole, part, n),
});
const keys = (diagnostics: readonly Diagnostic[], whole: string): readonly string[] =>
  fingerprints(diagnostics, sourcesOf({ 's.yaml': whole }));

describe('fingerprints', () => {
  it('stay when lines are inserted above, indented or ended otherwise, and when the message is put otherwise', () => {
    const before = keys([at(text, 'api'), at(text, 'web'), at(text, 'api', 2)], text);
    const moved = `# first\n\n${text.replaceAll('  ', '\t  ').replaceAll('\n', '\r\n')}more: 1\n`;
    const after = [at(moved, 'api'), at(moved, 'web'), at(moved, 'api', 2)].map((d) => ({ ...d, message: 'other' }));
    expect(keys(after, moved)).toEqual(before);
  });

  it('differ by code, file, marked text and line, and count what is alike', () => {
    const same = [at(text, 'api'), at(text, 'api', 2)];
    const found = [
      ...keys(
        [...same, at(text, 'web'), at(text, 'kind'), at(text, 'kind', 2), { ...at(text, 'api'), code: 'x/y' }],
        text,
      ),
      ...fingerprints(
        [{ ...plainDiagnostic, at: marked('other.yaml', text, 'api') }],
        sourcesOf({ 'other.yaml': text }),
      ),
      ...keys([plainDiagnostic], text),
    ];
    expect(new Set(found).size).toBe(found.length);
    expect(found.slice(0, 2).map((key) => key.replace(/.*:/, ''))).toEqual(['1', '2']);
    expect(found[0]?.replace(/:.*/, '')).toBe(found[1]?.replace(/:.*/, ''));
  });

  it('do not hang on the rest of a file that is one line', () => {
    const long = `{"a":1,${'"b":2,'.repeat(100)}"c":3}`;
    expect(keys([at(long, '"a"')], long)).toEqual(keys([at(`${long} `, '"a"')], `${long} `));
    expect(keys([at(long, '"a"')], long)).not.toEqual(keys([at(long, '"c"')], long));
  });

  it('are the same in another checkout folder', async () => {
    const manifest = 'manifest_version: "0.4.0"\nslots:\n  api: { kind: http }\ncomponents:\n  a: ./a.yaml\n';
    const inFolder = async (folder: string): Promise<readonly string[]> => {
      const loader = createMemoryLoader(
        new Map(
          Object.entries({
            [`${folder}scenario.yaml`]: manifest,
            [`${folder}a.yaml`]: 'manifest_version: "0.4.0"\nslots:\n  x: { kind: http }\n',
          }),
        ),
      );
      const { diagnostics, sources } = await compile({ input: `${folder}scenario.yaml`, baseDir: folder, loader });
      return fingerprints(diagnostics, sources);
    };
    const here = await inFolder('file:///home/one/shop/');
    expect(here.length).toBeGreaterThan(0);
    expect(await inFolder('file:///mnt/two/')).toEqual(here);
  });
});

/** The same in whole numbers, character by character. */
function slowLineHashes(whole: string): readonly string[] {
  const units = [...whole.replace(/\r\n|\r/g, '\n').replace(/[ \t]/g, '')].join('');
  const codes = [...Array(units.length).keys()].map((i) => BigInt(units.charCodeAt(i)));
  const starts = [0, ...codes.flatMap((code, i) => (code === 10n ? [i + 1] : []))];
  const padded = [...codes, 0xffffn];
  const seen = new Map<string, number>();
  return starts.map((start) => {
    let hash = 0n;
    for (let i = 0; i < 100; i++) hash = BigInt.asUintN(64, hash * 37n + (padded[start + i] ?? 0n));
    const hex = hash.toString(16);
    seen.set(hex, (seen.get(hex) ?? 0) + 1);
    return `${hex}:${seen.get(hex)}`;
  });
}

describe('line hashes', () => {
  it('are those that GitHub works out', () => {
    expect(lineHashes('')).toEqual(['c129715d7a2bc9a3:1']);
  });

  it('count lines that begin alike', () => {
    const line = `${'x'.repeat(120)}\n`;
    const [first = '', second = ''] = lineHashes(line.repeat(3));
    expect([first, second]).toEqual([`${first.split(':')[0]}:1`, `${first.split(':')[0]}:2`]);
  });

  it('agree with whole numbers', () => {
    const piece = fc.constantFrom(
      'a',
      'é',
      '🚀',
      ' ',
      '\t',
      '\n',
      '\r\n',
      '\r',
      'long '.repeat(30),
      '\uffff',
      'same line\n',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (parts) => {
        const whole = parts.join('').replace(/\r[ \t]+(?=\n)/g, '\r');
        expect(lineHashes(whole)).toEqual(slowLineHashes(whole));
      }),
      { numRuns: 300 },
    );
  });
});
