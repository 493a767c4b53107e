/**
 * Ways from one end to others that keep none of the promised chains. A way keeps a chain when it passes all of its interposers in
 * their order, whatever else it passes. Iterative: each state is visited once, those with least progress first.
 */
import { type Adjacency, itemsOf } from '../../base/adjacency.ts';

export interface Way {
  readonly goal: number;
  /** Numbers of names from the start; absent when the search was given up. */
  readonly path?: readonly number[];
}

export interface SearchInput {
  readonly start: number;
  readonly goals: ReadonlySet<number>;
  readonly steps: Adjacency;
  readonly interposer: readonly number[];
  /** Interposers in the order in which the search meets them. */
  readonly chains: readonly (readonly number[])[];
}

interface State {
  readonly node: number;
  /** How many interposers of each chain lie behind. */
  readonly progress: readonly number[];
  readonly before: State | undefined;
}

/** Beyond it a promise counts as not kept. Only edges with the same two ends and different chains come near. */
const maxStates = 200_000;

/** Yields after every step, so that two searches can take turns. */
export function* searchBypasses(input: SearchInput): Generator<undefined, readonly Way[]> {
  const { start, goals, steps, interposer, chains } = input;
  const seen = new Map<number, (readonly number[])[]>();
  const levels: State[][] = [[{ node: start, progress: chains.map(() => 0), before: undefined }]];
  const found = new Map<number, Way>();
  let states = 0;
  for (let level = 0; level < levels.length; level++) {
    const open = levels[level] ?? [];
    for (let state = open.pop(); state; state = open.pop()) {
      for (const node of itemsOf(steps, state.node)) {
        yield;
        if (goals.has(node)) {
          if (!found.has(node)) found.set(node, { goal: node, path: pathTo({ ...state, node, before: state }) });
          continue;
        }
        const here = interposer[node] ?? -1;
        if (here < 0) continue;
        const progress = advance(state.progress, chains, here);
        if (progress === undefined || covered(seen, node, progress)) continue;
        if (++states > maxStates) return [...goals].map((goal) => ({ goal }));
        const sum = progress.reduce((a, b) => a + b, 0);
        levels[sum] ??= [];
        levels[sum].push({ node, progress, before: state });
      }
    }
  }
  return [...found.values()];
}

/** Undefined once a chain is complete: nothing behind it can be a bypass. */
function advance(
  progress: readonly number[],
  chains: readonly (readonly number[])[],
  interposer: number,
): readonly number[] | undefined {
  const next = progress.map((done, i) => (chains[i]?.[done] === interposer ? done + 1 : done));
  return next.some((done, i) => done === chains[i]?.length) ? undefined : next;
}

/** A way with no more progress has been at this place already; otherwise this one is noted. */
function covered(seen: Map<number, (readonly number[])[]>, node: number, progress: readonly number[]): boolean {
  const known = seen.get(node) ?? [];
  if (known.some((other) => other.every((done, i) => done <= (progress[i] ?? 0)))) return true;
  seen.set(node, [...known, progress]);
  return false;
}

function pathTo(last: State): readonly number[] {
  const path: number[] = [];
  for (let state: State | undefined = last; state; state = state.before) path.push(state.node);
  return path.reverse();
}
