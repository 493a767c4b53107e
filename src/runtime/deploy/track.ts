/** What is known of one component that a place runs, and what of it goes into the journal. */
import { exitText } from '../../base/exit-text.ts';
import type { Action } from '../../ir/action.ts';
import type { Blocked } from '../../ir/blocked.ts';
import type { Standing } from '../../ports/authority.ts';
import type { Seen } from '../../ports/target.ts';
import type { ComponentStatus } from '../actions/component/life-state.ts';
import type { Authority } from '../authority/authority.ts';
import type { Settled } from '../component-settings.ts';
import type { Ended } from '../gate/gate.ts';
import type { Recorder } from '../journal/record.ts';
import { startOf } from '../scheduler/graph.ts';

export interface Track {
  readonly moniker: string;
  readonly isTask: boolean;
  readonly status: () => ComponentStatus;
  /** Undefined while it goes on. */
  readonly ended: () => Ended | undefined;
  readonly isUp: () => boolean;
  /** Writes down that it is to start, unless that is refused; `attempt` is one that goes on, and has begun before. What it stands on. */
  readonly begin: (attempt?: number) => Standing | undefined;
  /** Takes what was seen. */
  readonly look: (seen: Seen) => void;
  /** The run ends, and it was taken away. */
  readonly stopped: (exit: string) => void;
  /** It will never run. */
  readonly failed: (reason: string) => void;
}

export interface TrackOptions {
  readonly moniker: string;
  readonly settled: Pick<Settled, 'restart' | 'restarts'>;
  readonly place: string;
  readonly record: Recorder;
  readonly authority: Pick<Authority, 'stand' | 'back' | 'over'>;
  /** Nothing gives any more what it stands on. */
  readonly onLost: (blocked: readonly Blocked[]) => void;
  readonly onState: (status: ComponentStatus) => void;
}

type Phase = 'waiting' | 'starting' | 'ready' | 'restarting' | 'finished' | 'failed' | 'stopped';

export function createTrack({ moniker, settled, place, record, authority, onLost, onState }: TrackOptions): Track {
  const action: Action = startOf({ moniker, restart: settled.restart });
  const isTask = action.type === 'task.run';
  let phase: Phase = 'waiting';
  let attempt = 0;
  let restarts = 0;
  /** As it was seen last. */
  let last: Pick<Seen, 'instance' | 'restarts'> | undefined;
  let lastExit: string | undefined;
  let ended: Ended | undefined;
  let wasUp = false;

  const status = (): ComponentStatus => ({ moniker, state: phase, pid: undefined, restarts, lastExit });
  const enter = (next: Phase): void => {
    if (next === phase) return;
    phase = next;
    onState(status());
    if (isOver()) authority.over(action);
  };
  const isOver = (): boolean => phase === 'finished' || phase === 'failed' || phase === 'stopped';

  /** It ended, and the place starts it again, or has done so. */
  const again = (exit: string): void => {
    lastExit = exit;
    restarts++;
    record.tell('failure', action, attempt, { exit });
    record.tell('retry', action, attempt, {
      afterMs: 0,
      exit,
      restart: restarts,
      most: Math.max(settled.restarts, restarts),
    });
    const on = authority.stand(action);
    // The place has started it by now; it is stopped with all others.
    if ('blocked' in on) onLost(on.blocked);
    attempt = record.begin(action, 'blocked' in on ? authority.back(action) : on);
    enter('restarting');
  };
  const fail = (exit: string, reason: string): void => {
    lastExit = exit;
    record.tell('failure', action, attempt, { exit });
    record.outcome(action, attempt, { state: 'failed', exit });
    ended = { status: 'failed', reason };
    enter('failed');
  };
  const up = (): void => {
    if (phase === 'ready') return;
    wasUp = true;
    if (isTask) record.tell('progress', action, attempt, { event: 'started' });
    else record.outcome(action, attempt, { state: 'succeeded' });
    enter('ready');
  };
  const end = ({ code }: Seen): void => {
    const exit = code === null ? `nobody knows how it ended: ${place} lost it` : exitText(code, null);
    if (code !== 0) {
      fail(exit, restarts === 0 ? exit : `${exit}, after ${restarts} restarts`);
      return;
    }
    lastExit = exit;
    record.outcome(action, attempt, { state: 'succeeded', exit });
    ended = { status: 'finished', code: 0 };
    enter('finished');
  };

  return {
    moniker,
    isTask,
    status,
    ended: () => ended,
    isUp: () => wasUp || ended?.status === 'finished',
    begin: (known) => {
      const on = authority.stand(action);
      if ('blocked' in on) {
        onLost(on.blocked);
        return undefined;
      }
      attempt = known ?? record.begin(action, on);
      enter('starting');
      return on;
    },
    look: (seen) => {
      if (isOver() || attempt === 0) return;
      if (seen.state === 'absent') {
        // Before it was made there is nothing to miss.
        if (last !== undefined) fail('it is gone', `it is gone: somebody took it out of ${place}`);
        return;
      }
      const before = last;
      // Between two lives there is none for a moment.
      if (before && seen.instance === '') return;
      last = { instance: seen.instance, restarts: seen.restarts };
      if (before && before.instance === seen.instance && seen.restarts > before.restarts)
        again(seen.code === null ? `${place} started it again` : exitText(seen.code, null));
      else if (before && before.instance !== '' && before.instance !== seen.instance)
        again(`${place} put another in its place`);
      switch (seen.state) {
        case 'ready':
          up();
          break;
        case 'ended':
          end(seen);
          break;
        case 'waiting':
          enter('restarting');
          break;
        case 'starting':
          if (seen.fault !== undefined && !wasUp) fail(seen.fault, seen.fault);
          break;
      }
    },
    stopped: (exit) => {
      if (isOver()) return;
      if (phase !== 'waiting' && (isTask || phase !== 'ready'))
        record.outcome(action, attempt, { state: 'cancelled', exit });
      enter('stopped');
    },
    failed: (reason) => {
      if (isOver()) return;
      if (phase === 'waiting') {
        ended = { status: 'failed', reason };
        enter('failed');
      } else fail(reason, reason);
    },
  };
}
