/** What the life of a component needs to know, and whom to tell. */
import type { Action } from '../../../ir/action.ts';
import type { Blocked } from '../../../ir/blocked.ts';
import type { Standing } from '../../../ports/authority.ts';
import type { Environment } from '../../../ports/environment.ts';
import type { Clock } from '../../clock.ts';
import type { ComponentSpec } from '../../component.ts';
import type { Recorder } from '../../journal/record.ts';
import type { Keep } from './kept.ts';
import type { ComponentStatus } from './life-state.ts';

export interface LifeOptions {
  readonly component: ComponentSpec;
  /** `task.run` or `process.start`. */
  readonly action: Action;
  readonly environment: Environment;
  readonly record: Recorder;
  readonly clock: Pick<Clock, 'now' | 'sleep'>;
  /** Keeps what was found out of its place. */
  readonly keep: Keep;
  readonly readyTimeoutMs: number;
  readonly onState: (status: ComponentStatus) => void;
  /** Asked at every start, whichever; undefined where it has nothing to stand on any more, which has been told. */
  readonly stand: () => Standing | undefined;
  /** What it gives up when its program is ended. */
  readonly back: () => Standing;
  /** Its environment will not start it. */
  readonly refuse: (blocked: readonly Blocked[]) => void;
  /** The same of the place where it runs, so that nothing there can be seen to any more: it ends the run. */
  readonly lost: (blocked: readonly Blocked[]) => void;
}
