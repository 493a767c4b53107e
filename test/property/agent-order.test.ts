/**
 * Programs of profiles with `agentConcurrency`, over random graphs: what is not refused comes to its end whatever the order in which
 * tasks end, never with more at a time than may be; and what is refused for one profile alone cannot be done in any order.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BudgetPlan } from '../../src/plan/profiles/budgets.ts';
import { agentOrder } from '../../src/plan/profiles/concurrency.ts';
import { createAgents } from '../../src/runtime/budgets/agents.ts';

interface Part {
  readonly isTask: boolean;
  readonly profile: string;
  /** Earlier ones that it cannot do without. */
  readonly needs: readonly number[];
}
interface Case {
  readonly parts: readonly Part[];
  readonly limits: Readonly<Record<string, number>>;
}

const nameOf = (index: number): string => `/c${index}`;

const planOf = ({ parts, limits }: Case): BudgetPlan =>
  ({
    components: parts.map((_, index) => ({ moniker: nameOf(index), program: {} })),
    edges: parts.flatMap(({ needs }, index) =>
      needs.map((need) => ({
        id: `${index} ${need}`,
        hop: null,
        from: { kind: 'component', component: nameOf(need), provide: 'p' },
        to: { component: nameOf(index), slot: 's' },
        capability: { kind: 'http', profile: null },
        weak: false,
      })),
    ),
    policies: [],
    runtime: {
      components: Object.fromEntries(
        parts.map(({ isTask, profile }, index) => [
          nameOf(index),
          { profile, ...(isTask ? { restart: 'never' } : {}) },
        ]),
      ),
      profiles: Object.fromEntries(
        Object.entries(limits).map(([name, agentConcurrency]) => [
          name,
          {
            runtime: { mode: 'default' },
            sandbox: { mode: 'inherit' },
            permissions: 'deny-all',
            budget: { agentConcurrency },
          },
        ]),
      ),
    },
  }) as unknown as BudgetPlan;

const cases = (profiles: readonly string[]): fc.Arbitrary<Case> =>
  fc
    .tuple(
      fc.array(
        fc.record({
          isTask: fc.boolean(),
          profile: fc.constantFrom(...profiles),
          wanted: fc.array(fc.nat(20), { maxLength: 3 }),
        }),
        { minLength: 1, maxLength: 9 },
      ),
      fc.tuple(...profiles.map(() => fc.integer({ min: 1, max: 5 }))),
    )
    .map(([drawn, limits]) => ({
      parts: drawn.map(({ isTask, profile, wanted }, index) => ({
        isTask,
        profile,
        needs: index === 0 ? [] : [...new Set(wanted.map((one) => one % index))],
      })),
      limits: Object.fromEntries(profiles.map((name, index) => [name, limits[index] ?? 1])),
    }));

/** As a run does it: each asks for its place when what it needs is there; tasks end in the order of `picks`. */
async function walk(
  given: Case,
  picks: readonly number[],
): Promise<{ readonly started: number; readonly most: Map<string, number> }> {
  const order = agentOrder(planOf(given));
  const agents = createAgents(order.profiles, () => {});
  const most = new Map<string, number>();
  const asked = new Set<number>();
  const running: number[] = [];
  const ready = new Set<number>();
  const leave = new Map<number, () => void>();
  const never = new AbortController().signal;
  let pick = 0;
  const settle = (): Promise<void> => new Promise((done) => setImmediate(done));
  for (;;) {
    for (const [index, { needs, isTask, profile }] of given.parts.entries()) {
      if (asked.has(index) || !needs.every((need) => ready.has(need))) continue;
      asked.add(index);
      void agents.take(nameOf(index), never).then((place) => {
        if (!place) return;
        leave.set(index, place);
        running.push(index);
        if (!isTask) ready.add(index);
        const now = running.filter((one) => given.parts[one]?.profile === profile).length;
        most.set(profile, Math.max(most.get(profile) ?? 0, now));
      });
    }
    const before = running.length;
    await settle();
    if (
      running.length > before ||
      given.parts.some(({ needs }, index) => !asked.has(index) && needs.every((n) => ready.has(n)))
    )
      continue;
    const tasks = running.filter((index) => given.parts[index]?.isTask);
    if (tasks.length === 0) return { started: ready.size, most };
    const ended = tasks[(picks[pick++ % picks.length] ?? 0) % tasks.length] as number;
    running.splice(running.indexOf(ended), 1);
    ready.add(ended);
    leave.get(ended)?.();
    agents.over(nameOf(ended));
  }
}

/** Whether any order at all gets everything started: by trying them, for one profile. */
function isPossible({ parts, limits }: Case): boolean {
  const limit = Object.values(limits)[0] ?? 0;
  const seen = new Set<string>();
  // Tasks may as well end at once: who runs for longer only takes a place.
  const open: (readonly [ReadonlySet<number>, number])[] = [[new Set(), 0]];
  for (let next = open.pop(); next; next = open.pop()) {
    const [done, services] = next;
    if (done.size === parts.length) return true;
    for (const [index, { needs, isTask }] of parts.entries()) {
      if (done.has(index) || !needs.every((need) => done.has(need)) || services >= limit) continue;
      const after = new Set([...done, index]);
      const key = [...after].sort((a, b) => a - b).join(' ');
      if (seen.has(key)) continue;
      seen.add(key);
      open.push([after, services + (isTask ? 0 : 1)]);
    }
  }
  return false;
}

const picks = fc.array(fc.nat(100), { minLength: 1, maxLength: 20 });

describe('programs at a time', () => {
  it.each([[['p']], [['p', 'q']], [['p', 'q', 'r']]])(
    'come to their end where they are not refused, never more than there may be: profiles %s',
    async (profiles) => {
      let walked = 0;
      await fc.assert(
        fc.asyncProperty(cases(profiles), picks, async (given, order) => {
          if (agentOrder(planOf(given)).faults.length > 0) return;
          walked++;
          const { started, most } = await walk(given, order);
          expect(started).toBe(given.parts.length);
          for (const [profile, now] of most) expect(now).toBeLessThanOrEqual(given.limits[profile] ?? 0);
        }),
        { numRuns: 150 },
      );
      expect(walked).toBeGreaterThan(10);
    },
  );

  it('are refused in one profile exactly where no order would do, and the limit that is named would', () => {
    let refused = 0;
    fc.assert(
      fc.property(cases(['p']), (given) => {
        const { faults } = agentOrder(planOf(given));
        expect(faults.length === 0).toBe(isPossible(given));
        if (!faults[0]) return;
        refused++;
        const enough = { ...given, limits: { p: faults[0].enough } };
        expect(agentOrder(planOf(enough)).faults).toEqual([]);
        expect(isPossible(enough)).toBe(true);
      }),
      { numRuns: 400 },
    );
    expect(refused).toBeGreaterThan(10);
  });

  it('of two profiles that would wait for each other are refused', () => {
    // Each has a task that needs the service of the other.
    const given: Case = {
      parts: [
        { isTask: false, profile: 'p', needs: [] },
        { isTask: false, profile: 'q', needs: [] },
        { isTask: true, profile: 'p', needs: [1] },
        { isTask: true, profile: 'q', needs: [0] },
      ],
      limits: { p: 1, q: 1 },
    };
    expect(agentOrder(planOf(given)).faults).toEqual([
      { profile: expect.any(String), limit: 1, why: 'circle', of: expect.any(Array), enough: 2 },
    ]);
    expect(agentOrder(planOf({ ...given, limits: { p: 2, q: 1 } })).faults).toEqual([]);
  });
});
