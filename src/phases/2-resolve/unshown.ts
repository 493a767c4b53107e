/** A manifest may name any file of the scenario as a manifest. Of one that is none, no line and no word is told. */
import type { SourceText } from '../../base/text.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';

/** Of a text that cannot be parsed nothing else is known than its words; an empty one has none. */
export const mentionsVersion = (text: string): boolean => text.includes('manifest_version') || text.trim() === '';

export const hidden = (source: SourceText): SourceText => ({ ...source, hidden: true });

/** What is wrong stays, with its place; what was quoted of the file goes. */
export const withoutWords = (diagnostics: readonly Diagnostic[]): readonly Diagnostic[] =>
  diagnostics.map(({ code, aliases, severity, message, at, help }) => {
    const place = { code, aliases, severity, ...(at ? { at } : {}), related: [] };
    return message === missingVersion
      ? { ...place, message, ...(help === undefined ? {} : { help }) }
      : { ...place, message: notShown };
  });

const missingVersion = 'missing field `manifest_version`';
const notShown = 'this is not a manifest: it has no `manifest_version`, and nothing of it is shown';
