import { type AnyNode, type DocumentNode, parse } from '@humanwhocodes/momoa';
import type { Entry, SyntaxNode } from '../../ir/syntax.ts';
import { canonicalNumber } from './number.ts';
import { nothingIn, type SyntaxProblem } from './problem.ts';
import { firstSignificant, json5Comments, openBracketsAt, scanBrackets } from './scan.ts';

export type ParseResult = { readonly node: SyntaxNode } | { readonly problem: SyntaxProblem };

/** Strict JSON, for answers of policies. */
export const parseJsonWith = (text: string): ParseResult => parseMode(text, 'json');

export const parseJson5 = (text: string): ParseResult => parseMode(text, 'json5');

function parseMode(text: string, mode: 'json' | 'json5'): ParseResult {
  const open = scanBrackets(text);
  if (open) return { problem: open };
  const read = mode === 'json' ? text : withoutComments(text);
  let document: DocumentNode;
  try {
    document = parse(read, { mode, ranges: true });
  } catch (error) {
    return { problem: explain(read, error, text) };
  }
  return convert(text, document.body);
}

/** Blank where they were: the library recurses from one comment to the next, and thousands overflow its stack. O(length). */
function withoutComments(text: string): string {
  const pieces: string[] = [];
  let end = 0;
  for (const comment of json5Comments(text)) {
    pieces.push(text.slice(end, comment.start), ' '.repeat(comment.end - comment.start));
    end = comment.end;
  }
  return end === 0 ? text : pieces.join('') + text.slice(end);
}

/** The library says which token it met; people want to know what is missing before it. */
function explain(text: string, error: unknown, written: string): SyntaxProblem {
  if (!hasOffset(error)) throw error;
  if (firstSignificant(text) >= text.length)
    return nothingIn(written, 'a manifest is an object: `{ manifest_version: "0.4.0" }`');
  const start = Math.min(error.offset, text.length);
  const range = { start, end: Math.min(start + tokenLength(text, start), text.length) };
  const token = text.slice(range.start, range.end);
  const before = text.slice(Math.max(0, start - 2000), start).trimEnd();
  const reason = reasonOf(before, token, openBracketsAt(text, start));
  const help = reason.help ?? slipIn(token, before, text.slice(range.end, range.end + 40));
  return { kind: 'syntax', range, ...reason, ...(help === undefined ? {} : { help }) };
}

/** What other languages write so. */
function slipIn(token: string, before: string, after: string): string | undefined {
  if (token.startsWith('#')) return 'a comment begins with `//`';
  if (before === '' && /^[ \t]*:/.test(after))
    return 'an object begins with `{`; a file in YAML has a name that ends in `.yaml`';
  if (/^-[a-z]/i.test(token) && /[\w$]$/.test(before)) return 'a key with a `-` in it stands in quotes';
  if (token.startsWith('=')) return 'a key is followed by `:`';
  if (token === '\\' || /\\[xu]?$/.test(before)) return 'write a backslash in a text as `\\\\`';
  return /^[a-z_$`][\w$.-]*$/i.test(token) && /[:[,]$/.test(before) ? 'a text stands in quotes' : undefined;
}

const hasOffset = (error: unknown): error is { readonly offset: number } =>
  typeof (error as { offset?: unknown }).offset === 'number';

function reasonOf(before: string, token: string, open: readonly string[]): Pick<SyntaxProblem, 'message' | 'help'> {
  const previous = before[before.length - 1] ?? '';
  if (token === '') return { message: 'the text ends too early' };
  if (open.length === 0 && /[}\]]$/.test(before)) {
    return { message: `unexpected text after the end of the value: \`${token}\``, help: 'a file holds one value' };
  }
  if (/^["'\w$[{+.-]/.test(token)) {
    if (/["'\w$]/.test(previous) && open.at(-1) === '{' && expectsColon(before)) {
      return { message: 'missing `:` between key and value' };
    }
    if (/["'\w$\]}]/.test(previous)) return { message: `missing \`,\` before \`${token}\`` };
    if (/^(?:true|false|null)$/.test(token)) {
      return { message: `unexpected \`${token}\``, help: `a key of this name stands in quotes: \`"${token}"\`` };
    }
  }
  if (token === ',' && previous === ',') {
    return { message: 'unexpected `,`: there is nothing between the two commas' };
  }
  return { message: `unexpected \`${token}\`` };
}

/** A long one is cut, but not in the middle of a character. */
const tokenLength = (text: string, start: number): number =>
  /^(?:"[^"\n]*"?|'[^'\n]*'?|[\w$.+-]+|.)/u
    .exec(text.slice(start, start + 80))?.[0]
    .replace(/(?<=.)[\ud800-\udbff]$/, '').length ?? 0;

/** True when the last member of an object has no colon yet. */
const expectsColon = (before: string): boolean =>
  /[{,]\s*(?:"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|[\w$]+)$/.test(before);

const range = (node: { range?: readonly number[] }): { start: number; end: number } => ({
  start: node.range?.[0] ?? 0,
  end: node.range?.[1] ?? 0,
});

/** Recursion is bounded by `scanBrackets`. */
function convert(text: string, root: AnyNode): ParseResult {
  let problem: SyntaxProblem | undefined;
  const visit = (node: AnyNode): SyntaxNode => {
    const at = range(node);
    switch (node.type) {
      case 'Object':
        return {
          kind: 'object',
          range: at,
          entries: node.members.map(
            (m): Entry => ({
              key: m.name.type === 'String' ? m.name.value : m.name.name,
              keyRange: range(m.name),
              value: visit(m.value),
            }),
          ),
        };
      case 'Array':
        return { kind: 'array', range: at, items: node.elements.map((e) => visit(e.value)) };
      case 'String':
        return { kind: 'string', range: at, value: node.value };
      case 'Boolean':
        return { kind: 'boolean', range: at, value: node.value };
      case 'Number': {
        const number = canonicalNumber(text.slice(at.start, at.end));
        if (number) return { kind: 'number', range: at, ...number };
        problem ??= { kind: 'number', message: 'this number is too large', range: at };
        return { kind: 'null', range: at };
      }
      case 'NaN':
      case 'Infinity':
        problem ??= {
          kind: 'number',
          message: `\`${text.slice(at.start, at.end)}\` is not a number that JSON can say`,
          range: at,
        };
        return { kind: 'null', range: at };
      default:
        return { kind: 'null', range: at };
    }
  };
  const node = visit(root);
  return problem ? { problem } : { node };
}
