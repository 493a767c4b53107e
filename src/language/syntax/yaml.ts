import { isAlias, isMap, isScalar, isSeq, type Node, type Pair, parseAllDocuments, type Scalar } from 'yaml';
import type { Range } from '../../base/span.ts';
import type { Entry, SyntaxNode } from '../../ir/syntax.ts';
import type { ParseResult } from './json5.ts';
import { maxAliasNodes, maxNesting } from './limits.ts';
import { canonicalNumber, floatText } from './number.ts';
import type { SyntaxProblem } from './problem.ts';

/** YAML 1.2, core schema. Keys given twice stay twice; aliases are expanded within a bound; no tags, no merge keys. */
export function parseYaml(text: string): ParseResult {
  const deep = flowNesting(text);
  if (deep !== undefined) return { problem: tooDeep({ start: deep, end: deep + 1 }) };
  try {
    return parseText(text);
  } catch (error) {
    if (error instanceof RangeError) return { problem: tooDeep({ start: 0, end: 0 }) };
    throw error;
  }
}

const tooDeep = (range: Range): SyntaxProblem => ({
  kind: 'too-deep',
  message: `values are nested more than ${maxNesting} levels deep`,
  range,
});

/** Offset of the bracket (or of the run of `- `) that nests too deep. Strings are not told apart: 200 in a row is no prose. */
function flowNesting(text: string): number | undefined {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 91 || c === 123) {
      if (++depth > maxNesting) return i;
    } else if (c === 93 || c === 125) depth = Math.max(0, depth - 1);
    else if (c === 10 && depth > 0 && /^\n[^\s#\]}]/.test(text.slice(i, i + 2))) depth = 0;
  }
  const compact = /(?:[-?] +){200}/.exec(text);
  return compact?.index;
}

function parseText(text: string): ParseResult {
  const documents = parseAllDocuments(text, {
    uniqueKeys: false,
    merge: false,
    version: '1.2',
    schema: 'core',
    prettyErrors: false,
    keepSourceTokens: false,
    logLevel: 'silent',
    stringKeys: false,
  });
  if (!Array.isArray(documents) || documents.length === 0) return { problem: empty };
  const [document, second] = documents;
  if (second) {
    const start = second.range?.[0] ?? 0;
    return {
      problem: {
        kind: 'multiple-documents',
        message: 'a second document starts here, and a manifest is one document',
        range: { start, end: Math.min(start + 3, text.length) },
      },
    };
  }
  const error = document?.errors[0];
  if (error)
    return {
      problem: {
        kind: error.code === 'TAG_RESOLVE_FAILED' ? 'tag' : 'syntax',
        message: lower(error.message),
        range: { start: error.pos[0], end: Math.max(error.pos[1], error.pos[0]) },
      },
    };
  const tag = document?.warnings[0];
  if (tag)
    return { problem: { kind: 'tag', message: lower(tag.message), range: { start: tag.pos[0], end: tag.pos[1] } } };
  const contents = document?.contents as Node | null | undefined;
  if (!contents) return { problem: empty };
  return createConverter(text).run(contents);
}

const empty: SyntaxProblem = {
  kind: 'syntax',
  message: 'the file is empty',
  range: { start: 0, end: 0 },
  help: 'a manifest is a mapping: `manifest_version: "0.4.0"`',
};

const lower = (message: string): string => {
  const line = message.split('\n')[0] ?? message;
  return line.charAt(0).toLowerCase() + line.slice(1);
};

interface Converter {
  readonly run: (root: Node) => ParseResult;
}

function createConverter(text: string): Converter {
  const anchors = new Map<string, Node>();
  let problem: SyntaxProblem | undefined;
  let expanded = 0;
  const fail = (at: Range, found: Omit<SyntaxProblem, 'range'>): SyntaxNode => {
    problem ??= { ...found, range: at };
    return { kind: 'null', range: at };
  };
  const visit = (node: Node | null, depth: number, site: Range | undefined, fallback: Range): SyntaxNode => {
    const at = site ?? rangeOf(node, fallback);
    if (problem) return { kind: 'null', range: at };
    if (depth > maxNesting) return fail(at, tooDeep(at));
    if (site && ++expanded > maxAliasNodes) {
      return fail(at, { kind: 'alias-limit', message: `aliases expand to more than ${maxAliasNodes} values` });
    }
    if (node === null) return { kind: 'null', range: at };
    if (isAlias(node)) {
      const target = anchors.get(node.source);
      if (!target)
        return fail(at, { kind: 'syntax', message: `there is no anchor \`&${node.source}\` before this alias` });
      return visit(target, depth + 1, at, at);
    }
    const anchor = (node as { anchor?: string }).anchor;
    if (isMap(node)) {
      const entries = node.items.map((pair) => entry(pair as Pair<Node, Node | null>, depth, site, at));
      if (anchor && !site) anchors.set(anchor, node);
      return { kind: 'object', range: at, entries };
    }
    if (isSeq(node)) {
      const items = node.items.map((item) => visit(item as Node, depth + 1, site, at));
      if (anchor && !site) anchors.set(anchor, node);
      return { kind: 'array', range: at, items };
    }
    if (anchor && !site) anchors.set(anchor, node);
    return isScalar(node) ? scalar(node, at, fail) : { kind: 'null', range: at };
  };
  const entry = (pair: Pair<Node, Node | null>, depth: number, site: Range | undefined, parent: Range): Entry => {
    const keyRange = site ?? rangeOf(pair.key, parent);
    const after = { start: keyRange.end, end: keyRange.end };
    const value = visit(pair.value ?? null, depth + 1, site, after);
    if (!isScalar(pair.key)) {
      fail(keyRange, { kind: 'key', message: 'keys must be plain text' });
      return { key: '', keyRange, value };
    }
    const key = pair.key.value;
    const shown = typeof key === 'string' ? key : pair.key.source;
    if (typeof shown !== 'string') fail(keyRange, { kind: 'key', message: 'keys must be plain text' });
    return { key: shown ?? '', keyRange, value };
  };
  return {
    run: (root) => {
      const node = visit(root, 0, undefined, { start: 0, end: text.length });
      return problem ? { problem } : { node };
    },
  };
}

const rangeOf = (node: Node | null, fallback: Range): Range => {
  const range = (node as { range?: readonly number[] | null } | null)?.range;
  return range ? { start: range[0] ?? 0, end: range[1] ?? range[0] ?? 0 } : fallback;
};

type Fail = (at: Range, problem: Omit<SyntaxProblem, 'range'>) => SyntaxNode;

function scalar(node: Scalar, at: Range, fail: Fail): SyntaxNode {
  const value: unknown = node.value;
  if (typeof value === 'string') return { kind: 'string', range: at, value };
  if (typeof value === 'boolean') return { kind: 'boolean', range: at, value };
  if (value === null || value === undefined) return { kind: 'null', range: at };
  if (typeof value === 'bigint') return { kind: 'number', range: at, value: Number(value), text: value.toString() };
  if (typeof value === 'number') {
    const number = node.source === undefined ? { value, text: floatText(value) } : canonicalNumber(node.source);
    if (number) return { kind: 'number', range: at, ...number };
    return fail(at, { kind: 'number', message: `\`${node.source ?? value}\` is no number that JSON can say` });
  }
  return fail(at, { kind: 'tag', message: 'only plain values, lists and mappings can stand here' });
}
