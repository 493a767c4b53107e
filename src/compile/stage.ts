import type { Sink } from '../diagnostics/sink.ts';
import type { Locks } from './locks.ts';
import type { Timer } from './timer.ts';

/** What the phases share. */
export interface Stage {
  readonly locks: Locks;
  readonly sink: Sink;
  readonly time: Timer;
}
