/** One component of a wired plan: everything that is known of it before somebody says at which addresses it finds the others. */
import type { JsonObject, JsonValue } from '../../base/json.ts';
import type { ConfigValue } from '../../ir/config.ts';
import type { LoweredProgram } from '../../ir/graph.ts';
import type { DeploymentPlan } from '../../ir/plan-schema.ts';
import type { SlotEdge } from './edges.ts';
import type { UnboundSlot } from './problem.ts';
import type { Place, Placed } from './references.ts';
import type { StorageMount } from './storage.ts';

/** A leaf of the root config: where its value comes from, whether it is secret, and who gets it. */
export type ConfigLeaf = DeploymentPlan['config']['leaves'][number];

export interface ComponentConfig {
  /** With references into the root config. */
  readonly template: ConfigValue;
  /** Null when the component declares none. */
  readonly schema: JsonObject | null;
  /** Those of the root config that it gets. */
  readonly leaves: readonly ConfigLeaf[];
  /** The root config as far as it is known; all components share it. */
  readonly root: JsonObject;
  /** Null where there is none. */
  readonly rootSchema: JsonObject | null;
  /** Texts of the root config that are references to secrets. */
  readonly references: readonly Placed[];
  /** Values of what manifests refer to, by place in the config of the component; known when it starts. */
  readonly filled: readonly { readonly at: Place; readonly value: JsonValue }[];
  /** A character that occurs in no text of the plan, and in none of the root config. */
  readonly mark: string;
}

export interface WiredComponent {
  readonly moniker: string;
  /** Its texts still have their references to config and slots in them. */
  readonly program: LoweredProgram;
  readonly config: ComponentConfig;
  /** Of its endpoints, each once. */
  readonly ports: readonly number[];
  /** Edges that begin at one of its ports. */
  readonly provides: readonly { readonly edge: string; readonly port: number }[];
  /** Edges that end at its slots, in the order of the plan. */
  readonly slots: readonly SlotEdge[];
  /** Slots behind which there is a root slot that nothing is given for. */
  readonly waiting: readonly (UnboundSlot & { readonly external: string })[];
  readonly storage: readonly StorageMount[];
  /** Strong providers, sorted: it needs them from its start on. */
  readonly after: readonly string[];
  /** Name of the manifest that its program stands beside: of an interposer, the one of its policy. */
  readonly source: string | null;
}
