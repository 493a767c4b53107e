/**
 * A component's effective config at link time: what is known now is literal, what the scenario's root config decides is a
 * reference into it. Every reference is a path into the ROOT config (`''` is the whole of it).
 */
import type { JsonObject, JsonValue } from '../base/json.ts';
import type { Pointer } from '../base/json-pointer.ts';

export type ConfigValue =
  /** Fully static. */
  | { readonly kind: 'literal'; readonly value: JsonValue }
  /** The typed value at this path of the root config. */
  | { readonly kind: 'root'; readonly path: string }
  /** Text with at least one root reference in it. */
  | { readonly kind: 'text'; readonly parts: readonly (string | { readonly root: string })[] }
  /** At least one member is not literal. */
  | { readonly kind: 'object'; readonly entries: Readonly<Record<string, ConfigValue>> }
  | { readonly kind: 'array'; readonly items: readonly ConfigValue[] }
  /**
   * Only in the config of a policy: the text `${config.p}` in the coordinates of the policy's scope, never evaluated here. It
   * counts as a string for schema checks and demands nothing of the root config.
   */
  | { readonly kind: 'symbolic'; readonly text: string };

/** What a reference inside a manifest is looked up in: the composed config of a component and its schema. */
export interface ConfigSpace {
  readonly value: ConfigValue;
  /** Null when the component declares no `config_schema`. */
  readonly schema: JsonObject | null;
}

export interface ConfigProblem {
  readonly message: string;
  /** Into the authored `config` object; undefined when the fault has no place in it (a missing key, no `config` at all). */
  readonly pointer?: Pointer;
  /** The key that is missing, as a config path from the component, and the object that should hold it, where the author wrote one. */
  readonly missing?: { readonly path: string; readonly holder?: Pointer };
  readonly kind: 'no-schema' | 'no-parent-schema' | 'missing' | 'reference' | 'interpolation' | 'schema';
}
