/** What a run is driven with, and what whoever drives it may ask of it. */
import type { Blocked } from '../ir/blocked.ts';
import type { DeploymentPlan } from '../ir/plan-schema.ts';
import type { FinalizeState } from '../ir/workspace-status.ts';
import type { WiredEdge } from '../plan/wiring/edges.ts';
import type { Standing } from '../ports/authority.ts';
import type { VaultHealth } from '../ports/vault.ts';
import type { ComponentStatus } from './actions/component/life-state.ts';
import type { RunAuthority } from './authority/of-run.ts';
import type { FileNow } from './authority/state.ts';
import type { Binder } from './bindings/binder.ts';
import type { Reacted, RotatedSecret } from './bindings/rotation.ts';
import type { Budgets } from './budgets/budgets.ts';
import type { Clock } from './clock.ts';
import type { ComponentSpec } from './component.ts';
import type { Placement } from './environments/placement.ts';
import type { Outcome } from './gate/outcome.ts';
import type { Interactions } from './interactions/interactions.ts';
import type { Fold } from './journal/fold.ts';
import type { Recorder } from './journal/record.ts';
import type { Probed } from './probes/complete.ts';
import type { ProbeSetup } from './run-context.ts';
import type { Store } from './store/store.ts';
import type { FinalizeHow, FinalizeRefused } from './workspaces/finalize-request.ts';
import type { RunCopy, Sources } from './workspaces/run-copies.ts';

export interface DriveOptions {
  readonly runId: string;
  readonly plan: DeploymentPlan;
  readonly components: readonly ComponentSpec[];
  readonly edges: readonly WiredEdge[];
  readonly placement: Placement;
  readonly record: Recorder;
  /** Everything that stands in the journal, as it grows. */
  readonly known: Fold;
  readonly store: Store;
  readonly clock: Clock;
  /** Every edge and non-edge is tried once everything is ready. */
  readonly proveEnforcement?: boolean;
  readonly readyTimeoutMs: number;
  readonly graceMs: number;
  readonly probes: ProbeSetup;
  /** None unless given. */
  readonly workspaces?: { readonly copies: readonly RunCopy[]; readonly sources: (on: Standing) => Sources };
  readonly budgets: Budgets;
  /** None unless given. */
  readonly secrets?: Binder;
  /** The file of the delegations as it is now; as the plan has it unless given. */
  readonly delegation?: () => FileNow;
  /** References of slots whose URL is a secret, by slot of the root. */
  readonly slotSecrets?: Readonly<Record<string, string>>;
  /** Of the own workspace of a component; undefined where it has none. What the journal says unless given. */
  readonly finalizeOf?: (component: string) => FinalizeState | undefined;
  /** See `RotationOptions`. */
  readonly namesOf?: ((secret: RotatedSecret) => readonly string[]) | undefined;
  readonly onState: (status: ComponentStatus) => void;
  readonly onReady: (exports: Readonly<Record<string, string>>) => void;
  /** Told of what does not count as it was written; undefined is nothing. */
  readonly warn?: (warning: Blocked | undefined) => void;
  /** See `ScheduleOptions`. */
  readonly arrange?: (ready: readonly string[]) => readonly string[];
}

export interface Drive {
  /** Everything is up, or the run ended before that. */
  readonly ready: Promise<boolean>;
  /** Nothing is running any more. Rejects when the record cannot be written. */
  readonly outcome: Promise<Outcome>;
  readonly exports: () => Readonly<Record<string, string>>;
  readonly status: () => readonly ComponentStatus[];
  /** Consumers first, each within the grace; asked again, everything that is left within the grace of then. */
  readonly stop: (reason: string, graceMs: number) => void;
  /** Runs probes on what runs now, all of them unless named; see `Run.probe`. */
  readonly probe: (names?: readonly string[]) => Promise<Probed>;
  /** A secret has another value now: does what the settings say of each binding. */
  readonly rotated: (secret: RotatedSecret) => Promise<readonly Reacted[]>;
  /** See `Run.finalize`; told what it has become. */
  readonly finalize: (component: string | undefined, how: FinalizeHow) => Promise<FinalizeRefused | readonly string[]>;
  /** What the vaults say that something is bound to, by name. */
  readonly vaults: () => Promise<Readonly<Record<string, VaultHealth>>>;
  readonly interactions: Interactions;
  readonly authority: RunAuthority;
}
