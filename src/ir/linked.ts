/** What phase 4 hands on: the main scenario, and the policy scenario linked beside it. */
import type { JsonObject } from '../base/json.ts';
import type { Location } from '../base/span.ts';
import type { ConfigSpace } from './config.ts';
import type { ComponentId, Graph, Origins } from './graph.ts';
import type { Spelling } from './manifest.ts';

export interface LinkedScenario {
  readonly graph: Graph;
  readonly origins: Origins;
  /** Composed config by component id. */
  readonly spaces: readonly ConfigSpace[];
}

export interface Linked extends LinkedScenario {
  readonly rootSchema: JsonObject | null;
  /** Leaves of the root config that it or any consumer declares secret, sorted. */
  readonly secrets: readonly string[];
  /** Components whose manifest lists policies, in id order. */
  readonly scopes: readonly Scope[];
  /** Alive only while compiling. Its root is empty; the policies are its children. */
  readonly policies: LinkedScenario;
}

export interface Scope {
  readonly component: ComponentId;
  readonly moniker: string;
  readonly spelling: Spelling;
  /** In list order. */
  readonly entries: readonly PolicyEntry[];
}

/** One line of a `policies` list. */
export interface PolicyEntry {
  /** `#redaction.apply` */
  readonly ref: string;
  readonly use: string;
  readonly at: Location;
  /** JSON pointer to the same place. */
  readonly pointer: string;
  /** Of the `use` entry. */
  readonly useAt: Location;
  /** For people: `<scope>/<use>`. */
  readonly display: string;
  /** Digest of the policy's manifest. */
  readonly digest: string;
  /** Where the policy's manifest was loaded from, as shown to people. */
  readonly source: string;
  /** The component of the policy scenario that answers, and on which port. */
  readonly component: ComponentId;
  readonly port: number;
  readonly protocol: 'http' | 'https';
  /** Every component of this policy, the root of it first. */
  readonly members: readonly ComponentId[];
}
