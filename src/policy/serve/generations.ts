/** Generations follow each other: the old one is gone before the next is started, since both may want one port. */
import type { Behind } from './front.ts';
import { type Generation, type Start, startGeneration } from './generation.ts';

/** What is started, again and again. */
interface Source {
  readonly name: string;
  /** Undefined when what is wrong was told. */
  readonly start: () => Promise<Start | undefined>;
}

export interface Generations {
  /** Waits while the policy is started. */
  readonly behind: () => Promise<Behind>;
  readonly reload: (changed: readonly string[]) => void;
  /** What is waited for before a generation is stopped. */
  readonly onReload: (wait: () => Promise<void>) => void;
  readonly stop: () => Promise<void>;
}

export function createGenerations(source: Source, say: (line: string) => void): Generations {
  let generation: Generation | undefined;
  let wait = async (): Promise<void> => {};
  let stopped = false;

  const begin = async (): Promise<Behind> => {
    const start = await source.start();
    if (!start) return { fault: 'the manifest cannot be served; `policy serve` tells why' };
    const next = startGeneration(start, say);
    generation = next;
    const found = await next.ready;
    if ('fault' in found) {
      // What it said stands above.
      say(`${source.name}: ${found.fault.split('\n')[0]}; waiting for a change`);
      await next.stop();
      return found;
    }
    say(`${source.name}: serving`);
    void next.ended.then((how) => {
      if (generation !== next || stopped) return;
      say(`${source.name}: the policy ${how}; waiting for a change`);
      current = Promise.resolve({ fault: `the policy ${how}` });
    });
    return found;
  };

  const end = async (): Promise<void> => {
    const old = generation;
    generation = undefined;
    await old?.stop();
  };

  let current = begin();
  let queue: Promise<unknown> = current;
  return {
    behind: () => current,
    reload: (changed) => {
      const more = changed.length > 3 ? ` and ${changed.length - 3} more` : '';
      say(`${source.name}: ${changed.slice(0, 3).join(', ')}${more} changed, starting anew`);
      const before = queue;
      const inFlight = wait();
      current = (async () => {
        await before;
        await inFlight;
        await end();
        return stopped ? { fault: 'the server is closed' } : begin();
      })();
      queue = current;
    },
    onReload: (next) => {
      wait = next;
    },
    stop: async () => {
      stopped = true;
      await queue;
      await end();
    },
  };
}
