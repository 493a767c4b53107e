/** An export of a cluster at a port of the loopback of this machine, for as long as somebody holds it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { listen } from '../call.ts';

/** A forward that broke off is made again after this time. */
const againMs = 500;

export interface Forward {
  /** It listens; false when it was closed before. */
  readonly open: Promise<boolean>;
  readonly close: () => void;
}

export function forward(args: readonly string[], env: Readonly<Record<string, string | undefined>>): Forward {
  const closing = new AbortController();
  let opened: (is: boolean) => void = () => {};
  const open = new Promise<boolean>((done) => {
    opened = done;
  });
  void (async () => {
    // Pods come and go, and each forward holds to one.
    while (!closing.signal.aborted) {
      await listen('kubectl', args, { env, signal: closing.signal }, (_, text) => {
        if (String(text).startsWith('Forwarding from')) opened(true);
      });
      await sleep(againMs, undefined, { signal: closing.signal }).catch(() => {});
    }
    opened(false);
  })();
  return { open, close: () => closing.abort() };
}
