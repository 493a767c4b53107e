/**
 * Regular expressions of other people, matched in time that grows with length of text × size of expression and no faster. The
 * engine of the language tries ways one after the other, and `^(a+)+$` has more of them than anybody can wait for.
 */
import { type CompiledRegex, compileRegex, type Machine } from './compile.ts';
import type { RegexLimit } from './parse.ts';

/** `unknown`: the text is too long to find out. */
export type Verdict = 'match' | 'no match' | 'unknown';

export interface Matcher {
  /** Whether the expression is found anywhere in the text. */
  readonly search: (text: string, budget?: Budget) => Verdict;
}

/** Steps that are left, for one search or for several together. */
export interface Budget {
  steps: number;
}

/** Less than half a second's worth. */
export const createBudget = (): Budget => ({ steps: 5_000_000 });

/** Undefined for a text that is not a regular expression. */
export function createMatcher(pattern: string): Matcher | { readonly limit: RegexLimit } | undefined {
  try {
    new RegExp(pattern, 'u');
  } catch {
    return undefined;
  }
  const compiled = compileRegex(pattern);
  if ('limit' in compiled) return compiled;
  const atoms = compiled.atoms.map(atomTest);
  return {
    search: (text, budget = createBudget()) => {
      const run: Run = { text: codePoints(text), atoms, looks: [], budget };
      return search(compiled, run);
    },
  };
}

type AtomTest = (codePoint: number) => boolean;

function atomTest(source: string): AtomTest {
  if (!/^(?:[\\[]|\.$)/.test(source)) {
    const wanted = source.codePointAt(0);
    return (codePoint) => codePoint === wanted;
  }
  const regex = new RegExp(`^${source}$`, 'u');
  const known = new Map<number, boolean>();
  return (codePoint) => {
    const before = known.get(codePoint);
    if (before !== undefined) return before;
    const fits = regex.test(String.fromCodePoint(codePoint));
    if (known.size < 4096) known.set(codePoint, fits);
    return fits;
  };
}

const codePoints = (text: string): Uint32Array => {
  const points = new Uint32Array(text.length);
  let length = 0;
  for (const character of text) points[length++] = character.codePointAt(0) as number;
  return points.subarray(0, length);
};

interface Run {
  readonly text: Uint32Array;
  readonly atoms: readonly AtomTest[];
  /** For each lookaround, whether it holds before the character of that number. */
  readonly looks: Uint8Array[];
  readonly budget: Budget;
}

function search({ machine, looks }: CompiledRegex, run: Run): Verdict {
  for (const look of looks) {
    if (run.budget.steps <= 0) return 'unknown';
    const holds = new Uint8Array(run.text.length + 1);
    read(run, look.machine, look.behind, (at) => {
      holds[at] = 1;
      return false;
    });
    if (look.negative) for (const [i, held] of holds.entries()) holds[i] = 1 - held;
    run.looks.push(holds);
  }
  let found = false;
  read(run, machine, true, () => {
    found = true;
    return true;
  });
  if (found) return 'match';
  return run.budget.steps <= 0 ? 'unknown' : 'no match';
}

/** All ways at once, from every place: `ended` is told where one of them comes to its end, and answers whether that is enough. */
function read(run: Run, { states, start }: Machine, forward: boolean, ended: (at: number) => boolean): void {
  const { text } = run;
  const seen = new Int32Array(states.length).fill(-1);
  let here: number[] = [];
  for (let i = 0; i <= text.length && run.budget.steps > 0; i++) {
    const at = forward ? i : text.length - i;
    const open = [...here, start];
    here = [];
    const readers: (readonly [number, number])[] = [];
    for (let state = open.pop(); state !== undefined; state = open.pop()) {
      run.budget.steps--;
      if (seen[state] === i) continue;
      seen[state] = i;
      const it = states[state] as Machine['states'][number];
      if (it.kind === 'found') {
        if (ended(at)) return;
      } else if (it.kind === 'split') open.push(...it.to);
      else if (it.kind === 'read') readers.push([it.atom, it.next]);
      else if (it.kind === 'edge' ? isEdge(text, at, it.edge) : run.looks[it.look]?.[at] === 1) open.push(it.next);
    }
    const point = text[forward ? at : at - 1];
    if (point === undefined) continue;
    for (const [atom, next] of readers) if (run.atoms[atom]?.(point)) here.push(next);
  }
}

function isEdge(text: Uint32Array, at: number, edge: 'start' | 'end' | 'word' | 'not-word'): boolean {
  if (edge === 'start') return at === 0;
  if (edge === 'end') return at === text.length;
  return (isWord(text[at - 1]) !== isWord(text[at])) === (edge === 'word');
}

const isWord = (codePoint: number | undefined): boolean =>
  codePoint !== undefined && /\w/.test(String.fromCodePoint(codePoint));
