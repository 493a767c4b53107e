import { type AnyNode, type DocumentNode, parse } from '@humanwhocodes/momoa';
import type { Entry, SyntaxNode } from '../../ir/syntax.ts';
import { canonicalNumber } from './number.ts';
import type { SyntaxProblem } from './problem.ts';
import { openBracketsAt, scanBrackets } from './scan.ts';

export type ParseResult = { readonly node: SyntaxNode } | { readonly problem: SyntaxProblem };

/** Strict JSON, for answers of policies. */
export const parseJsonWith = (text: string): ParseResult => parseMode(text, 'json');

export const parseJson5 = (text: string): ParseResult => parseMode(text, 'json5');

function parseMode(text: string, mode: 'json' | 'json5'): ParseResult {
  const open = scanBrackets(text);
  if (open) return { problem: open };
  let document: DocumentNode;
  try {
    document = parse(text, { mode, ranges: true });
  } catch (error) {
    return { problem: explain(text, error) };
  }
  return convert(text, document.body);
}

/** The library says which token it met; people want to know what is missing before it. */
function explain(text: string, error: unknown): SyntaxProblem {
  const { offset, message } = error as { offset?: number; message?: string };
  const start = Math.min(offset ?? 0, text.length);
  if (text.trim() === '')
    return {
      kind: 'syntax',
      message: 'the file is empty',
      range: { start: 0, end: 0 },
      help: 'a manifest is an object: `{ manifest_version: "0.4.0" }`',
    };
  const range = { start, end: Math.min(start + tokenLength(text, start), text.length) };
  const before = text.slice(Math.max(0, start - 2000), start).trimEnd();
  const open = openBracketsAt(text, start);
  const previous = before[before.length - 1] ?? '';
  const found = (message ?? 'unexpected text').replace(/ \(\d+:\d+\)$/, '').replace(/\.$/, '');
  const token = text.slice(range.start, range.end);
  if (start >= text.length) return { kind: 'syntax', message: 'the text ends too early', range };
  if (open.length === 0 && /[}\]]$/.test(before))
    return {
      kind: 'syntax',
      message: `unexpected text after the end of the value: \`${token}\``,
      range,
      help: 'a file holds one value',
    };
  const startsValue = /^["'\w$[{+.-]/.test(token);
  if (startsValue && /["'\w$]/.test(previous) && open.at(-1) === '{' && expectsColon(before))
    return { kind: 'syntax', message: 'missing `:` between key and value', range };
  if (startsValue && /["'\w$\]}]/.test(previous))
    return { kind: 'syntax', message: `missing \`,\` before \`${token}\``, range };
  if (token === ',' && previous === ',')
    return { kind: 'syntax', message: 'unexpected `,`: there is nothing between the two commas', range };
  return { kind: 'syntax', message: token === '' ? found.toLowerCase() : `unexpected \`${token}\``, range };
}

const tokenLength = (text: string, start: number): number =>
  /^(?:"[^"\n]*"?|'[^'\n]*'?|[\w$.+-]+|.)/.exec(text.slice(start, start + 80))?.[0].length ?? 0;

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
          message: `\`${text.slice(at.start, at.end)}\` is no number that JSON can say`,
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
