/** What the settings say of running a scenario; phase 6 lowers it into `runtime` of the plan. */
import type { Location } from '../base/span.ts';
import type { PlanCompletion, PlanProbe } from './plan-probe-schema.ts';
import type { PlanProfile, PlanSandbox } from './plan-profile-schema.ts';
import type { PlanVault } from './plan-vault-schema.ts';
import type { PlanWorkspace } from './plan-workspace-schema.ts';

export const restartPolicies = ['always', 'on-failure', 'never'] as const;
export type RestartPolicy = (typeof restartPolicies)[number];

export const rotationReactions = ['restart', 'file', 'none'] as const;
export type RotationReaction = (typeof rotationReactions)[number];

export interface RuntimeSettings {
  /** By moniker. */
  readonly components?: Readonly<Record<string, ComponentSettings>>;
  /** By name, whether anything uses them or not. */
  readonly profiles?: Readonly<Record<string, PlanProfile>>;
  readonly sandboxes?: Readonly<Record<string, PlanSandbox>>;
  /** By name; files are named as in `files`. */
  readonly probes?: Readonly<Record<string, PlanProbe>>;
  readonly completion?: PlanCompletion;
  /** By name; a file is named as in `files`, unless it is absolute or begins with `~/`. */
  readonly vaults?: Readonly<Record<string, PlanVault>>;
  /** By name, whether anything uses them or not; a source is named as in `files`, unless it is absolute. */
  readonly workspaces?: Readonly<Record<string, PlanWorkspace>>;
  /** What probes read; one that nobody has read counts as one that cannot be. */
  readonly files?: readonly NamedFile[];
  /** Where budgets stand. */
  readonly budgets?: readonly WrittenBudget[];
  /** What other sections name of the scenario. */
  readonly mentions?: readonly Mention[];
  /** On whose authority a run acts; on that of its plan alone unless given. */
  readonly delegation?: DelegationFile;
}

/** The file of what the operator has delegated. */
export interface DelegationFile extends NamedFile {
  /** Null where it cannot be read, and why in `fault`. */
  readonly bytes?: Uint8Array | null;
  readonly fault?: string;
}

/** A field of a budget, as `profiles.NAME.budget.FIELD`. */
export interface WrittenBudget {
  readonly path: string;
  readonly at?: Location;
}

/** A file that the settings name. */
export interface NamedFile {
  /** From the folder that `compile` names files from; as written, where nobody has moved it there yet. */
  readonly name: string;
  /** Of its bytes, `sha256:` and base64; null where it cannot be read. */
  readonly digest?: string | null;
  /** Where the settings name it, as given to `compile`. */
  readonly at?: Location;
}

/** Something of a scenario that the settings name, and that it should have. */
export type Mention = (
  | { readonly what: 'component' | 'export' | 'edge' | 'provide' }
  /** Of the manifest of a component: a path of its config, and one that is mounted as a file. */
  | { readonly what: 'child template' | 'config path' | 'mounted config'; readonly of: string }
) & {
  readonly name: string;
  /** Where the settings name it, as given to `compile`. */
  readonly at?: Location;
};

export interface ComponentSettings {
  readonly restart?: RestartPolicy;
  /** Restarts in a row before it is given up. */
  readonly restarts?: number;
  /** How long its ports may take to open, each time that it is started. */
  readonly readySeconds?: number;
  readonly limits?: ComponentLimits;
  /** `host:port`, for what it may reach outside of the scenario. */
  readonly egress?: readonly string[];
  /** A name in `profiles`. */
  readonly profile?: string;
  /** Where it runs. */
  readonly environment?: string;
  /** A name in `workspaces`. */
  readonly workspace?: string;
  /** It may talk to its own run. */
  readonly control?: boolean;
  /** What happens when a secret is rotated, by the path of the config that refers to it. */
  readonly rotation?: Readonly<Record<string, RotationReaction>>;
  /** What its program runs in where components are containers. */
  readonly image?: string;
  /** How many of it run, where a target runs more than one. */
  readonly replicas?: number;
  /** Where the settings name it, as given to `compile`. */
  readonly at?: Location;
}

/** What a component may use up before it is ended. */
export interface ComponentLimits {
  readonly cpuSeconds?: number;
  readonly wallSeconds?: number;
  readonly memoryMiB?: number;
  readonly processes?: number;
}
