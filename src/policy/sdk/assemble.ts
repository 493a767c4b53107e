/** A decision → the answer as it goes over the wire. */
import { type JsonObject, type JsonValue, setKey } from '../../base/json.ts';
import type { PolicyAnswer } from '../../ir/answer-schema.ts';
import type { EnvValue, Finding, InterposerProgram, InterposerSpec, Placed, Placement } from './decision-types.ts';
import { PolicyError } from './error.ts';
import { defaultPort, defaultProvide, defaultSlot, type PlacedInterposer } from './interposer.ts';
import { schemaAt } from './scope.ts';
import type { Edge, Scope, Selection } from './scope-types.ts';

/** @throws PolicyError (`decision`) for what is neither made by `interposer(…).on(…)` nor by `finding(…)`. */
export function assemble(decision: unknown, scope: Scope, empty: readonly Selection[]): PolicyAnswer {
  const counts = new Map<InterposerSpec, number>();
  const interpositions: JsonObject[] = [];
  const findings: JsonObject[] = [];
  const leftAlone = new Map<InterposerSpec, Edge[]>();
  const open: unknown[] = [decision];
  while (open.length > 0) {
    const item = open.pop();
    if (item === undefined) continue;
    if (Array.isArray(item)) open.push(...(item as readonly unknown[]).slice().reverse());
    else if (isFinding(item)) findings.push(wireFinding(item));
    else if (isPlaced(item) && !speaksAlike(item)) {
      leftAlone.set(item.builder, [...(leftAlone.get(item.builder) ?? []), item.edge]);
    } else if (isPlaced(item)) {
      const index = counts.get(item.builder) ?? 0;
      counts.set(item.builder, index + 1);
      interpositions.push(wireInterposition(item.builder, item.edge, index, scope));
    } else throw new PolicyError('decision', `a decision is made of interpositions and findings; ${wrong(item)}`);
  }
  for (const [spec, edges] of leftAlone) findings.push(otherProtocol(spec, edges, counts.get(spec) ?? 0));
  for (const selection of empty) findings.push(emptySelection(selection, scope.edges.length));
  return { interpositions, ...(findings.length === 0 ? {} : { findings }) } as unknown as PolicyAnswer;
}

const isFinding = (item: unknown): item is Finding => (item as { type?: unknown } | null)?.type === 'finding';
const isPlaced = (item: unknown): item is PlacedInterposer =>
  (item as { type?: unknown } | null)?.type === 'interposition' && 'builder' in (item as object);

function wrong(item: unknown): string {
  if (item instanceof Promise) return '`decide` returned a promise: it must not be async';
  if (typeof item === 'object' && item !== null && 'on' in item)
    return 'this is an interposer that was put on nothing: call `.on(…)`';
  return `\`decide\` returned ${item === null ? 'null' : typeof item === 'object' ? 'another object' : `a ${typeof item}`}`;
}

const wireFinding = ({ severity, message, edge, component, code }: Finding): JsonObject => ({
  severity,
  message,
  ...(edge === undefined ? {} : { edge }),
  ...(component === undefined ? {} : { component }),
  ...(code === undefined ? {} : { code }),
});

/** HTTP with and without TLS are one language: the URL says which it is. What is not known is taken to be right. */
const speaksAlike = ({ edge, builder: { protocol = 'http' } }: PlacedInterposer): boolean =>
  edge.protocol === null || (edge.protocol === 'tcp') === (protocol === 'tcp');

function otherProtocol({ protocol = 'http' }: InterposerSpec, edges: readonly Edge[], placed: number): JsonObject {
  const [first, second] = edges;
  const all = edges.length + placed;
  const [speaks, were] = second ? ['speak', 'were'] : ['speaks', 'was'];
  const spoken = first?.protocol === 'tcp' ? 'plain TCP' : 'HTTP';
  const named = edges.slice(0, maxNamed).map(({ label }) => `\`${label}\``);
  const more = edges.length > maxNamed ? [`and ${edges.length - maxNamed} more`] : [];
  return {
    severity: 'warning',
    message: `${edges.length} of ${all} edges ${speaks} ${spoken} and ${were} left alone: the interposer speaks ${protocol} (${[...named, ...more].join(', ')})`,
    ...(first && !second ? { edge: first.id } : {}),
    code: 'other-protocol',
  };
}

