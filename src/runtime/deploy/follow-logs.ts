/** Reads what programs say in a place, as long as they run there, into the logs of the run. */
import { setMaxListeners } from 'node:events';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Hear, Seen, Target } from '../../ports/target.ts';
import { type ComponentLog, type LogOptions, logName, openLog } from '../environments/local/logs.ts';

export interface Follower {
  /** It is there, or another life of it. */
  readonly look: (moniker: string, seen: Seen) => void;
  /** Waits until all that has ended was read, and no longer than `ms`: what is taken away says nothing any more. */
  readonly catchUp: (ms: number) => Promise<void>;
  /** Reads to the end of what has been said, and no longer than `ms`. */
  readonly close: (ms: number) => Promise<void>;
}

interface Heard {
  /** Undefined while nobody listens. */
  reading: Promise<void> | undefined;
  isOver: boolean;
  /** All that was said until then is known. */
  isWhole: boolean;
  /** Since nobody listens any more. */
  looks: number;
}

/** A look may have begun before the end of a listening was heard; the second one after it has not. */
const sureLooks = 2;

export function createFollower(target: Pick<Target, 'follow' | 'repeats'>, options: LogOptions): Follower {
  const over = new AbortController();
  // Every program is listened to.
  setMaxListeners(0, over.signal);
  const logs = new Map<string, ComponentLog>();
  const lives = new Map<string, Heard>();
  /** Up to when a life was heard; a component, where the place tells all of its lives. */
  const heard = new Map<string, string>();
  const logOf = (moniker: string): ComponentLog => {
    const known = logs.get(moniker);
    if (known) return known;
    const log = openLog(moniker, options);
    logs.set(moniker, log);
    return log;
  };
  /** What an earlier process of the run has heard of whoever speaks now. */
  const earlier = (moniker: string): string | undefined => {
    const before = statSync(join(options.folder, logName(moniker)), { throwIfNoEntry: false });
    return before && before.size > 0 ? before.mtime.toISOString() : undefined;
  };
  const listen = (moniker: string, id: string, state: Heard): void => {
    const key = target.repeats ? moniker : id;
    const log = logOf(moniker);
    const told = (): unknown => heard.set(key, options.clock());
    const hear: Hear = (stream, chunk) => {
      told();
      return log.write(stream, chunk);
    };
    state.looks = 0;
    state.reading = target.follow(id, heard.get(key), hear, over.signal).then((isWhole) => {
      if (isWhole) told();
      state.isWhole = isWhole;
      state.reading = undefined;
    });
  };
  const isToBeRead = (state: Heard): boolean => {
    if (state.reading) return false;
    state.looks++;
    if (!state.isWhole) return true;
    return !state.isOver && state.looks >= sureLooks;
  };
  const reading = (which: (state: Heard) => boolean): Promise<unknown> =>
    Promise.all([...lives.values()].filter(which).map((state) => state.reading));
  return {
    look: (moniker, { lives: seen = [] }) => {
      if (seen.length === 0 || over.signal.aborted) return;
      if (!logs.has(moniker)) {
        const since = earlier(moniker);
        if (since !== undefined) for (const { id } of seen) heard.set(target.repeats ? moniker : id, since);
      }
      for (const { id, isOver } of seen) {
        const key = `${moniker}\0${id}`;
        const state = lives.get(key) ?? { reading: undefined, isOver, isWhole: false, looks: 0 };
        lives.set(key, state);
        state.isOver = isOver;
        if (isToBeRead(state)) listen(moniker, id, state);
      }
    },
    catchUp: async (ms) => {
      const enough = new AbortController();
      const late = sleep(ms, undefined, { signal: enough.signal }).catch(() => {});
      await Promise.race([reading(({ isOver }) => isOver), late]);
      enough.abort();
    },
    close: async (ms) => {
      const timer = setTimeout(() => over.abort(), ms);
      await reading(() => true);
      clearTimeout(timer);
      over.abort();
      for (const log of logs.values()) log.close();
    },
  };
}
