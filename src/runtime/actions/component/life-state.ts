/** What a component is doing; see `Life`. */
import type { Started } from '../../../ports/environment.ts';

export type LifeState =
  | { readonly state: 'waiting' }
  | { readonly state: 'starting'; readonly started?: Started }
  /** `since` is when its ports were open, of `Clock.now`. */
  | { readonly state: 'ready'; readonly started: Started; readonly since: number }
  | { readonly state: 'restarting'; readonly afterMs: number }
  | { readonly state: 'finished' | 'failed' | 'stopped' };

export type ComponentState = LifeState['state'];

export interface ComponentStatus {
  readonly moniker: string;
  readonly state: ComponentState;
  readonly pid: number | undefined;
  readonly restarts: number;
  /** The last end, in words. */
  readonly lastExit: string | undefined;
}
