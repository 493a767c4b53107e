import type { Run } from '../runtime/run-options.ts';
import type { EventHub } from './event-hub.ts';
import type { Ended } from './schema.ts';

/** The run that an interface is of. */
export interface Served {
  readonly id: string;
  readonly stateDir: string;
  readonly monikers: readonly string[];
  /** Interposers that may tell what a model was used for, and nothing else. */
  readonly meters: ReadonlySet<string>;
  readonly hub: EventHub;
  readonly stop: Run['stop'];
  readonly probe: Run['probe'];
  readonly rotated: Run['rotated'];
  readonly vaults: Run['vaults'];
  readonly usage: Run['usage'];
  readonly resolve: Run['resolve'];
  readonly authority: Run['authority'];
  readonly revoke: Run['revoke'];
  readonly interactions: Run['interactions'];
  readonly evidence: Run['evidence'];
  readonly finalize: Run['finalize'];
  /** Whom a question is from that says nothing of it; undefined where that could be several. */
  readonly asks: string | undefined;
  readonly ended: Promise<Ended>;
}