const maxNamed = 5;

const emptySelection = ({ name }: Selection, edges: number): JsonObject => ({
  severity: 'warning',
  message: `the selection \`${name}\` matched none of the ${edges} edges of the scope`,
  code: 'empty-selection',
});

function wireInterposition(spec: InterposerSpec, edge: Edge, index: number, scope: Scope): JsonObject {
  const { slot = defaultSlot, provide = defaultProvide } = spec;
  const port = (spec.port ?? defaultPort) + (spec.samePort ? 0 : index);
  if (port > 65_535)
    throw new PolicyError('interposer', `there is no port for copy ${index} of an interposer: ${port} is none`);
  const placement: Placement = { edge, index, port };
  const at = <T>(value: Placed<T>): T =>
    typeof value === 'function' ? (value as (placement: Placement) => T)(placement) : value;
  const config = spec.config === undefined ? undefined : at(spec.config);
  const configSchema = spec.configSchema ?? (config && schemaOf(config, scope));
  const capability: JsonObject = { kind: edge.kind, profile: edge.profile };
  return {
    interposer: {
      program: wireProgram(at(spec.program), spec, port),
      ...(config === undefined ? {} : { config }),
      ...(configSchema === undefined ? {} : { config_schema: configSchema }),
      slots: { [slot]: capability },
      provides: { [provide]: { ...capability, endpoint: provide } },
      ...(spec.metadata === undefined ? {} : { metadata: at(spec.metadata) }),
    },
    attachments: [{ target: edge.id, interposer_slot: slot, interposer_provide: provide }],
    ...(spec.reason === undefined ? {} : { reason: at(spec.reason) }),
  };
}

function wireProgram(program: InterposerProgram, spec: InterposerSpec, port: number): JsonObject {
  const { slot = defaultSlot, provide = defaultProvide, protocol = 'http' } = spec;
  const { env = {}, mounts = [], endpoints = [] } = program;
  const given: Readonly<Record<string, EnvValue>> = {
    PORT: String(port),
    UPSTREAM_URL: `\${slots.${slot}.url}`,
    ...env,
  };
  if (endpoints.some(({ name }) => name === provide)) {
    throw new PolicyError(
      'interposer',
      `the endpoint \`${provide}\` is declared already: it is the port of the interposer`,
    );
  }
  const command =
    'image' in program
      ? { image: program.image, entrypoint: program.entrypoint ?? [] }
      : { path: program.path, args: program.args ?? [] };
  return {
    ...command,
    env: given as unknown as JsonObject,
    network: {
      endpoints: [{ name: provide, port, protocol }, ...endpoints.map((e) => ({ protocol: 'http', ...e }))],
    },
    ...(mounts.length === 0 ? {} : { mounts }),
  } as unknown as JsonObject;
}

/** What a config that is written out says of its own shape. */
function schemaOf(config: JsonObject, scope: Scope): JsonObject {
  const properties: Record<string, JsonValue> = {};
  for (const [key, value] of Object.entries(config)) setKey(properties, key, schemaOfValue(value, scope));
  return { type: 'object', properties, required: Object.keys(config) };
}

function schemaOfValue(value: JsonValue, scope: Scope): JsonObject {
  if (value === null) return {};
  if (Array.isArray(value)) return { type: 'array' };
  if (typeof value !== 'string') return { type: typeof value };
  const path = /^\$\{config(?:\.([^{}]*))?\}$/.exec(value);
  if (!path) return { type: 'string' };
  const schema = scope.root?.configSchema;
  const found = (schema && schemaAt(schema, path[1] ?? '')) ?? {};
  return JSON.stringify(found).includes('"$ref"') ? {} : found;
}
