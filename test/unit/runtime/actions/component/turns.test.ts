import { describe, expect, it } from 'vitest';
import { createTurns } from '../../../../../src/runtime/actions/component/turns.ts';
import { settled } from '../../../../support/run/fake-clock.ts';
import { component, memoryRun } from '../../../../support/run/memory-run.ts';

describe('turns', () => {
  it('are so many at once, in the order of asking; a turn ends once', async () => {
    const turns = createTurns(2);
    const begun: number[] = [];
    const ends: (() => void)[] = [];
    for (let n = 0; n < 5; n++) {
      void turns.take().then((end) => {
        begun.push(n);
        ends.push(end);
      });
    }
    await settled();
    expect(begun).toEqual([0, 1]);
    ends[1]?.();
    ends[1]?.();
    await settled();
    expect(begun).toEqual([0, 1, 2]);
    ends[0]?.();
    ends[2]?.();
    await settled();
    expect(begun).toEqual([0, 1, 2, 3, 4]);
  });

  it('are held until a program is up or has ended, and for a second by one that is slow', async () => {
    const monikers = Array.from({ length: 100 }, (_, n) => `/s${String(n).padStart(3, '0')}`);
    const slow = Object.fromEntries(monikers.map((moniker) => [moniker, [{ readyAfter: 30_000 }]]));
    const run = memoryRun({ components: monikers.map((moniker) => component(moniker)), scripts: slow });
    const started = (): number => run.environment.calls.filter((call) => call.startsWith('start')).length;
    await run.clock.advance(0);
    const atOnce = started();
    expect(atOnce).toBeGreaterThan(0);
    expect(atOnce).toBeLessThan(100);
    await run.clock.advance(999);
    expect(started()).toBe(atOnce);
    await run.clock.advance(1);
    expect(started()).toBe(Math.min(100, 2 * atOnce));
    run.stop('over', 0);
    await run.outcome;
    expect(started()).toBe(Math.min(100, 2 * atOnce));
  });
});
