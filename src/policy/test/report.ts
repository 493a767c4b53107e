/** How one test tells what does not hold, and counts what it compared. */
import { cutText } from '../../base/cut.ts';
import { at, type Range } from '../../base/span.ts';
import { suggest } from '../../base/suggest.ts';
import * as D from '../../diagnostics/catalogue/test.ts';
import type { Diagnostic, Related } from '../../diagnostics/diagnostic.ts';
import type { DecodedText } from '../../language/decode/cursor.ts';
import type { HopName, PolicyName } from './expect.ts';
import type { Facts, InterposerFact, PolicyFact } from './facts.ts';

export interface Verdict {
  readonly failures: Diagnostic[];
  /** How many comparisons were made; none means that the test cannot fail. */
  compared: number;
}

export interface Judging {
  readonly facts: Facts;
  readonly verdict: Verdict;
  /** Of the test. */
  readonly file: string;
  /** Where something is reported that no expectation names. */
  readonly testRange: Range;
}

export function unmet(
  ctx: Judging,
  range: Range,
  told: { readonly what: string; readonly expected: string; readonly found: string },
  more: { readonly help?: string | undefined; readonly related?: readonly Related[] } = {},
): void {
  const label = `found ${cutText(told.found, 200)}`;
  ctx.verdict.failures.push(D.unmet(told, { at: at(ctx.file, range), label, ...more }));
}

/** One comparison. */
export function compare(
  ctx: Judging,
  holds: boolean,
  range: Range,
  told: Parameters<typeof unmet>[2],
  more: Parameters<typeof unmet>[3] = {},
): void {
  ctx.verdict.compared++;
  if (!holds) unmet(ctx, range, told, more);
}

/** Whether a name is one of the known ones; an unknown name is a failure of its own, which is told here. */
export function isKnown(ctx: Judging, kind: string, { value, range }: DecodedText, known: readonly string[]): boolean {
  if (known.includes(value)) return true;
  // Nothing is known of a scenario that could not be linked; the errors say why.
  if (!ctx.facts.linked) return false;
  const near = suggest(value, known);
  const help = near === undefined ? listOf(kind, known) : `did you mean \`${near}\`?`;
  ctx.verdict.failures.push(D.unknownName({ kind, name: value }, { at: at(ctx.file, range), help }));
  return false;
}

const longestList = 12;
function listOf(kind: string, known: readonly string[]): string {
  if (known.length === 0) return `the scenario has no ${kind}`;
  const shown = known.slice(0, longestList).map((name) => `\`${name}\``);
  const more = known.length > longestList ? ` and ${known.length - longestList} more` : '';
  return `there is ${shown.join(', ')}${more}`;
}

/** The entries of `policies` lists that a name means; empty after an unknown name was told. */
export function policiesNamed(ctx: Judging, name: PolicyName): readonly PolicyFact[] {
  const { policies } = ctx.facts;
  const all = [...new Set(policies.flatMap(({ names }) => names))];
  if (!isKnown(ctx, 'policy', name, all)) return [];
  const meant = policies.filter(({ names }) => names.includes(name.value));
  const { scope } = name;
  if (!scope) return meant;
  const scopes = meant.map((policy) => policy.scope);
  return isKnown(ctx, `scope of policy \`${name.value}\`:`, scope, scopes)
    ? meant.filter((p) => p.scope === scope.value)
    : [];
}

/** A test for the interposers of a chain; undefined after an unknown name was told. */
export function hopTest(ctx: Judging, hop: HopName): ((interposer: InterposerFact) => boolean) | undefined {
  const monikers = (ctx.facts.result?.interposers ?? []).map(({ moniker }) => moniker);
  if (monikers.includes(hop.value)) return (interposer) => interposer.moniker === hop.value;
  const meant = policiesNamed(ctx, hop);
  return meant.length === 0 ? undefined : ({ policy }) => meant.includes(policy);
}

export const counted = (count: number, one: string, many = `${one}s`): string =>
  count === 0 ? `no ${one}` : `${count} ${count === 1 ? one : many}`;
