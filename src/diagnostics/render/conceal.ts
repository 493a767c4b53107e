/** Texts in which what must not be seen is covered: an excerpt shows whole lines, whatever its diagnostic is about. */
import type { Range } from '../../base/span.ts';
import type { Sources } from '../../base/text.ts';
import type { Diagnostic } from '../diagnostic.ts';

/** Lines and columns stay where they are. The same sources where nothing is to be covered. */
export function concealed(diagnostics: readonly Diagnostic[], sources: Sources): Sources {
  const byFile = new Map<string, Range[]>();
  for (const { at, conceals = [] } of diagnostics)
    if (at && conceals.length > 0) byFile.set(at.file, [...(byFile.get(at.file) ?? []), ...conceals]);
  if (byFile.size === 0) return sources;
  const out = new Map(sources);
  for (const [file, ranges] of byFile) {
    const source = sources.get(file);
    if (source) out.set(file, { ...source, text: covered(source.text, ranges) });
  }
  return out;
}

function covered(text: string, ranges: readonly Range[]): string {
  let out = '';
  let end = 0;
  for (const range of [...ranges].sort((a, b) => a.start - b.start)) {
    const start = Math.max(range.start, end);
    if (range.end <= start) continue;
    out += text.slice(end, start) + text.slice(start, range.end).replace(/[^\r\n]/g, '*');
    end = range.end;
  }
  return out + text.slice(end);
}
