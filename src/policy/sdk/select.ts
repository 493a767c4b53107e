import { PolicyError } from './error.ts';
import type { Component, Edge, EdgeEnd, SelectBy, Selection } from './scope-types.ts';

type End = string | Component;

export function selectEdges(edges: readonly Edge[], by: SelectBy): Selection {
  const kinds = listOf(by.kind);
  const profiles = listOf(by.profile);
  const protocols = listOf(by.protocol);
  const sides = listOf(by.side);
  const component = endTest(by.component, false);
  const from = endTest(by.from, true);
  const to = endTest(by.to, true);
  const found = edges.filter(
    (edge) =>
      (kinds?.includes(edge.kind) ?? true) &&
      (profiles?.includes(edge.profile) ?? true) &&
      (protocols?.includes(edge.protocol) ?? true) &&
      (sides?.includes(edge.side) ?? true) &&
      (component === undefined || component(edge.from) || component(edge.to)) &&
      (from?.(edge.from) ?? true) &&
      (to?.(edge.to) ?? true) &&
      (by.where?.(edge) ?? true),
  );
  return {
    name: by.name ?? describe(by),
    edges: found,
    size: found.length,
    [Symbol.iterator]: () => found[Symbol.iterator](),
  };
}

const listOf = <T>(value: T | readonly T[] | undefined): readonly T[] | undefined =>
  value === undefined ? undefined : Array.isArray(value) ? (value as readonly T[]) : [value as T];

type EndTest = (end: EdgeEnd | null) => boolean;

function endTest(given: End | readonly End[] | undefined, withName: boolean): EndTest | undefined {
  const tests = listOf(given)?.map((one) => oneEnd(one, withName));
  return tests && ((end) => end !== null && tests.some((test) => test(end)));
}

function oneEnd(given: End, withName: boolean): (end: EdgeEnd) => boolean {
  if (typeof given !== 'string') return (end) => end.component.id === given.id;
  const dot = withName ? given.lastIndexOf('.') : -1;
  const moniker = patternOf(dot < 0 ? given : given.slice(0, dot), given);
  const name = dot < 0 ? undefined : toRegExp(given.slice(dot + 1));
  return (end) => moniker.test(end.component.moniker) && (name?.test(end.name) ?? true);
}

function patternOf(text: string, given: string): RegExp {
  if (/^[/*]/.test(text)) return toRegExp(text);
  throw new PolicyError(
    'selection',
    `\`${given}\` is not a pattern over monikers: it begins with \`/\`, such as \`/${text}\`, or with \`*\``,
  );
}

/** `**` is any text, `*` any text without `/`. */
const toRegExp = (text: string): RegExp =>
  new RegExp(
    `^${text
      .split(/(\*\*|\*)/)
      .map((part) => (part === '**' ? '.*' : part === '*' ? '[^/]*' : part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')))
      .join('')}$`,
    's',
  );

/** `kind a2a, side inside`, in the order of SelectBy. */
function describe(by: SelectBy): string {
  const words = (['kind', 'profile', 'protocol', 'component', 'from', 'to', 'side'] as const).flatMap((key) => {
    const items = listOf<string | null | Component>(by[key] as never);
    return items ? [`${key} ${items.map(wordOf).join(' or ')}`] : [];
  });
  const all = [...words, ...(by.where ? ['a further condition'] : [])];
  return all.length === 0 ? 'every edge' : all.join(', ');
}

const wordOf = (item: string | null | Component): string =>
  item === null ? 'none' : typeof item === 'string' ? item : item.moniker;
