/** The effective config of a component: what its parent wrote, references resolved, defaults filled in, checked. */
import { isObject, type JsonObject, type JsonValue, own, setKey } from '../../base/json.ts';
import { compareText } from '../../base/order.ts';
import type { ConfigProblem, ConfigSpace, ConfigValue } from '../../ir/config.ts';
import type { ObjectNode } from '../../ir/syntax.ts';
import { applyDefaults } from '../schema/defaults.ts';
import { nodesAt, pathSegments } from '../schema/facets.ts';
import { nearConfigPath } from '../schema/near-path.ts';
import { validateValue } from '../schema/validate.ts';
import { isReference } from '../secrets/reference.ts';
import { holdsReference } from '../secrets/references-in.ts';
import type { Pointer } from '../syntax/pointer.ts';
import { objectToJson } from '../syntax/to-json.ts';
import { forValidation, fromSkeleton, type Holes, isRuntime, makeHole, toSkeleton } from './skeleton.ts';
import { composeMixed, type PieceText, parseConfigText } from './template.ts';
import { renderScalar, shownRef } from './text.ts';

export interface ComposeInput<A> {
  /** Undefined when the declaration has no `config`. */
  readonly authored: A | undefined;
  readonly parent: ConfigSpace;
  readonly schema: JsonObject | null;
  /** The child is a policy: `$${config.p}` stays a reference of its scope. */
  readonly policy?: boolean;
}
export interface Composed {
  /** Parts at fault are null; use it only when there are no problems, or to look for problems of another kind. */
  readonly value: ConfigValue;
  readonly problems: readonly ConfigProblem[];
}

export const rootSpace = (schema: JsonObject | null): ConfigSpace => ({
  value: schema ? { kind: 'root', path: '' } : { kind: 'literal', value: {} },
  schema,
});

export const composeConfig = (input: ComposeInput<ObjectNode>): Composed =>
  composeJsonConfig({ ...input, authored: input.authored && objectToJson(input.authored) });

export function composeJsonConfig(input: ComposeInput<JsonObject>): Composed {
  const { authored, schema } = input;
  if (schema === null) {
    const message =
      'the component takes no config: its manifest has no `config_schema`; remove `config`, or declare a schema there';
    return { value: { kind: 'literal', value: {} }, problems: authored ? [{ kind: 'no-schema', message }] : [] };
  }
  const problems: ConfigProblem[] = [];
  const holes: Holes = new Map();
  const run: Run = { parent: input.parent, policy: input.policy === true, problems, holes };
  const given = composeNode(run, authored ?? {}, []) as JsonObject;
  const filled = applyDefaults(schema, given, new Set(holes.keys()));
  const options = { opaque: new Set(holes.keys()) };
  for (const problem of validateValue(schema, forValidation(filled, holes), options)) {
    const pointer = existing(authored ?? {}, problem.pointer);
    const inList = problem.pointer.some((step) => typeof step === 'number');
    const place = pointer.length === 0 ? {} : { pointer };
    if (problem.missing !== undefined && !inList) {
      const path = [...problem.pointer, problem.missing].join('.');
      // Without `config`, or without an object on the way, there is no object to put the key into.
      const written = authored !== undefined && pointer.length === problem.pointer.length;
      const missing = { path, ...(written ? { holder: pointer } : {}) };
      problems.push({ kind: 'missing', message: `\`config.${path}\` is required and not given`, ...place, missing });
    } else {
      problems.push({ kind: 'schema', message: `${shownPlace(problem.pointer)}: ${problem.message}`, ...place });
    }
  }
  return { value: fromSkeleton(filled, holes), problems };
}

const shownPlace = (pointer: Pointer): string =>
  `\`${pointer.reduce<string>((text, step) => text + (typeof step === 'number' ? `[${step}]` : `.${step}`), 'config')}\``;

/** The longest beginning of the pointer that the author wrote. */
function existing(authored: JsonValue, pointer: Pointer): Pointer {
  let current: JsonValue = authored;
  for (const [i, step] of pointer.entries()) {
    const next: JsonValue | undefined = Array.isArray(current)
      ? (current as readonly JsonValue[])[step as number]
      : isObject(current)
        ? own(current, String(step))
        : undefined;
    if (next === undefined) return pointer.slice(0, i);
    current = next;
  }
  return pointer;
}

