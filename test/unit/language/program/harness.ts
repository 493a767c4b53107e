import type { JsonObject } from '../../../../src/base/json.ts';
import type { ConfigSpace } from '../../../../src/ir/config.ts';
import type { Program } from '../../../../src/ir/manifest.ts';
import { rootSpace } from '../../../../src/language/config/compose.ts';
import { type Lowered, lowerProgram } from '../../../../src/language/program/lower.ts';
import type { ProgramProblem } from '../../../../src/language/program/problem.ts';
import { objectToJson } from '../../../../src/language/syntax/to-json.ts';
import { manifestOf } from '../../phases/3-check/harness.ts';

export interface Written {
  readonly program: Program;
  readonly text: string;
  readonly schema: JsonObject | null;
  readonly slots: ReadonlyMap<
    string,
    { readonly kind: string; readonly optional: boolean; readonly multiple: boolean }
  >;
  readonly resources: ReadonlySet<string>;
}

/** A manifest in JSON5 without the outer braces. */
export function written(body: string): Written {
  const { manifest, text } = manifestOf(body);
  if (!manifest.program) throw new Error('there is no program');
  return {
    program: manifest.program,
    text,
    schema: manifest.configSchema ? objectToJson(manifest.configSchema) : null,
    slots: new Map(manifest.slots.map((slot) => [slot.name, slot])),
    resources: new Set(manifest.resources.map((resource) => resource.name)),
  };
}

/** `kind @ text at the range @ message` */
export const shown = (problems: readonly ProgramProblem[], text: string): string[] =>
  problems.map(({ kind, range, message }) => `${kind} @ ${text.slice(range.start, range.end)} @ ${message}`);

export interface Given {
  /** Static config; without it everything is decided by the root config. */
  readonly config?: JsonObject;
  readonly features?: readonly string[];
}

export function lower(body: string, { config, features = [] }: Given = {}): Lowered & { readonly shown: string[] } {
  const { program, text, schema, slots, resources } = written(body);
  const space: ConfigSpace = config ? { value: { kind: 'literal', value: config }, schema } : rootSpace(schema);
  const rootSchema = config ? null : schema;
  const result = lowerProgram(program, { space, rootSchema, slots, resources, features: new Set(features), self: 7 });
  return { ...result, shown: shown(result.problems, text) };
}

/** `config_schema` that takes anything under the given names. */
export const schemaOf = (...names: string[]): string =>
  `config_schema: { type: "object", properties: { ${names.map((name) => `${name}: {}`).join(', ')} } },`;
