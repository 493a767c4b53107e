/** Reads what programs say in a place, as long as they run there, into the logs of the run. */
import { setMaxListeners } from 'node:events';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { Seen, Target } from '../../ports/target.ts';
import { type ComponentLog, type LogOptions, logName, openLog } from '../environments/local/logs.ts';

export interface Follower {
  /** It is there, or another instance of it. */
  readonly look: (moniker: string, seen: Seen) => void;
  /** Reads to the end of what has been said, and no longer than `ms`. */
  readonly close: (ms: number) => Promise<void>;
}

export function createFollower(target: Target, options: LogOptions): Follower {
  const over = new AbortController();
  // Every program is listened to.
  setMaxListeners(0, over.signal);
  const logs = new Map<string, ComponentLog>();
  /** By the life of a component: one that was read is not read again. */
  const lives = new Map<string, Promise<void>>();
  /** Up to when it was heard. */
  const heard = new Map<string, string>();
  const logOf = (moniker: string): ComponentLog => {
    const known = logs.get(moniker);
    if (known) return known;
    // An earlier process of the run has heard what stands there.
    const before = statSync(join(options.folder, logName(moniker)), { throwIfNoEntry: false });
    if (before && before.size > 0) heard.set(moniker, before.mtime.toISOString());
    const log = openLog(moniker, options);
    logs.set(moniker, log);
    return log;
  };
  return {
    look: (moniker, seen) => {
      const key = `${moniker}\0${seen.instance}\0${seen.restarts}`;
      if (seen.state === 'absent' || seen.state === 'waiting' || lives.has(key) || over.signal.aborted) return;
      const log = logOf(moniker);
      const since = heard.get(moniker);
      const listening = target.follow(moniker, seen, since, (stream, chunk) => log.write(stream, chunk), over.signal);
      lives.set(
        key,
        listening.then(() => {
          heard.set(moniker, options.clock());
        }),
      );
    },
    close: async (ms) => {
      const timer = setTimeout(() => over.abort(), ms);
      await Promise.all(lives.values());
      clearTimeout(timer);
      over.abort();
      for (const log of logs.values()) log.close();
    },
  };
}
