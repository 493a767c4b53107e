/**
 * The linked scenario: components, edges and exports, without any range. Where a thing came from stands beside it in
 * `Origins`. Phase 5 takes one and gives another; phase 6 reads it.
 */
import type { JsonObject, JsonValue } from '../base/json.ts';
import type { Location } from '../base/span.ts';
import type { Capability } from './manifest.ts';

export type ComponentId = number & { readonly __component: unique symbol };
export type Protocol = 'http' | 'https' | 'tcp';

export interface Slot extends Capability {
  readonly optional: boolean;
  readonly multiple: boolean;
}
export interface Provide extends Capability {
  readonly endpoint: string | null;
}
export interface Resource {
  readonly kind: 'storage';
  readonly params: { readonly size: string | null; readonly retention: string | null; readonly sharing: string | null };
}

export interface Component {
  readonly id: ComponentId;
  /** Absolute path: `/`, `/a`, `/a/b`. */
  readonly moniker: string;
  readonly parent: ComponentId | null;
  /** Sorted by moniker. */
  readonly children: readonly ComponentId[];
  readonly digest: string;
  /** Where the manifest was loaded from; null for interposers. Absolute: never written to a plan. */
  readonly url: string | null;
  /** The authored instance config, interpolations kept, in terms of the parent's config. */
  readonly config: JsonObject | null;
  readonly configSchema: JsonObject | null;
  readonly program: LoweredProgram | null;
  readonly slots: Readonly<Record<string, Slot>>;
  readonly provides: Readonly<Record<string, Provide>>;
  readonly resources: Readonly<Record<string, Resource>>;
  readonly exports: Readonly<Record<string, ComponentExport>>;
  /** Wire form of spec/policies.md 3.1, with the URLs of manifests. */
  readonly childTemplates: JsonObject;
  readonly metadata: JsonValue;
}

export type ComponentExport =
  | { readonly target: 'self_provide'; readonly provide: string }
  | { readonly target: 'self_slot'; readonly slot: string }
  | { readonly target: 'child_export'; readonly child: string; readonly export: string };

export type EdgeSource =
  | { readonly kind: 'component'; readonly component: ComponentId; readonly provide: string }
  | { readonly kind: 'resource'; readonly component: ComponentId; readonly resource: string }
  | { readonly kind: 'framework'; readonly authority: ComponentId; readonly capability: string }
  | { readonly kind: 'external'; readonly component: ComponentId; readonly slot: string };

export interface Edge {
  readonly from: EdgeSource;
  readonly to: { readonly component: ComponentId; readonly slot: string };
  /** Declared by the target slot. */
  readonly capability: Capability;
  readonly weak: boolean;
  /** Of the logical edge this one belongs to; equals its own place unless spliced. See `edgeId`. */
  readonly id: string;
  /** 0-based from the source; null when the edge is not spliced. */
  readonly hop: number | null;
}

export interface ScenarioExport {
  readonly name: string;
  readonly capability: Capability;
  readonly from: { readonly component: ComponentId; readonly provide: string };
}

export interface Graph {
  /** Indexed by id. */
  readonly components: readonly Component[];
  /** In scenario order: declaring component, then the order of its manifest; externals of the root last. */
  readonly edges: readonly Edge[];
  /** Sorted by name. */
  readonly exports: readonly ScenarioExport[];
  /** Digest of the root manifest (interposers report it on the wire). */
  readonly digest: string;
}

export type Origin =
  | {
      readonly kind: 'manifest';
      readonly at: Location;
      /** JSON pointer (RFC 6901) to the same place: it does not depend on the layout or the format of the text. */
      readonly pointer: string;
    }
  | {
      readonly kind: 'policy';
      /** The list entry that named the policy. */
      readonly at: Location;
      readonly pointer: string;
      readonly scope: string;
      readonly policyRef: string;
      readonly policyDigest: string;
      readonly requestDigest: string;
      readonly answerDigest: string;
      readonly interposition: number;
      readonly attachment?: number;
      readonly reason?: string;
    };

/** Where nodes came from, by component id, by index of `Graph.edges` and by index of `Graph.exports`. */
export interface Origins {
  readonly components: readonly Origin[];
  readonly edges: readonly Origin[];
  readonly exports: readonly Origin[];
}

/** Lowered programs have the grammar of requests, answers and the scenario IR. */
export type LoweredArgument =
  | string
  | { readonly when?: string; readonly each?: string; readonly join?: string; readonly arg: string }
  | { readonly when?: string; readonly each?: string; readonly argv: readonly string[] };
export type LoweredEnvValue =
  | string
  | { readonly when?: string; readonly each?: string; readonly join?: string; readonly value: string };
export interface LoweredEndpoint {
  readonly name: string;
  readonly port: number;
  readonly protocol: Protocol;
}
export interface LoweredNetwork {
  readonly endpoints: readonly LoweredEndpoint[];
}
/** Wire form of spec/policies.md 3.1 "Mounts"; kept as JSON. */
export type LoweredMount = JsonObject;

export type LoweredProgram =
  | {
      readonly image: string;
      readonly entrypoint: readonly LoweredArgument[];
      readonly env?: Readonly<Record<string, LoweredEnvValue>>;
      readonly network?: LoweredNetwork;
      readonly mounts?: readonly LoweredMount[];
    }
  | {
      readonly path: string;
      readonly args: readonly LoweredArgument[];
      readonly env?: Readonly<Record<string, LoweredEnvValue>>;
      readonly network?: LoweredNetwork;
      readonly mounts?: readonly LoweredMount[];
    }
  | {
      readonly vm: {
        readonly image: string;
        readonly cpus: number | string;
        readonly memory_mib: number | string;
        readonly network: LoweredNetwork | null;
        readonly mounts: readonly LoweredMount[];
        readonly cloud_init: { readonly user_data: string | null; readonly vendor_data: string | null };
        readonly egress: 'none' | 'optional';
      };
    };
