/** What a test expects, decoded. In: the tree under `expect`. Out: one list for each field, every item with its place. */
import type { Range } from '../../base/span.ts';
import type { SyntaxNode } from '../../ir/syntax.ts';
import {
  type Cursor,
  type DecodedText,
  type Fields,
  fieldsOf,
  integerOf,
  itemsOf,
  namesOf,
  oneOf,
  present,
  textOf,
  wrongType,
} from '../../language/decode/cursor.ts';
import type { Reporter } from '../../language/decode/reporter.ts';
import { names, someItems, type TextMatch, textMatchOf } from './cursor.ts';

export const countNames = ['components', 'edges', 'touched', 'interposers', 'findings', 'errors', 'warnings'] as const;
export type CountName = (typeof countNames)[number];

export interface PolicyName extends DecodedText {
  readonly scope?: DecodedText;
}
/** One interposer of a chain: by its policy, or by its moniker. */
export type HopName = PolicyName;

export interface EdgeExpectation {
  readonly edge: string;
  readonly range: Range;
  readonly chain: readonly HopName[];
  readonly chainRange: Range;
}
interface Counted {
  readonly range: Range;
  /** How many fit; 1 unless told. */
  readonly count: number;
}
export interface InterposerExpectation extends Counted {
  readonly policy?: PolicyName;
  readonly moniker?: DecodedText;
  readonly on?: { readonly range: Range; readonly edges: readonly DecodedText[] };
  readonly reason?: TextMatch;
  /** Parts of the component, by field. */
  readonly parts: readonly { readonly name: PartName; readonly node: SyntaxNode; readonly path: string }[];
}
export interface FindingExpectation extends Counted {
  readonly policy?: PolicyName;
  readonly severity?: { readonly value: 'error' | 'warning' | 'info'; readonly range: Range };
  readonly code?: DecodedText;
  readonly message?: TextMatch;
  readonly edge?: DecodedText;
  readonly component?: DecodedText;
}
export interface DiagnosticExpectation extends Counted {
  readonly code?: DecodedText;
  readonly message?: TextMatch;
}
export interface PolicyExpectation {
  readonly policy: PolicyName;
  readonly shown?: Amount;
  readonly matched?: Amount;
}
/** A number, or the edges themselves. */
export type Amount =
  | { readonly range: Range; readonly count: number }
  | { readonly range: Range; readonly edges: readonly DecodedText[] };

export interface List<T> {
  readonly range: Range;
  readonly items: readonly T[];
}

export interface Expectations {
  readonly edges: readonly EdgeExpectation[];
  readonly untouched?: { readonly range: Range; readonly edges: readonly DecodedText[] | 'others' };
  /** The lists are complete: what is in none of their items fails the test. */
  readonly interposers?: List<InterposerExpectation>;
  readonly findings?: List<FindingExpectation>;
  readonly errors?: List<DiagnosticExpectation>;
  readonly warnings?: List<DiagnosticExpectation>;
  readonly policies: readonly PolicyExpectation[];
  readonly counts: readonly { readonly name: CountName; readonly range: Range; readonly value: number }[];
}

export const expectFields = [
  'edges',
  'untouched',
  'interposers',
  'findings',
  'errors',
  'warnings',
  'policies',
  'counts',
] as const;
export const partNames = ['program', 'config', 'config_schema', 'slots', 'provides', 'resources', 'metadata'] as const;
export type PartName = (typeof partNames)[number];
export const severities = ['error', 'warning', 'info'] as const;
const most = 1_000_000;

export function readExpectations(ctx: Reporter, cursor: Cursor): Expectations | undefined {
  const fields = fieldsOf(ctx, cursor, { known: expectFields });
  if (!fields) return undefined;
  const list = <T>(name: string, read: (item: Cursor) => T | undefined): { readonly [key: string]: List<T> } => {
    const found = fields.get(name);
    if (!found) return {};
    return {
      [name]: { range: fields.key(name) ?? found.node.range, items: itemsOf(ctx, found).flatMap((i) => read(i) ?? []) },
    };
  };
  const untouched = readUntouched(ctx, fields.get('untouched'));
  return {
    edges: someNames(ctx, fields.get('edges')).map(
      (edge): EdgeExpectation => ({
        edge: edge.name,
        range: edge.nameRange,
        chain: itemsOf(ctx, edge).flatMap((hop) => policyOf(ctx, hop, 'a policy, a moniker, or {policy, scope}') ?? []),
        chainRange: edge.node.range,
      }),
    ),
    ...(untouched ? { untouched } : {}),
    ...list('interposers', (item) => readInterposer(ctx, item)),
    ...list('findings', (item) => readFinding(ctx, item)),
    ...list('errors', (item) => readDiagnostic(ctx, item)),
    ...list('warnings', (item) => readDiagnostic(ctx, item)),
    policies: someNames(ctx, fields.get('policies')).flatMap((item): readonly PolicyExpectation[] => {
      const inside = fieldsOf(ctx, item, { known: ['shown', 'matched'] });
      if (!inside) return [];
      const shown = readAmount(ctx, inside.get('shown'));
      const matched = readAmount(ctx, inside.get('matched'));
      if (inside.node.entries.length === 0) names(ctx, item);
      const policy = { value: item.name, range: item.nameRange };
      return [{ policy, ...(shown ? { shown } : {}), ...(matched ? { matched } : {}) }];
    }),
    counts: readCounts(ctx, fields.get('counts')),
  };
}

const someNames = (ctx: Reporter, cursor: Cursor | undefined): ReturnType<typeof namesOf> => {
  const found = namesOf(ctx, cursor);
  if (cursor?.node.kind === 'object' && cursor.node.entries.length === 0) names(ctx, cursor);
  return found;
};

