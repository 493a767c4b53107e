/**
 * Fixes in characters. In: edits told by meaning. Out: text edits that change exactly that, in the style of the place, and leave
 * comments and layout around them alone. Whatever comes out was parsed again and compared; what cannot be done so is not done.
 */
import { sortedBy } from '../../base/order.ts';
import type { Sources, SourceText } from '../../base/text.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { Edit, Fix, TextEdit, TextFix } from '../../diagnostics/fix.ts';
import { createSink } from '../../diagnostics/sink.ts';
import { parseSyntax } from '../../language/syntax/parse.ts';
import { applyChanges, changesFor, wantedBy } from './changes.ts';
import { expectedTree, sameTree } from './expected.ts';
import { pageOf } from './page.ts';
import type { Change } from './set-field.ts';

/** Undefined when it cannot be done safely. The formats of the sources must have been loaded. O(length of the texts). */
export function textFix(fix: Fix, sources: Sources): TextFix | undefined {
  const edits: TextEdit[] = [];
  for (const [file, list] of byFile(fix.edits)) {
    const source = sources.get(file);
    const changed = source && changeText(source, list);
    if (!changed) return undefined;
    for (const { range, text } of changed.changes) edits.push({ at: { file, range }, text });
  }
  return edits.length === 0 ? undefined : { title: fix.title, kind: fix.kind, edits };
}

export interface ChangedText {
  readonly changes: readonly Change[];
  readonly text: string;
}

export function changeText(source: SourceText, edits: readonly Edit[]): ChangedText | undefined {
  const page = pageOf(source);
  const wanted = page && wantedBy(page, edits);
  const changes = wanted && changesFor(page, wanted);
  if (!changes) return undefined;
  const text = applyChanges(page.text, changes);
  const after = parseSyntax({ ...source, text }, createSink());
  return after && sameTree(after, expectedTree(page.root, wanted)) ? { changes, text } : undefined;
}

export function byFile(edits: readonly Edit[]): readonly (readonly [string, readonly Edit[]])[] {
  const files = new Map<string, Edit[]>();
  for (const edit of edits) {
    const list = files.get(edit.at.file);
    if (list) list.push(edit);
    else files.set(edit.at.file, [edit]);
  }
  return sortedBy(files, ([file]) => file);
}

/** Characters that may be parsed again for the fixes of one report. A manifest of usual size with usual faults needs a hundredth. */
const budget = 1_000_000;

/** The fixes of diagnostics in characters, until that becomes too much work: then there are none any more. */
export function createFixesOf(sources: Sources): (diagnostic: Diagnostic) => readonly TextFix[] {
  let left = budget;
  return ({ fixes = [] }) =>
    fixes.flatMap((fix) => {
      for (const [file] of byFile(fix.edits)) left -= sources.get(file)?.text.length ?? 0;
      return left < 0 ? [] : (textFix(fix, sources) ?? []);
    });
}
