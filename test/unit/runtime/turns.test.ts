import { describe, expect, it } from 'vitest';
import { createTurns, turnFor } from '../../../src/runtime/scheduler/turns.ts';

const soon = (): Promise<void> => new Promise((done) => setImmediate(done));

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
    await soon();
    expect(begun).toEqual([0, 1]);
    ends[1]?.();
    ends[1]?.();
    await soon();
    expect(begun).toEqual([0, 1, 2]);
    ends[0]?.();
    ends[2]?.();
    await soon();
    expect(begun).toEqual([0, 1, 2, 3, 4]);
  });

  const never = new Promise<never>(() => {});

  it('who waits for providers holds none, so that providers can start', async () => {
    const turns = createTurns(1);
    let isReady: (ready: boolean) => void = () => {};
    const provider = new Promise<boolean>((done) => {
      isReady = done;
    });
    let consumer = false;
    void turnFor({ up: never, ended: never }, [provider], turns).then(() => {
      consumer = true;
    });
    await turnFor({ up: provider, ended: never }, [], turns);
    expect(consumer).toBe(false);
    isReady(true);
    await soon();
    expect(consumer).toBe(true);
  });

  it.each([
    ['is up', () => ({ up: Promise.resolve(true), ended: never })],
    ['has ended', () => ({ up: never, ended: Promise.resolve('stopped' as const) })],
    ['broke', () => ({ up: never, ended: Promise.reject(new Error('broke')) })],
  ])('is over when the component %s', async (_, component) => {
    const turns = createTurns(1);
    await turnFor(component(), [], turns);
    await turns.take();
  });

  it('is over at some time for one that is slow', async () => {
    const turns = createTurns(1);
    await turnFor({ up: never, ended: never }, [], turns);
    // The timer of a turn does not keep a process alive by itself.
    const waits = setInterval(() => {}, 1_000);
    await turns.take();
    clearInterval(waits);
  });

  it('is not taken by one whose provider never came up', async () => {
    const turns = createTurns(1);
    await turnFor({ up: never, ended: never }, [Promise.resolve(false)], turns);
    await turns.take();
  });
});
