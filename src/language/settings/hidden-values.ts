/** What stands where a vault is opened is shown in no excerpt and no text: somebody may have written the secret itself. */
import type { Range } from '../../base/span.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { SyntaxNode } from '../../ir/syntax.ts';
import type { SettingsContext } from './section.ts';

/** Found in what was written; `texts` are what no message and no help may quote. */
export interface Hidden {
  readonly ranges: Range[];
  readonly texts: Set<string>;
}

export interface Shown {
  /** Of a field that there is. */
  readonly name: (key: string) => boolean;
  /** A text that is what its field takes. */
  readonly text: (path: readonly string[], text: string) => boolean;
}

/** The names of fields stay readable as far as they can be names. O(size of the node). */
export function hide(node: SyntaxNode, path: readonly string[], shown: Shown, into: Hidden): void {
  if (node.kind === 'object') {
    for (const { key, keyRange, value } of node.entries) {
      if (!shown.name(key) && (value.kind === 'null' || !/^[A-Za-z][A-Za-z0-9_-]{0,31}$/.test(key))) {
        into.ranges.push(keyRange);
        into.texts.add(key);
        // A help may put a blank behind the colon.
        const colon = key.indexOf(':');
        if (colon >= 0 && colon < key.length - 1) into.texts.add(key.slice(colon + 1).trim());
      }
      hide(value, [...path, key], shown, into);
    }
    return;
  }
  if (node.kind === 'array') {
    for (const [index, item] of node.items.entries()) hide(item, [...path, String(index)], shown, into);
    return;
  }
  const text = node.kind === 'string' ? node.value : node.kind === 'number' ? node.text : undefined;
  if (text === undefined || (node.kind === 'string' && shown.text(path, text))) return;
  into.ranges.push(node.range);
  into.texts.add(text);
}

/** Fewer characters are no secret, and are found in anything. */
const shortest = 4;

/** Reports as before, and shows nothing of what is hidden; `help` takes the place of one that quotes it. */
export function quietly(ctx: SettingsContext, { ranges, texts }: Hidden, help: string): SettingsContext {
  if (ranges.length === 0) return ctx;
  return ctx.through((diagnostic: Diagnostic): Diagnostic => {
    let { message } = diagnostic;
    for (const text of texts) message = message.replaceAll(`\`${text}\``, '`…`');
    const quoted = diagnostic.help?.match(/`[^`]*`/g) ?? [];
    const quotes = [...texts].some((text) => text.length >= shortest && quoted.some((one) => one.includes(text)));
    return {
      ...diagnostic,
      message,
      ...(quotes ? { help } : {}),
      conceals: [...(diagnostic.conceals ?? []), ...ranges],
    };
  });
}
