/** The nodes of the YAML library → syntax tree. */
import { type Alias, isAlias, isMap, isScalar, isSeq, type Node, type Pair, type Scalar } from 'yaml';
import type { Range } from '../../base/span.ts';
import type { Entry, SyntaxNode } from '../../ir/syntax.ts';
import type { ParseResult } from './json5.ts';
import { maxAliasNodes, maxAliasText, maxNesting } from './limits.ts';
import { canonicalNumber, floatText } from './number.ts';
import { type SyntaxProblem, tooDeep } from './problem.ts';

export function convertYaml(root: Node, text: string): ParseResult {
  const state: State = { anchors: new Map(), targets: new Map(), expanded: 0, repeated: 0 };
  const node = visit(state, root, { depth: 0, fallback: { start: 0, end: text.length } });
  return state.problem ? { problem: state.problem } : { node };
}

interface State {
  /** The anchors seen so far: an alias means the last one of its name before it, and never what it stands in. */
  readonly anchors: Map<string, Node>;
  /** What each alias meant where it stands; a later anchor of the same name does not change it. */
  readonly targets: Map<Alias, Node>;
  expanded: number;
  repeated: number;
  problem?: SyntaxProblem;
}

interface Where {
  /** Collections around the node. */
  readonly depth: number;
  /** The alias that stands for it; its range is the one that the author can edit. */
  readonly site?: Range | undefined;
  /** For a value that is left out. */
  readonly fallback: Range;
}

function fail(state: State, problem: SyntaxProblem): SyntaxNode {
  state.problem ??= problem;
  return { kind: 'null', range: problem.range };
}

/** Nesting is bounded: by the parser in the text, and here where aliases add to it. */
function visit(state: State, node: Node | null, where: Where): SyntaxNode {
  const { site, depth } = where;
  const range = site ?? rangeOf(node, where.fallback);
  if (site && !state.problem) repeat(state, node, site);
  if (state.problem) return { kind: 'null', range };
  if (node === null) return { kind: 'null', range };
  if (isAlias(node)) {
    const target = targetOf(state, node);
    if (target) return visit(state, target, { depth, site: range, fallback: range });
    return fail(state, {
      kind: 'syntax',
      message: `there is no anchor \`&${node.source}\` before this alias`,
      range,
      help: 'a text that begins with `*` stands in quotes',
    });
  }
  if ((isMap(node) || isSeq(node)) && depth >= maxNesting) return fail(state, tooDeep(range));
  const inner = { depth: depth + 1, site, fallback: range };
  const made: SyntaxNode = isMap(node)
    ? { kind: 'object', range, entries: node.items.map((pair) => entry(state, pair as Pair<Node, Node | null>, inner)) }
    : isSeq(node)
      ? { kind: 'array', range, items: node.items.map((item) => visit(state, item as Node, inner)) }
      : scalar(state, node as Scalar, range);
  if (!site) remember(state, node);
  return made;
}

/** Counts what an alias stands for. */
function repeat(state: State, node: Node | null, range: Range): void {
  const text = isScalar(node) ? (typeof node.value === 'string' ? node.value : node.source) : undefined;
  state.repeated += text?.length ?? 0;
  const excess =
    ++state.expanded > maxAliasNodes
      ? `${maxAliasNodes} values`
      : state.repeated > maxAliasText
        ? `${maxAliasText} characters`
        : undefined;
  if (excess !== undefined)
    fail(state, { kind: 'alias-limit', message: `aliases expand to more than ${excess}`, range });
}

function remember({ anchors }: State, node: Node): void {
  const { anchor } = node as { anchor?: string };
  if (anchor) anchors.set(anchor, node);
}

function targetOf({ anchors, targets }: State, alias: Alias): Node | undefined {
  const target = targets.get(alias) ?? anchors.get(alias.source);
  if (target) targets.set(alias, target);
  return target;
}

function entry(state: State, pair: Pair<Node, Node | null>, where: Where): Entry {
  const { key } = pair;
  const keyRange = where.site ?? rangeOf(key, where.fallback);
  if (where.site) repeat(state, key, where.site);
  const name = isScalar(key) ? (typeof key.value === 'string' ? key.value : key.source) : undefined;
  if (name === undefined) fail(state, { kind: 'key', message: 'keys must be plain text', range: keyRange });
  else if (!where.site) remember(state, key);
  const value = visit(state, pair.value ?? null, { ...where, fallback: { start: keyRange.end, end: keyRange.end } });
  return { key: name ?? '', keyRange, value };
}

const rangeOf = (node: Node | null, fallback: Range): Range => {
  const range = node?.range;
  return range ? { start: range[0], end: range[1] } : fallback;
};

function scalar(state: State, node: Scalar, range: Range): SyntaxNode {
  const value: unknown = node.value;
  if (typeof value === 'string') return { kind: 'string', range, value };
  if (typeof value === 'boolean') return { kind: 'boolean', range, value };
  if (value === null || value === undefined) return { kind: 'null', range };
  if (typeof value !== 'number') {
    return fail(state, { kind: 'tag', message: 'only plain values, lists and mappings can stand here', range });
  }
  const number = node.source === undefined ? { value, text: floatText(value) } : canonicalNumber(node.source);
  if (number) return { kind: 'number', range, ...number };
  return fail(state, {
    kind: 'number',
    message: `\`${node.source ?? value}\` is not a number that JSON can say`,
    range,
  });
}