interface Run {
  readonly parent: ConfigSpace;
  readonly policy: boolean;
  readonly problems: ConfigProblem[];
  readonly holes: Holes;
}

function composeNode(run: Run, value: JsonValue, pointer: Pointer): JsonValue {
  if (typeof value === 'string') {
    const composed = composeText(run, value, pointer);
    return composed ? toSkeleton(composed, run.holes) : makeHole(run.holes, { kind: 'literal', value: null });
  }
  if (Array.isArray(value)) {
    const items = (value as readonly JsonValue[]).map((item, i) => composeNode(run, item, [...pointer, i]));
    const composed = fromSkeleton(items, run.holes);
    return isRuntime(composed) ? makeHole(run.holes, composed) : items;
  }
  if (!isObject(value)) return value;
  const out: Record<string, JsonValue> = {};
  for (const key of Object.keys(value)) setKey(out, key, composeNode(run, value[key] as JsonValue, [...pointer, key]));
  return out;
}

/** Undefined after a problem was reported. */
function composeText(run: Run, text: string, pointer: Pointer): ConfigValue | undefined {
  const parsed = parseConfigText(text);
  switch (parsed.kind) {
    case 'plain':
      return { kind: 'literal', value: text };
    case 'bad':
      run.problems.push({ kind: 'interpolation', message: parsed.message, pointer });
      return undefined;
    case 'whole':
      return resolve(run, parsed.path, pointer);
    case 'quoted':
      return run.policy
        ? symbolic(run, parsed.path, parsed.reference, pointer)
        : quoted(run, parsed.path, parsed.reference, pointer);
    case 'mixed':
      return composeMixed(parsed.pieces, (path) => pieceText(run, path, pointer));
  }
}

function resolve(run: Run, path: string, pointer: Pointer): ConfigValue | undefined {
  const found = lookupValue(run.parent, path);
  if (found.ok) return found.value;
  const kinds = { 'no-schema': 'no-parent-schema', unknown: 'reference', unavailable: 'missing' } as const;
  const kind = kinds[found.reason];
  if (kind !== 'missing') run.problems.push({ kind, message: found.message, pointer });
  else run.problems.push({ kind, message: `${shownPlace(pointer)}: ${found.message}` });
  return undefined;
}

/** What a policy is to hand on: the value's text where it is known, else the reference, in the scope's own names. */
function symbolic(run: Run, path: string, reference: string, pointer: Pointer): ConfigValue | undefined {
  const value = resolve(run, path, pointer);
  if (!value) return undefined;
  const literal = toLiteral(value);
  if (literal === undefined) return { kind: 'symbolic', text: reference };
  return { kind: 'literal', value: renderScalar(literal) ?? 'null' };
}

/** Text for somebody further down; only the name is checked. */
function quoted(run: Run, path: string, reference: string, pointer: Pointer): ConfigValue | undefined {
  const found = lookupValue(run.parent, path);
  if (found.ok || found.reason === 'unavailable') return { kind: 'literal', value: reference };
  return resolve(run, path, pointer);
}

function pieceText(run: Run, path: string, pointer: Pointer): PieceText | undefined {
  const value = resolve(run, path, pointer);
  if (!value) return undefined;
  if (value.kind === 'root') return { root: value.path };
  if (value.kind === 'text') return value.parts;
  const literal = toLiteral(value);
  const text = literal === undefined ? undefined : renderScalar(literal);
  if (text !== undefined) return text;
  const message =
    literal === null
      ? `${shownRef(path)} is null, and null has no text`
      : value.kind === 'literal'
        ? `${shownRef(path)} holds a reference to a secret, and cannot stand inside a text; pass it on as a whole, and let a program put the text together`
        : `${shownRef(path)} is partly decided when the scenario runs, and cannot stand inside a text; pass it on as a whole, or name a key of it`;
  run.problems.push({ kind: 'interpolation', message, pointer });
  return undefined;
}

