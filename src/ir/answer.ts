/**
 * What a policy answered, decoded: every field has its type and its default. What was read with places keeps its syntax tree for
 * messages; what was read without has none.
 */
import type { JsonObject, JsonValue } from '../base/json.ts';
import type { SourceText } from '../base/text.ts';
import type { LoweredProgram, Provide, Slot } from './graph.ts';
import type { CapabilityKind, Program } from './manifest.ts';
import type { ObjectNode } from './syntax.ts';

export interface Answer {
  readonly interpositions: readonly Interposition[];
  readonly findings: readonly Finding[];
  /** The answer as it came; ranges below count in its text. */
  readonly source: SourceText;
}

export interface Finding {
  readonly severity: 'error' | 'warning' | 'info';
  readonly message: string;
  /** Number of an edge or export in the request. */
  readonly edge?: number;
  /** Number of a component in the request. */
  readonly component?: number;
  readonly code?: string;
}

export interface Interposition {
  readonly interposer: Interposer;
  readonly attachments: readonly Attachment[];
  /** Why, in the policy's words. */
  readonly reason?: string;
  readonly node: ObjectNode | undefined;
  /** Which template of the answer the interposer is, and whether the interposition has a config of its own. */
  readonly template?: { readonly name: string; readonly override: boolean };
}

export interface Attachment {
  /** Number of an edge or export in the request. */
  readonly target: number;
  readonly interposerSlot: string;
  readonly interposerProvide: string;
}

/** A component to be made. Nothing in it is resolved: references stay as they were written. */
export interface Interposer {
  readonly node: ObjectNode | undefined;
  /** As it came. */
  readonly written: JsonObject;
  readonly program: LoweredProgram | null;
  /** The same program in the form of a manifest's, for the checks that both share. */
  readonly manifestProgram: Program | null;
  readonly config: JsonObject | null;
  readonly configSchema: JsonObject | null;
  readonly slots: Readonly<Record<string, Slot>>;
  readonly provides: Readonly<Record<string, Provide>>;
  readonly resources: Readonly<Record<string, InterposerResource>>;
  readonly metadata: JsonValue;
}

/** Of any kind: a rule refuses all but storage. */
export interface InterposerResource {
  readonly kind: CapabilityKind;
  readonly params: { readonly size: string | null; readonly retention: string | null; readonly sharing: string | null };
}