function policyOf(
  ctx: Reporter,
  cursor: Cursor | undefined,
  what = 'a string, or {policy, scope}',
): PolicyName | undefined {
  if (!cursor) return undefined;
  if (cursor.node.kind === 'string') return { value: cursor.node.value, range: cursor.node.range };
  const fields = fieldsOf(ctx, cursor, { known: ['policy', 'scope'], required: ['policy'], what });
  const policy = textOf(ctx, fields?.get('policy'));
  const scope = textOf(ctx, fields?.get('scope'));
  return policy && { ...policy, ...(scope ? { scope } : {}) };
}

function readUntouched(ctx: Reporter, cursor: Cursor | undefined): Expectations['untouched'] {
  if (!cursor) return undefined;
  const { range } = cursor.node;
  if (cursor.node.kind === 'string')
    return oneOf(ctx, cursor, ['others']) === undefined ? undefined : { range, edges: 'others' };
  if (cursor.node.kind !== 'array') return wrongType(ctx, cursor, 'a list of edges, or `others`');
  return { range, edges: texts(ctx, someItems(ctx, cursor)) };
}

/** Different ones: what is given twice may have been meant to be something else. */
function texts(ctx: Reporter, items: readonly Cursor[]): readonly DecodedText[] {
  const seen = new Set<string>();
  return items.flatMap((item) => {
    const text = textOf(ctx, item);
    if (!text) return [];
    if (seen.has(text.value))
      ctx.report('duplicate-name', text.range, item.path, `\`${text.value}\` is given twice`, 'keep one of the two');
    seen.add(text.value);
    return [text];
  });
}

function countOf(ctx: Reporter, fields: Fields): number {
  return integerOf(ctx, fields.get('count'), { min: 1, max: most }) ?? 1;
}

/** An item without a single condition would fit everything. */
function saysSomething(ctx: Reporter, cursor: Cursor, fields: Fields): boolean {
  if (fields.node.entries.some(({ key }) => key !== 'count')) return true;
  names(ctx, cursor);
  return false;
}

function readInterposer(ctx: Reporter, cursor: Cursor): InterposerExpectation | undefined {
  const fields = fieldsOf(ctx, cursor, { known: ['policy', 'moniker', 'on', 'reason', 'count', ...partNames] });
  if (!fields || !saysSomething(ctx, cursor, fields)) return undefined;
  const policy = policyOf(ctx, fields.get('policy'));
  const moniker = textOf(ctx, fields.get('moniker'));
  const on = fields.get('on');
  const reason = textMatchOf(ctx, fields.get('reason'));
  return {
    range: cursor.node.range,
    count: countOf(ctx, fields),
    ...(policy ? { policy } : {}),
    ...(moniker ? { moniker } : {}),
    ...(on ? { on: { range: on.node.range, edges: texts(ctx, someItems(ctx, on)) } } : {}),
    ...(reason ? { reason } : {}),
    parts: partNames.flatMap((name) => {
      const part = fields.get(name);
      return part ? [{ name, node: part.node, path: name }] : [];
    }),
  };
}

function readFinding(ctx: Reporter, cursor: Cursor): FindingExpectation | undefined {
  const known = ['policy', 'severity', 'code', 'message', 'edge', 'component', 'count'];
  const fields = fieldsOf(ctx, cursor, { known });
  if (!fields || !saysSomething(ctx, cursor, fields)) return undefined;
  const policy = policyOf(ctx, fields.get('policy'));
  const severity = oneOf(ctx, fields.get('severity'), severities);
  const code = textOf(ctx, fields.get('code'));
  const message = textMatchOf(ctx, fields.get('message'));
  const edge = textOf(ctx, fields.get('edge'));
  const component = textOf(ctx, fields.get('component'));
  const range = fields.get('severity')?.node.range ?? cursor.node.range;
  return {
    range: cursor.node.range,
    count: countOf(ctx, fields),
    ...(policy ? { policy } : {}),
    ...(severity ? { severity: { value: severity, range } } : {}),
    ...(code ? { code } : {}),
    ...(message ? { message } : {}),
    ...(edge ? { edge } : {}),
    ...(component ? { component } : {}),
  };
}

function readDiagnostic(ctx: Reporter, cursor: Cursor): DiagnosticExpectation | undefined {
  const { range } = cursor.node;
  if (cursor.node.kind === 'string') return { range, count: 1, code: { value: cursor.node.value, range } };
  const fields = fieldsOf(ctx, cursor, { known: ['code', 'message', 'count'], what: 'a code, or {code, message}' });
  if (!fields || !saysSomething(ctx, cursor, fields)) return undefined;
  const code = textOf(ctx, fields.get('code'));
  const message = textMatchOf(ctx, fields.get('message'));
  return { range, count: countOf(ctx, fields), ...(code ? { code } : {}), ...(message ? { message } : {}) };
}

function readAmount(ctx: Reporter, cursor: Cursor | undefined): Amount | undefined {
  if (!cursor) return undefined;
  const { range } = cursor.node;
  if (cursor.node.kind === 'array') return { range, edges: texts(ctx, itemsOf(ctx, cursor)) };
  const count = integerOf(ctx, cursor, { min: 0, max: most });
  return count === undefined ? undefined : { range, count };
}

function readCounts(ctx: Reporter, cursor: Cursor | undefined): Expectations['counts'] {
  const found = present(cursor);
  if (!found) return [];
  const fields = fieldsOf(ctx, found, { known: countNames });
  if (!fields) return [];
  if (fields.node.entries.length === 0) names(ctx, found);
  return countNames.flatMap((name) => {
    const item = fields.get(name);
    const value = integerOf(ctx, item, { min: 0, max: most });
    return item && value !== undefined ? [{ name, range: item.node.range, value }] : [];
  });
}
