/** The root config as whoever compiles or runs gives it, before any of it is read. */
import { type JsonObject, type JsonValue, own } from '../../base/json.ts';
import type { Pointer } from '../../base/json-pointer.ts';
import type { SourceText } from '../../base/text.ts';
import type { ObjectNode } from '../../ir/syntax.ts';
import { type Leaf, leaves } from '../schema/leaves.ts';
import { configFaults, type SecretFault } from '../secrets/check-config.ts';
import { placeholder } from '../secrets/inline.ts';
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

/** What is wrong with references to secrets, and secrets in the file. Variables are the operator's own, and may hold a secret as it is. */
export function givenFaults(
  schema: JsonObject | null,
  given: GivenConfig,
  vaults: readonly string[],
): readonly GivenFault[] {
  const inFile = configFaults(given.file ?? {}, { vaults, strict: vaults.length > 0 });
  return [
    ...inFile.map(({ pointer, fault }) => ({ from: 'file', pointer, fault }) as const),
    ...variablesOf(schema, given).flatMap(({ leaf, name, value }) =>
      configFaults(value, { vaults, strict: vaults.length > 0 }, leaf.path).flatMap(({ fault }) =>
        fault.kind === 'inline' ? [] : [{ from: 'variable', name, leaf, fault } as const],
      ),
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

/** Those that may hold a reference, or what stands for a secret, as it is or in JSON. An empty one counts as not set. */
function variablesOf(schema: JsonObject | null, { env = {} }: GivenConfig): readonly GivenVariable[] {
  if (!schema) return [];
  return leaves(schema).flatMap((leaf): readonly GivenVariable[] => {
    const name = [envName(leaf.path), amberEnvName(leaf.path)].find((one) => own(env, one));
    const text = name === undefined ? undefined : own(env, name);
    if (name === undefined || !text || !suspect.some((one) => text.includes(one))) return [];
    return [{ leaf, name, value: parsed(text) }];
  });
}

const suspect = ['secret://', placeholder];

function parsed(text: string): JsonValue {
  if (!/^\s*[[{"]/.test(text)) return text;
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return text;
  }
}

/** What the program would be handed as it is: neither a value nor a reference. No text of it is quoted. */
export const unusable = (
  faults: readonly GivenFault[],
): readonly { readonly path: string; readonly message: string }[] =>
  faults.flatMap((found) => {
    const { fault } = found;
    const path = found.from === 'variable' ? found.leaf.path : found.pointer.join('.');
    if (fault.kind === 'placeholder')
      return [{ path, message: 'it is what headgate writes in the place of a secret in what it shows' }];
    if (fault.kind === 'invalid' && fault.inText)
      return [{ path, message: `its reference to a secret cannot be read: ${fault.reason}` }];
    return [];
  });
