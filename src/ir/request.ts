/** The body of the question that a policy is asked (wire format). Key order on the wire is by bytes; see `sortedJson`. */
import type { JsonObject, JsonValue } from '../base/json.ts';
import type { LoweredProgram, Provide, Resource, Slot } from './graph.ts';
import type { Capability } from './manifest.ts';

export type WireSource =
  | { readonly Component: { readonly component: number; readonly name: string } }
  | { readonly Resource: { readonly component: number; readonly name: string } }
  | { readonly Framework: { readonly authority: number; readonly capability: string } };

export interface WireSlotRef {
  readonly component: number;
  readonly name: string;
}

export interface WireComponent {
  readonly id: number;
  readonly parent: number | null;
  readonly moniker: string;
  readonly digest: string;
  readonly config: JsonObject | null;
  readonly config_schema: JsonObject | null;
  readonly program: LoweredProgram | null;
  readonly slots: Readonly<Record<string, Slot>>;
  readonly provides: Readonly<Record<string, Provide>>;
  readonly resources: Readonly<Record<string, Resource>>;
  readonly metadata: JsonValue;
  readonly child_templates: JsonObject;
  readonly children: readonly number[];
}

export interface WireBinding {
  readonly id: number;
  readonly from: WireSource;
  readonly to: WireSlotRef;
  readonly capability: Capability;
}
export interface WireImport {
  readonly id: number;
  readonly to: WireSlotRef;
  readonly capability: Capability;
}
export interface WireExport {
  readonly id: number;
  readonly from: WireSource;
  readonly capability: Capability;
}

export interface PolicyRequest {
  readonly scope: {
    readonly components: readonly WireComponent[];
    readonly bindings: readonly WireBinding[];
    readonly imports: readonly WireImport[];
    readonly exports: readonly WireExport[];
  };
}
