import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { strongCycles } from '../../../src/base/cycles.ts';

const edge = (from: number, to: number): { from: number; to: number } => ({ from, to });

describe('strongCycles', () => {
  test('a chain has none, also when it is long', () => {
    const edges = Array.from({ length: 100_000 }, (_, i) => edge(i, i + 1));
    expect(strongCycles(100_001, edges)).toEqual([]);
  });

  test('one circle for each knot, from its smallest node', () => {
    expect(strongCycles(5, [edge(1, 2), edge(2, 1), edge(3, 4), edge(4, 3), edge(0, 1)])).toEqual([
      [0, 1],
      [2, 3],
    ]);
  });

  test('a long circle is found whole', () => {
    const count = 50_000;
    const [cycle] = strongCycles(
      count,
      Array.from({ length: count }, (_, i) => edge(i, (i + 1) % count)),
    );
    expect(cycle).toHaveLength(count);
  });

  test('agrees with reachability on small graphs', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(fc.nat(5), fc.nat(5)).filter(([a, b]) => a !== b),
          { maxLength: 12 },
        ),
        (pairs) => {
          const edges = pairs.map(([a, b]) => edge(a, b));
          const reach = Array.from({ length: 6 }, (_, a) =>
            Array.from({ length: 6 }, (_, b) => pairs.some(([x, y]) => x === a && y === b)),
          );
          for (let k = 0; k < 6; k++)
            for (let i = 0; i < 6; i++)
              for (let j = 0; j < 6; j++) if (reach[i]?.[k] && reach[k]?.[j]) (reach[i] as boolean[])[j] = true;
          const knots = new Set<string>();
          for (let i = 0; i < 6; i++)
            if (reach[i]?.[i])
              knots.add(Array.from({ length: 6 }, (_, j) => Number(reach[i]?.[j] && reach[j]?.[i])).join(''));
          const cycles = strongCycles(6, edges);
          expect(cycles).toHaveLength(knots.size);
          for (const cycle of cycles) {
            for (const [i, index] of cycle.entries())
              expect(edges[index]?.to).toBe(edges[cycle[(i + 1) % cycle.length] as number]?.from);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});
