import { sortedBy } from '../../base/order.ts';
import type { Sources, SourceText } from '../../base/text.ts';
import type { Edit, Fix } from '../../diagnostics/fix.ts';
import { byFile, changeText } from './text-fix.ts';

const maxAttempts = 200;

export interface Applied {
  /** New texts, of the files that change. */
  readonly texts: ReadonlyMap<string, string>;
  /** Those that were; the rest wait for the next round, or cannot be applied at all. */
  readonly applied: readonly Fix[];
  readonly skipped: number;
}

/**
 * All fixes that get on with each other: where two touch the same text the first wins. One that two diagnostics carry counts
 * once. O(length) where all get on; else that many times at most, and what has not been tried then is skipped.
 */
export function applyFixes(fixes: readonly Fix[], sources: Sources): Applied {
  const different = [...new Map(fixes.map((fix) => [fixKey(fix), fix])).values()];
  const all = attempt(different, sources);
  if (all) return { texts: all, applied: different, skipped: 0 };
  let texts: ReadonlyMap<string, string> = new Map();
  let applied: readonly Fix[] = [];
  let left = maxAttempts;
  const open: (readonly Fix[])[] = halves(different);
  for (let part = open.pop(); part && left > 0; part = open.pop()) {
    left--;
    const next = attempt([...applied, ...part], sources);
    if (!next) {
      open.push(...halves(part));
      continue;
    }
    texts = next;
    applied = [...applied, ...part];
  }
  return { texts, applied, skipped: different.length - applied.length };
}

/** Edits in one order, so that two spellings of one fix are one. */
export const fixKey = ({ edits }: Fix): string =>
  JSON.stringify(
    sortedBy(
      edits.map((edit) => JSON.stringify(edit)),
      (text) => text,
    ),
  );

/** Both halves, the first on top. */
function halves(fixes: readonly Fix[]): (readonly Fix[])[] {
  const middle = fixes.length >> 1;
  return fixes.length <= 1 ? [] : [fixes.slice(middle), fixes.slice(0, middle)];
}

/** New texts, or undefined when they cannot all be applied at once. */
function attempt(fixes: readonly Fix[], sources: Sources): ReadonlyMap<string, string> | undefined {
  const texts = new Map<string, string>();
  for (const [file, edits] of byFile(fixes.flatMap((fix) => fix.edits))) {
    const source: SourceText | undefined = sources.get(file);
    const changed = source && changeText(source, withoutRepeats(edits));
    if (!changed) return undefined;
    texts.set(file, changed.text);
  }
  return texts;
}

const withoutRepeats = (edits: readonly Edit[]): readonly Edit[] => [
  ...new Map(edits.map((edit) => [JSON.stringify(edit), edit])).values(),
];
