import type { JsonObject } from '../../base/json.ts';
import type { Location, Range } from '../../base/span.ts';
import type { Definition } from '../../diagnostics/define.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type {
  ChildDecl,
  ChildTemplate,
  EndpointDecl,
  EnvironmentDecl,
  Manifest,
  MountDecl,
  PolicyRef,
  ProvideDecl,
  ResourceDecl,
  SlotDecl,
} from '../../ir/manifest.ts';

/** The names of one manifest and what several rules would otherwise work out again. */
export interface Index {
  readonly components: ReadonlyMap<string, ChildDecl>;
  readonly use: ReadonlyMap<string, ChildDecl>;
  readonly environments: ReadonlyMap<string, EnvironmentDecl>;
  readonly slots: ReadonlyMap<string, SlotDecl>;
  readonly provides: ReadonlyMap<string, ProvideDecl>;
  readonly resources: ReadonlyMap<string, ResourceDecl>;
  readonly childTemplates: ReadonlyMap<string, ChildTemplate>;
  readonly policies: readonly PolicyRef[];
  /** Of the program, whatever its kind. */
  readonly endpoints: readonly EndpointDecl[];
  readonly mounts: readonly MountDecl[];
  readonly schemaProblems: readonly { readonly message: string; readonly range: Range }[];
  /** Undefined without `config_schema`, or when it has problems: what a broken schema holds is not asked. */
  readonly schema: JsonObject | undefined;
}

export interface RuleContext {
  readonly index: Index;
  readonly report: (diagnostic: Diagnostic) => void;
  /** The candidate that was probably meant. Bounded for each manifest, because every question looks at every candidate. */
  readonly near: (name: string, candidates: Iterable<string>) => string | undefined;
  /** A range of this manifest as a location. */
  readonly at: (range: Range) => Location;
}

export interface Rule {
  /** Everything that `check` may report. */
  readonly emits: readonly Definition<never>[];
  /** Top-level fields that must be whole: of a manifest with a fault in one of them, the rule would tell what follows from it. */
  readonly needs?: readonly Section[];
  readonly check: (manifest: Manifest, ctx: RuleContext) => void;
}

export type Section =
  | 'manifest_version'
  | 'experimental_features'
  | 'program'
  | 'components'
  | 'use'
  | 'environments'
  | 'config_schema'
  | 'slots'
  | 'provides'
  | 'resources';
