/** The root config as whoever compiles or runs gives it, before any of it is read. */
import { type JsonObject, type JsonValue, own } from '../../base/json.ts';
import type { Pointer } from '../../base/json-pointer.ts';
import type { SourceText } from '../../base/text.ts';
import type { ObjectNode } from '../../ir/syntax.ts';
import { type Leaf, leaves } from '../schema/leaves.ts';
import { configFaults, type SecretFault } from '../secrets/check-config.ts';
import { referenceFault } from '../secrets/check-reference.ts';
import { referencesIn } from '../secrets/references-in.ts';
import { amberEnvName, envName } from './env-names.ts';
import { referencePaths } from './secret-paths.ts';

export interface GivenConfig {
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** What a file gives. */
  readonly file?: JsonObject;
  /** Where the file says it, for messages. */
  readonly written?: { readonly source: SourceText; readonly root: ObjectNode };
}

/** By a variable. */
export interface GivenVariable {
  readonly leaf: Leaf;
  readonly name: string;
  readonly value: JsonValue;
}

export type GivenFault =
  | { readonly from: 'file'; readonly pointer: Pointer; readonly fault: SecretFault }
  | { readonly from: 'variable'; readonly name: string; readonly leaf: Leaf; readonly fault: SecretFault };

/** What is wrong with references to secrets, and secrets in the file. Variables are the operator's own, and may hold any value. */
export function givenFaults(
  schema: JsonObject | null,
  given: GivenConfig,
  vaults: readonly string[],
): readonly GivenFault[] {
  const inFile = configFaults(given.file ?? {}, { vaults, strict: vaults.length > 0 });
  return [
    ...inFile.map(({ pointer, fault }) => ({ from: 'file', pointer, fault }) as const),
    ...variablesOf(schema, given).flatMap(({ leaf, name, value }) =>
      referencesIn(value).flatMap(({ text }) => {
        const fault = referenceFault(text, vaults);
        return fault ? [{ from: 'variable', name, leaf, fault } as const] : [];
      }),
    ),
  ];
}

/** Paths of the root config at which references to secrets are given. */
export const givenReferencePaths = (schema: JsonObject | null, given: GivenConfig): readonly string[] => [
  ...new Set([
    ...referencePaths(given.file ?? {}),
    ...variablesOf(schema, given).flatMap(({ leaf, value }) => (referencesIn(value).length > 0 ? [leaf.path] : [])),
  ]),
];

/** Those that hold a reference, as it is or in JSON. */
function variablesOf(schema: JsonObject | null, { env = {} }: GivenConfig): readonly GivenVariable[] {
  if (!schema) return [];
  return leaves(schema).flatMap((leaf): readonly GivenVariable[] => {
    const name = [envName(leaf.path), amberEnvName(leaf.path)].find((one) => own(env, one));
    const text = name === undefined ? undefined : own(env, name);
    if (name === undefined || !text?.includes('secret://')) return [];
    return [{ leaf, name, value: parsed(text) }];
  });
}

function parsed(text: string): JsonValue {
  if (!/^\s*[[{]/.test(text)) return text;
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return text;
  }
}
