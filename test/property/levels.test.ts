import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { judge } from '../../src/authoring/levels/index.ts';
import * as L from '../../src/diagnostics/catalogue/link.ts';
import * as D from '../../src/diagnostics/catalogue/lint.ts';
import type { Diagnostic } from '../../src/diagnostics/diagnostic.ts';
import { createSink, sortDiagnostics } from '../../src/diagnostics/sink.ts';
import { readSettings } from '../../src/language/settings/index.ts';
import { levelNames } from '../../src/language/settings/levels.ts';
import { loadSyntax } from '../../src/language/syntax/parse.ts';

const codes = ['lint/unused-slot', 'lint/unused-provide', 'lint/duplicate-policy-ref'] as const;

/** One line of a manifest: what is reported there, and what its comments suppress. */
interface Line {
  readonly reported: readonly ((typeof codes)[number] | 'error')[];
  readonly above: readonly (typeof codes)[number][];
  readonly behind: readonly (typeof codes)[number][];
}

const some = fc.uniqueArray(fc.constantFrom(...codes), { maxLength: 2 });
const lines: fc.Arbitrary<readonly Line[]> = fc.array(
  fc.record({ reported: fc.uniqueArray(fc.constantFrom(...codes, 'error' as const)), above: some, behind: some }),
  { maxLength: 6 },
);
const levels = fc.dictionary(
  fc.constantFrom(...codes, 'warnings', 'lint/unused-suppression'),
  fc.constantFrom(...levelNames),
);

function written(list: readonly Line[], json5: boolean) {
  const mark = json5 ? '//' : '#';
  const file = json5 ? 'a.json5' : 'a.yaml';
  const diagnostics: Diagnostic[] = [];
  let text = json5 ? '{\n' : '';
  for (const [i, { reported, above, behind }] of list.entries()) {
    if (above.length > 0) text += `  ${mark} headgate-ignore ${above.join(', ')}: reason\n\n`;
    const range = { start: text.length + 2, end: text.length + 4 };
    for (const code of reported) diagnostics.push(made(code, { at: { file, range } }));
    text += `  k${i}: ${i}${json5 ? ',' : ''} ${behind.length > 0 ? `${mark} headgate-ignore ${behind.join(', ')}: reason` : ''}\n`;
  }
  return { source: { file, text: json5 ? `${text}}` : text }, diagnostics };
}

function made(code: Line['reported'][number], place: Parameters<typeof D.unusedSlot>[1]): Diagnostic {
  if (code === 'error') return L.unboundSlot({ slot: 'x', component: '/' }, place);
  if (code === 'lint/unused-slot') return D.unusedSlot({ name: 'x', use: 'use it' }, place);
  return code === 'lint/unused-provide'
    ? D.unusedProvide({ name: 'x' }, place)
    : D.duplicatePolicyRef({ ref: 'x' }, place);
}

const identity = (d: Diagnostic): string => `${d.code} ${d.at?.range.start}`;

describe('judge', () => {
  beforeAll(async () => {
    await loadSyntax('yaml');
    await loadSyntax('json5');
  });

  test('suppresses what comments name, keeps the rest, and tells of every comment that named nothing, once', () => {
    fc.assert(
      fc.property(lines, fc.boolean(), (list, json5) => {
        const { source, diagnostics } = written(list, json5);
        const sources = new Map([[source.file, source]]);
        const out = judge(diagnostics, sources, { settingsOf: () => undefined, deny: [], complete: () => true });
        const isUnused = (d: Diagnostic): boolean => d.code === 'lint/unused-suppression';
        const expected = list.flatMap(({ reported, above, behind }) =>
          reported.filter((code) => code === 'error' || ![...above, ...behind].includes(code)),
        );
        expect(
          out
            .filter((d) => !isUnused(d))
            .map((d) => (d.severity === 'error' ? 'error' : d.code))
            .sort(),
        ).toEqual([...expected].sort());
        const idle = list.flatMap(({ reported, above, behind }) =>
          [...above, ...behind].filter((code) => !reported.includes(code)),
        );
        const named = out.filter(isUnused).map((d) => source.text.slice(d.at?.range.start, d.at?.range.end));
        expect(named.sort()).toEqual([...idle].sort());
        expect(out).toEqual(sortDiagnostics(out));
      }),
      { numRuns: 500 },
    );
  });

  test('never loses or changes an error, and never brings back what was suppressed', () => {
    fc.assert(
      fc.property(lines, levels, levels, fc.subarray([...codes, 'warnings']), (list, general, inPath, deny) => {
        const { source, diagnostics } = written(list, false);
        const sources = new Map([[source.file, source]]);
        const sink = createSink();
        const text = JSON.stringify({ lint: { levels: general, paths: [{ files: ['*.yaml'], levels: inPath }] } });
        const settings = readSettings({ file: 'headgate.json', text }, sink);
        if (!settings) throw new Error(sink.diagnostics.map((d) => d.message).join());
        const complete = () => true;
        const quiet = judge(diagnostics, sources, { settingsOf: () => undefined, deny: [], complete });
        const out = judge(diagnostics, sources, { settingsOf: () => ({ settings, folder: '' }), deny, complete });
        const allowed = new Set(quiet.map(identity));
        expect(out.filter((d) => !allowed.has(identity(d)))).toEqual([]);
        const errors = sortDiagnostics(diagnostics.filter((d) => d.severity === 'error'));
        expect(out.filter((d) => d.code === 'link/unbound-slot')).toEqual(errors);
      }),
      { numRuns: 500 },
    );
  });
});
