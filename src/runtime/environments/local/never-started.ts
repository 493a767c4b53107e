import type { JsonObject } from '../../../base/json.ts';
import type { Blocked } from '../../../ir/blocked.ts';
import type { Started } from '../../../ports/environment.ts';

/** A start that was refused: there is nothing to wait for and nothing to end, and what was measured is kept all the same. */
export function neverStarted(refused: Blocked, executed: JsonObject | undefined): Started {
  const fault = refused.reasons.join('; ');
  return {
    ready: new Promise(() => {}),
    measured: new Promise(() => {}),
    ...(executed ? { executed } : {}),
    ended: Promise.resolve({ code: null, signal: null, fault, ran: false, refused }),
    ports: () => undefined,
    pid: undefined,
    terminate: async () => {},
  };
}
