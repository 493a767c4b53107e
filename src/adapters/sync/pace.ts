/** Long work on files is done in pieces, so that a run answers meanwhile. */
import { setImmediate } from 'node:timers/promises';

/** Calls of the system, roughly: some milliseconds. */
const callsAtOnce = 256;
const bytesAtOnce = 16 * 1024 * 1024;

/** To be awaited after each piece. */
export type Pace = (bytes: number) => Promise<void> | undefined;

export function startPace(): Pace {
  let calls = 0;
  let bytes = 0;
  return (more) => {
    calls++;
    bytes += more;
    if (calls < callsAtOnce && bytes < bytesAtOnce) return undefined;
    calls = 0;
    bytes = 0;
    return setImmediate();
  };
}
