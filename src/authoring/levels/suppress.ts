import { at } from '../../base/span.ts';
import { positionAt, type Sources, type SourceText } from '../../base/text.ts';
import { policyReadsUnpinned } from '../../diagnostics/catalogue/scenario-lints.ts';
import * as D from '../../diagnostics/catalogue/suppressions.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { JudgeOptions } from './options.ts';
import { ownCodes, readSuppressions, type Suppression } from './suppressions.ts';

type Options = Pick<JudgeOptions, 'complete' | 'asked'>;

/** Without what comments suppress, and with what there is to say about these comments. Errors pass. */
export function suppress(
  diagnostics: readonly Diagnostic[],
  sources: Sources,
  options: Options,
): readonly Diagnostic[] {
  const byFile = new Map<string, Diagnostic[]>();
  const kept: Diagnostic[] = [];
  for (const d of diagnostics) {
    if (d.severity === 'error' || !d.at || ownCodes.has(d.code)) kept.push(d);
    else add(byFile, d.at.file, d);
  }
  const files = [...sources.values()].map((source) => {
    const found = byFile.get(source.file) ?? [];
    byFile.delete(source.file);
    // Only what was read as a manifest can have comments that count.
    return found.length > 0 || options.complete(source.file) ? inFile(source, found, options) : found;
  });
  return [kept, ...files, ...byFile.values()].flat();
}

function add<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}

function inFile(source: SourceText, diagnostics: readonly Diagnostic[], options: Options): readonly Diagnostic[] {
  const { suppressions, diagnostics: faults } = readSuppressions(source);
  if (suppressions.length === 0) return [...diagnostics, ...faults];
  const byPlace = new Map<string, Suppression[]>();
  for (const suppression of suppressions) {
    for (const code of suppression.codes) add(byPlace, `${code} ${suppression.line}`, suppression);
  }
  const used = new Set<Suppression>();
  /** Lines of what stays, the first of each code. */
  const lines = new Map<string, number>();
  const kept = diagnostics.filter((d) => {
    const line = lineOf(source, d);
    const hits = [line, 'file'].flatMap((place) => byPlace.get(`${d.code} ${place}`) ?? []);
    for (const hit of hits) used.add(hit);
    if (hits.length === 0) lines.set(d.code, Math.min(line, lines.get(d.code) ?? line));
    return hits.length === 0;
  });
  const unused = mayBeUnused(source.file, options) ? suppressions.filter((s) => !used.has(s) && isDue(s, options)) : [];
  return [...kept, ...faults, ...unused.map((s) => reportUnused(s, lines, source.file))];
}

const lineOf = (source: SourceText, d: Diagnostic): number => positionAt(source, d.at?.range.start ?? 0).line;

const mayBeUnused = (file: string, { complete }: Options): boolean => !/^https?:/i.test(file) && complete(file);

/**
 * What only policies say cannot be missed before they are asked, nor what only an output says where another one is written, nor what depends on a
 * lock where there may be none.
 */
const isDue = ({ codes }: Suppression, { asked }: Options): boolean =>
  !codes.includes(policyReadsUnpinned.code) &&
  !codes.some((code) => code.startsWith('emit/') || (asked !== true && code.startsWith('govern/')));

function reportUnused(
  { name, codes, range, line }: Suppression,
  lines: ReadonlyMap<string, number>,
  file: string,
): Diagnostic {
  const where = line === 'file' ? 'in this file' : line === 'none' ? 'below this comment' : `in line ${line + 1}`;
  const near = codes.flatMap((code) => lines.get(code) ?? []);
  const elsewhere = near.length === 0 ? undefined : Math.min(...near) + 1;
  return D.unusedSuppression({ code: name, where, elsewhere }, { at: at(file, range), label: 'suppresses nothing' });
}