export type Lookup =
  | { readonly ok: true; readonly value: ConfigValue }
  | { readonly ok: false; readonly message: string; readonly reason: 'no-schema' | 'unknown' | 'unavailable' };

/** The value of a config path (`''` is all of it), as a component sees it that writes `${config.path}`. */
export function lookupValue(space: ConfigSpace, path: string): Lookup {
  const fail = (reason: 'no-schema' | 'unknown' | 'unavailable', words: string): Lookup => ({
    ok: false,
    reason,
    message: `${shownRef(path)} ${words}`,
  });
  if (space.schema === null)
    return fail('no-schema', 'refers to the config of a component that has no `config_schema`');
  if (nodesAt(space.schema, path).length === 0) {
    const near = nearConfigPath(path, space.schema);
    const hint = near === undefined ? '' : `; did you mean ${shownRef(near)}?`;
    return fail('unknown', `is not declared in the \`config_schema\` it refers to${hint}`);
  }
  const found = descend(space.value, path);
  if (found.kind === 'value') return { ok: true, value: found.value };
  if (found.kind === 'absent') {
    return fail('unavailable', `has no value: \`config.${found.at}\` is optional, has no default, and is not given`);
  }
  if (found.value.kind === 'literal')
    return fail(
      'unavailable',
      `looks into \`config.${found.at}\`, which is a reference to a secret; add \`#KEY\` to it`,
    );
  return fail(
    'unavailable',
    `looks into \`config.${found.at}\`, which is decided when the scenario runs; name that key where it is composed`,
  );
}

export type Descent =
  | { readonly kind: 'value'; readonly value: ConfigValue }
  /** `at` is the path of the key that is missing or that has nothing below it. */
  | { readonly kind: 'absent'; readonly at: string }
  /** The value at `at` comes from the root config, or is a reference to a secret, and `rest` would be below it. */
  | { readonly kind: 'below'; readonly at: string; readonly value: ConfigValue; readonly rest: string };

export function descend(value: ConfigValue, path: string): Descent {
  const segments = pathSegments(path);
  if (value.kind === 'root' && value.path === '') return { kind: 'value', value: { kind: 'root', path } };
  let current = value;
  for (const [i, segment] of segments.entries()) {
    let next: ConfigValue | undefined;
    if (current.kind === 'object') next = own(current.entries, segment);
    else if (current.kind === 'literal' && !(typeof current.value === 'string' && isReference(current.value))) {
      const member = isObject(current.value) ? own(current.value, segment) : undefined;
      next = member === undefined ? undefined : { kind: 'literal', value: member };
    } else if (current.kind === 'literal' || isRuntime(current)) {
      return { kind: 'below', at: segments.slice(0, i).join('.'), value: current, rest: segments.slice(i).join('.') };
    }
    if (!next) return { kind: 'absent', at: segments.slice(0, i + 1).join('.') };
    current = next;
  }
  return { kind: 'value', value: current };
}

/** Nothing in it depends on the root config. */
export const isStatic = (value: ConfigValue): boolean => !isRuntime(value);

/** The plain value (symbolic references as their text); undefined when the root config, or a secret, has a say in it. */
export function toLiteral(value: ConfigValue): JsonValue | undefined {
  if (value.kind === 'literal') return holdsReference(value.value) ? undefined : value.value;
  if (isRuntime(value)) return undefined;
  const holes: Holes = new Map();
  const plain = forValidation(toSkeleton(value, holes), holes);
  return holdsReference(plain) ? undefined : plain;
}

/** Every path of the root config that the value needs, sorted; symbolic references need none. */
export function rootPaths(value: ConfigValue): readonly string[] {
  const found = new Set<string>();
  const visit = (part: ConfigValue): void => {
    if (part.kind === 'root') found.add(part.path);
    else if (part.kind === 'text') for (const piece of part.parts) typeof piece === 'object' && found.add(piece.root);
    else if (part.kind === 'object') Object.values(part.entries).forEach(visit);
    else if (part.kind === 'array') part.items.forEach(visit);
  };
  visit(value);
  return [...found].sort(compareText);
}
