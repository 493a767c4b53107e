/** Values that a policy was granted must not come back: answers are kept, in plans and in locks. Pure. */
import { isObject, type JsonObject, type JsonValue, own } from '../../base/json.ts';
import type { ComponentId } from '../../ir/graph.ts';
import { pathSegments } from '../../language/schema/facets.ts';
import { shortestSecret as shortest } from '../../language/secrets/hide.ts';
import type { PolicySecrets } from './policy-secrets.ts';

/** A secret as it may stand in a text. Never shown. */
export interface SecretText {
  /** Of the root config, or the reference. */
  readonly path: string;
  readonly text: string;
}

/** Of root config as it was read: the texts of these leaves, and of what is in them. */
export const secretTexts = (root: JsonObject, paths: readonly string[]): readonly SecretText[] =>
  paths.flatMap((path) => {
    const value = valueAt(root, path);
    const texts = value === undefined ? [] : textsIn(value);
    return texts.filter((text) => text.length >= shortest).map((text) => ({ path, text }));
  });

/** Of vaults, as components were given them: the values, and what is in those that are JSON. */
export const resolvedTexts = (secrets: PolicySecrets, members: readonly ComponentId[]): readonly SecretText[] =>
  members
    .flatMap((id) => [...(secrets.get(id) ?? [])])
    .flatMap(([path, text]) => [text, ...partsOf(text)].map((one) => ({ path, text: one })))
    .filter(({ text }) => text.length >= shortest);

function partsOf(text: string): readonly string[] {
  if (!/^\s*[[{]/.test(text)) return [];
  try {
    return textsIn(JSON.parse(text) as JsonValue);
  } catch {
    return [];
  }
}

function valueAt(root: JsonObject, path: string): JsonValue | undefined {
  let current: JsonValue | undefined = root;
  for (const segment of pathSegments(path)) current = isObject(current) ? own(current, segment) : undefined;
  return current;
}

function textsIn(value: JsonValue): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value === 'number') return [String(value)];
  if (Array.isArray(value)) return (value as readonly JsonValue[]).flatMap(textsIn);
  return isObject(value) ? Object.values(value).flatMap(textsIn) : [];
}

/** Paths of the secrets that stand in an answer, however its text spells them. The answer has been decoded, so it is JSON. */
export function secretsIn(answer: string, secrets: readonly SecretText[]): readonly string[] {
  if (secrets.length === 0) return [];
  // One spelling for all: escapes may be written in many ways.
  const plain = JSON.stringify(JSON.parse(answer));
  const found = secrets.filter(({ text }) => plain.includes(JSON.stringify(text).slice(1, -1)));
  return [...new Set(found.map(({ path }) => path))];
}
