import { type JudgeOptions, judge } from '../../../../src/authoring/levels/index.ts';
import type { SourceText } from '../../../../src/base/text.ts';
import * as L from '../../../../src/diagnostics/catalogue/link.ts';
import * as D from '../../../../src/diagnostics/catalogue/lint.ts';
import type { Diagnostic } from '../../../../src/diagnostics/diagnostic.ts';
import { createSink } from '../../../../src/diagnostics/sink.ts';
import { readSettings, type Settings } from '../../../../src/language/settings/index.ts';
import { loadSyntax } from '../../../../src/language/syntax/parse.ts';

await loadSyntax('yaml');
await loadSyntax('json5');

const place = (source: SourceText, word: string) => {
  const start = source.text.indexOf(word);
  if (start < 0) throw new Error(`no ${word}`);
  return { at: { file: source.file, range: { start, end: start + word.length } } };
};

/** `lint/unused-slot` at a word of the text. */
export const slot = (source: SourceText, word: string): Diagnostic =>
  D.unusedSlot({ name: word, use: 'use it' }, place(source, word));
export const provide = (source: SourceText, word: string): Diagnostic =>
  D.unusedProvide({ name: word }, place(source, word));
export const hint = (source: SourceText, word: string): Diagnostic =>
  D.duplicatePolicyRef({ ref: word }, place(source, word));
export const error = (source: SourceText, word: string): Diagnostic =>
  L.unboundSlot({ slot: word, component: '/' } as never, place(source, word));

export function settingsFrom(text: string, file = 'headgate.yaml'): Settings {
  const sink = createSink();
  const settings = readSettings({ file, text }, sink);
  if (!settings) throw new Error(sink.diagnostics.map((d) => d.message).join('\n'));
  return settings;
}

export const quiet: JudgeOptions = { settingsOf: () => undefined, deny: [], complete: () => true };

export const judged = (
  source: SourceText,
  diagnostics: readonly Diagnostic[],
  options: Partial<JudgeOptions> = {},
): readonly Diagnostic[] => judge(diagnostics, new Map([[source.file, source]]), { ...quiet, ...options });

/** `severity code marked-text`, sorted as reported. */
export const told = (source: SourceText, diagnostics: readonly Diagnostic[]): readonly string[] =>
  diagnostics.map(({ severity, code, at }) => {
    const { start, end } = at?.range ?? { start: 0, end: 0 };
    return `${severity} ${code} ${source.text.slice(start, end)}`;
  });
