import { at, type Location, type Range } from '../../base/span.ts';
import * as D from '../../diagnostics/catalogue/test.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { SyntaxNode } from '../../ir/syntax.ts';
import { type Cursor, fieldsOf, itemsOf, shownPath, textOf } from '../../language/decode/cursor.ts';
import type { Reporter } from '../../language/decode/reporter.ts';
import { createMatcher, type Matcher } from '../../language/regex/match.ts';

export interface TestReporter extends Reporter {
  readonly at: (range: Range) => Location;
}

/** Faults of shape become diagnostics in the file of tests. */
export const testReporter = (file: string, tell: (diagnostic: Diagnostic) => void): TestReporter => ({
  at: (range) => at(file, range),
  report: (_fault, range, path, message, help) =>
    tell(D.shape({ path: shownPath(path), message }, { at: at(file, range), help })),
});

/** Plain JSON as a tree whose ranges mean nothing: expectations that no file holds. Nesting is that of a program's own values. */
export function toNode(value: unknown): SyntaxNode {
  const range = { start: 0, end: 0 };
  if (value === null) return { kind: 'null', range };
  if (Array.isArray(value)) return { kind: 'array', range, items: value.map(toNode) };
  switch (typeof value) {
    case 'string':
      return { kind: 'string', range, value };
    case 'boolean':
      return { kind: 'boolean', range, value };
    case 'number':
      return { kind: 'number', range, value, text: String(value) };
    case 'object': {
      const given = Object.entries(value as object).filter(([, item]) => item !== undefined);
      return {
        kind: 'object',
        range,
        entries: given.map(([key, item]) => ({ key, keyRange: range, value: toNode(item) })),
      };
    }
    default:
      return { kind: 'null', range };
  }
}

/** A list that must hold something: an empty one would expect nothing. */
export function someItems(ctx: Reporter, cursor: Cursor | undefined): readonly Cursor[] {
  const items = itemsOf(ctx, cursor);
  if (cursor?.node.kind === 'array' && items.length === 0) names(ctx, cursor);
  return items;
}

/** Says that a collection which names nothing expects nothing. */
export const names = (ctx: Reporter, cursor: Cursor): void =>
  ctx.report(
    'invalid-value',
    cursor.node.range,
    cursor.path,
    'this names nothing, so it expects nothing',
    'remove it, or fill it',
  );

export interface TextMatch {
  readonly range: Range;
  /** For people: `containing …`. */
  readonly shown: string;
  readonly fits: (text: string) => boolean;
}

const modes = ['contains', 'equals', 'matches'] as const;

/** A text that is contained, or `{contains}`, `{equals}` or `{matches}`. */
export function textMatchOf(ctx: Reporter, cursor: Cursor | undefined): TextMatch | undefined {
  if (!cursor) return undefined;
  if (cursor.node.kind === 'string') return containing(ctx, cursor);
  const fields = fieldsOf(ctx, cursor, { known: modes, what: 'a string, or an object' });
  if (!fields) return undefined;
  const given = modes.filter((mode) => fields.get(mode));
  const [mode] = given;
  if (given.length !== 1 || !mode) {
    ctx.report('invalid-value', cursor.node.range, cursor.path, 'give one of `contains`, `equals` and `matches`');
    return undefined;
  }
  const value = fields.get(mode) as Cursor;
  if (mode === 'contains') return containing(ctx, value);
  const text = textOf(ctx, value);
  if (!text) return undefined;
  if (mode === 'equals')
    return { range: text.range, shown: `equal to ${quoted(text.value)}`, fits: (found) => found === text.value };
  const matcher = createMatcher(text.value);
  if (!matcher || 'limit' in matcher) {
    const why = matcher ? `: it uses what this engine cannot do (${matcher.limit})` : '';
    ctx.report('invalid-value', text.range, value.path, `\`${text.value}\` is not a regular expression${why}`);
    return undefined;
  }
  return { range: text.range, shown: `matching /${text.value}/`, fits: searching(matcher) };
}

const searching =
  (matcher: Matcher) =>
  (text: string): boolean =>
    matcher.search(text) === 'match';

function containing(ctx: Reporter, cursor: Cursor): TextMatch | undefined {
  const text = textOf(ctx, cursor);
  if (!text) return undefined;
  if (text.value === '') {
    ctx.report('invalid-value', text.range, cursor.path, 'every text contains the empty one, so this expects nothing');
    return undefined;
  }
  return {
    range: text.range,
    shown: `containing ${quoted(text.value)}`,
    fits: (found) => found.includes(text.value),
  };
}

export const quoted = (text: string): string => `\`${text}\``;
