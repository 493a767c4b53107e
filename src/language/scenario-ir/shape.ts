/** What each part of a scenario IR looks like. Fields that are not named here are passed over, as the reference does. */
import { isObject, type JsonObject, type JsonValue } from '../../base/json.ts';
import { capabilityKinds } from '../decode/declarations.ts';
import { validateValue } from '../schema/validate.ts';
import type { Pointer } from '../syntax/pointer.ts';
import type { Fail } from './report.ts';

const text: JsonObject = { type: 'string' };
const textOrNull: JsonObject = { type: ['string', 'null'] };
const flag: JsonObject = { type: 'boolean' };
const id: JsonObject = { type: 'integer', minimum: 0 };
const texts: JsonObject = { type: 'array', items: text };
const objects: JsonObject = { type: 'array', items: { type: 'object' } };

const map = (items: JsonObject): JsonObject => ({ type: 'object', additionalProperties: items });
const shape = (required: Readonly<Record<string, JsonObject>>, optional: Readonly<Record<string, JsonObject>> = {}) =>
  ({ type: 'object', properties: { ...required, ...optional }, required: Object.keys(required) }) as JsonObject;

const capability = { kind: { enum: [...capabilityKinds] } };
const digest: JsonObject = { type: 'string', pattern: '^sha256:[A-Za-z0-9+/]{43}=$' };
const params = shape({}, { size: textOrNull, retention: textOrNull, sharing: textOrNull });

const component = shape(
  { id, moniker: { type: 'string', pattern: '^/' }, children: { type: 'array', items: id }, digest },
  {
    parent: { type: ['integer', 'null'] },
    resolved_url: text,
    config: { type: ['object', 'null'] },
    config_schema: { type: ['object', 'null'] },
    program: { type: ['object', 'null'] },
    slots: map(shape(capability, { profile: textOrNull, optional: flag, multiple: flag })),
    provides: map(shape(capability, { profile: textOrNull, endpoint: textOrNull })),
    resources: map(shape({ kind: { const: 'storage' } }, { params })),
    exports: map(shape({ target: { enum: ['self_provide', 'self_slot', 'child_export'] } })),
    child_templates: map(
      shape({}, { manifests: texts, visible_exports: texts, possible_backends: texts, limits: { type: 'object' } }),
    ),
  },
);

const place = (name: string): JsonObject => shape({ component: id, [name]: text });

const document = shape(
  {
    root: id,
    components: { type: 'array', items: component },
    bindings: {
      type: 'array',
      items: shape({ from: shape({ kind: text }), to: place('slot'), weak: flag }),
    },
    exports: {
      type: 'array',
      items: shape({ name: text, capability: shape(capability, { profile: textOrNull }), from: place('provide') }),
    },
  },
  { manifest_catalog: map(shape({ source_ref: text, digest, manifest: { type: 'object' } })) },
);

/** What stands beside the key that says which kind it is. */
const sources: Readonly<Record<string, JsonObject>> = {
  component: place('provide'),
  resource: place('resource'),
  framework: shape({ authority_realm: id, capability: { enum: ['component', 'docker', 'kvm'] } }),
  external: shape({ slot: place('slot') }),
};
const targets: Readonly<Record<string, JsonObject>> = {
  self_provide: shape({ provide: text }),
  self_slot: shape({ slot: text }),
  child_export: shape({ child: text, export: text }),
};
const mountPath: JsonObject = { type: 'string', pattern: '^/' };
const mounts: Readonly<Record<string, JsonObject>> = {
  file: shape(
    { path: objects, source: shape({ kind: { const: 'config' }, path: objects }) },
    { when: { type: 'object' }, each: { type: 'object' } },
  ),
  slot: shape({ path: mountPath, slot: text }),
  resource: shape({ path: mountPath, resource: text }),
  framework: shape({ path: mountPath, capability: { enum: ['component', 'docker', 'kvm'] } }),
};

const endpoint = shape({
  name: text,
  port: { type: 'integer', minimum: 0, maximum: 65_535 },
  protocol: { enum: ['http', 'https', 'tcp'] },
});
const network: JsonObject = {
  ...shape({ endpoints: { type: 'array', items: endpoint } }),
  type: ['object', 'null'],
};
const around = { env: { type: 'object' }, network, mounts: objects };
const programs: Readonly<Record<string, JsonObject>> = {
  path: shape({ path: text, args: { type: 'array' } }, around),
  image: shape({ image: text, entrypoint: { type: 'array' } }, around),
  vm: shape({
    vm: shape({ image: text, mounts: objects }, { network, egress: { enum: ['none', 'optional'] } }),
  }),
};

/** Undefined after telling what is wrong. */
export function shapedDocument(value: JsonValue, fail: Fail): JsonObject | undefined {
  let faults = 0;
  const tell: Fail = (pointer, message) => {
    faults++;
    fail(pointer, message);
  };
  const fits = (schema: JsonObject, part: JsonValue, at: Pointer): boolean => {
    const problems = validateValue(schema, part);
    for (const { pointer, message } of problems) tell([...at, ...pointer], message);
    return problems.length === 0;
  };
  const fitsOne = (
    forms: Readonly<Record<string, JsonObject>>,
    kind: JsonValue | undefined,
    part: JsonValue,
    at: Pointer,
  ) => {
    const form = Object.hasOwn(forms, String(kind)) ? forms[String(kind)] : undefined;
    if (form) fits(form, part, at);
    else tell(at, `must be one of ${Object.keys(forms).join(', ')}`);
  };
  if (!fits(document, value, [])) return undefined;
  const whole = value as unknown as ShapedDocument;
  for (const [i, { from }] of whole.bindings.entries()) fitsOne(sources, from['kind'], from, ['bindings', i, 'from']);
  for (const [i, one] of whole.components.entries()) {
    for (const [name, target] of Object.entries(one.exports ?? {}))
      fitsOne(targets, target['target'], target, ['components', i, 'exports', name]);
    if (one.program) programShape(one.program, ['components', i, 'program'], { fitsOne, tell });
  }
  return faults === 0 ? (value as JsonObject) : undefined;
}

interface ShapedDocument {
  readonly components: readonly {
    readonly exports?: Readonly<Record<string, JsonObject>>;
    readonly program?: JsonObject | null;
  }[];
  readonly bindings: readonly { readonly from: JsonObject }[];
}

interface Checks {
  readonly fitsOne: (
    forms: Readonly<Record<string, JsonObject>>,
    kind: JsonValue | undefined,
    part: JsonValue,
    at: Pointer,
  ) => void;
  readonly tell: Fail;
}

function programShape(program: JsonObject, at: Pointer, { fitsOne, tell }: Checks): void {
  const kinds = Object.keys(programs).filter((kind) => Object.hasOwn(program, kind));
  if (kinds.length !== 1) {
    tell(at, 'a program has exactly one of `path`, `image` and `vm`');
    return;
  }
  fitsOne(programs, kinds[0], program, at);
  const inner = isObject(program['vm']) ? program['vm'] : program;
  const where = inner === program ? at : [...at, 'vm'];
  const list = inner['mounts'];
  if (!Array.isArray(list)) return;
  for (const [i, mount] of (list as readonly JsonValue[]).entries())
    if (isObject(mount)) fitsOne(mounts, mount['kind'], mount, [...where, 'mounts', i]);
}
