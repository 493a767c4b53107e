/** Any graph of actions, walked while everything that could happen first does so in some case. */
import { Graph } from '@dagrejs/graphlib';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Action } from '../../../../src/ir/action.ts';
import type { ActionGraph } from '../../../../src/runtime/scheduler/graph.ts';
import { schedule } from '../../../../src/runtime/scheduler/schedule.ts';
import { randomDag } from '../../../support/run/random-dag.ts';

function toGraph(needs: readonly (readonly number[])[]): ActionGraph {
  const graph: ActionGraph = new Graph();
  // Not in the order of what they need: nothing may lean on how they stand in the graph.
  for (const n of [...needs.keys()].reverse()) graph.setNode(String(n), { type: 'process.start', target: String(n) });
  for (const [n, of] of needs.entries()) for (const need of of) graph.setEdge(String(need), String(n));
  return graph;
}

/** Takes one of `from` away, which the stream chooses. */
const draw = <T>(from: T[], numbers: Iterator<number>): T => from.splice(numbers.next().value % from.length, 1)[0] as T;

const shuffled = (ready: readonly string[], numbers: Iterator<number>): readonly string[] => {
  const left = [...ready];
  return ready.map(() => draw(left, numbers));
};

interface Walked {
  readonly begun: readonly number[];
  readonly skipped: ReadonlyMap<number, readonly number[]>;
}

/** Ends what is under way one by one, whichever the numbers say; `fails` say which were not done. */
async function walk(
  needs: readonly (readonly number[])[],
  fails: ReadonlySet<number>,
  numbers: Iterator<number>,
): Promise<Walked> {
  const begun: number[] = [];
  const skipped = new Map<number, readonly number[]>();
  const done = new Set<number>();
  const underWay: { readonly n: number; readonly end: (isDone: boolean) => void }[] = [];
  const numberOf = ({ target }: Action): number => Number(target);
  let isOver = false;
  const all = schedule(toGraph(needs), {
    arrange: (ready) => shuffled(ready, numbers),
    perform: (action) => {
      const n = numberOf(action);
      expect(
        needs[n]?.every((need) => done.has(need)),
        `${n} needs ${needs[n]}`,
      ).toBe(true);
      begun.push(n);
      return new Promise((end) => underWay.push({ n, end }));
    },
    skip: (action, failed) =>
      void skipped.set(
        numberOf(action),
        failed.map(numberOf).sort((a, b) => a - b),
      ),
  }).then(() => {
    isOver = true;
  });
  while (!isOver) {
    if (underWay.length > 0) {
      const { n, end } = draw(underWay, numbers);
      if (!fails.has(n)) done.add(n);
      end(!fails.has(n));
    }
    await new Promise<void>((next) => setImmediate(next));
  }
  await all;
  return { begun, skipped };
}

it('nothing begins before what it needs is done, and each begins once, in any order of ends', async () => {
  await fc.assert(
    fc.asyncProperty(randomDag, fc.infiniteStream(fc.nat()), async (needs, numbers) => {
      const { begun, skipped } = await walk(needs, new Set(), numbers);
      expect([...begun].sort((a, b) => a - b)).toEqual([...needs.keys()]);
      expect(skipped.size).toBe(0);
    }),
    { numRuns: 150 },
  );
});

it('what needs something that was not done is skipped, and so is what needs that; all else begins', async () => {
  await fc.assert(
    fc.asyncProperty(
      randomDag,
      fc.array(fc.nat({ max: 24 }), { minLength: 1, maxLength: 4 }),
      fc.infiniteStream(fc.nat()),
      async (needs, picks, numbers) => {
        const fails = new Set(picks.map((pick) => pick % needs.length));
        const undone = new Set<number>();
        const wanted = new Map<number, readonly number[]>();
        for (const [n, of] of needs.entries()) {
          const because = of.filter((need) => undone.has(need)).sort((a, b) => a - b);
          if (because.length > 0) wanted.set(n, because);
          if (because.length > 0 || fails.has(n)) undone.add(n);
        }
        const { begun, skipped } = await walk(needs, fails, numbers);
        expect(new Map([...skipped].sort(([a], [b]) => a - b))).toEqual(wanted);
        expect([...begun].sort((a, b) => a - b)).toEqual([...needs.keys()].filter((n) => !wanted.has(n)));
      },
    ),
    { numRuns: 150 },
  );
});

it('ends at once where there is nothing to do, and as soon as something throws', async () => {
  const skip = (): void => {};
  await schedule(toGraph([]), { perform: async () => true, skip });
  const thrown = schedule(toGraph([[], []]), {
    perform: ({ target }) => (target === '0' ? new Promise(() => {}) : Promise.reject(new Error('the disk is full'))),
    skip,
  });
  await expect(thrown).rejects.toThrow('the disk is full');
});
