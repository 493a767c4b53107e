/** Questions that no scenario of this folder has to hold: each is a scope as a policy might be shown it one day. */
import type { JsonObject, JsonValue } from '../../base/json.ts';
import type { Capability } from '../../ir/manifest.ts';

/** A body, and what the answer to it is held against. */
export interface Question {
  readonly body: string;
  readonly targets: ReadonlyMap<number, { readonly capability: Capability }>;
  readonly components: ReadonlySet<number>;
}

interface Wanted {
  /** Names of the components below the scope; every one provides to the next. */
  readonly names: readonly string[];
  readonly kinds?: readonly Capability['kind'][];
  readonly config?: JsonValue;
  /** Put into every object. */
  readonly extra?: JsonObject;
  readonly provide?: string;
  readonly slot?: string;
}

const kinds: readonly Capability['kind'][] = ['http', 'mcp', 'llm', 'a2a'];

export const emptyScope = (): Question => question({ names: [] });
export const smallScope = (extra: JsonObject = {}): Question =>
  question({ names: ['api', 'web', 'db', 'agent', 'model'], extra });
export const allKinds = (): Question =>
  question({ names: ['a', 'b', 'c', 'd', 'e', 'f'], kinds: ['http', 'mcp', 'llm', 'a2a', 'component', 'docker'] });
/** `edges` bindings, one import and one export more. */
export const hugeScope = (edges: number): Question =>
  question({ names: Array.from({ length: edges + 1 }, (_, index) => `c${index}`) });
export const strangeNames = (): Question =>
  question({
    names: [
      '__proto__',
      'constructor',
      'toString',
      'größe',
      '名前',
      '🙂',
      'a'.repeat(2_000),
      'with space',
      '<script>',
      '%00',
    ],
    provide: '__proto__',
    slot: 'hasOwnProperty',
    config: { ['__proto__']: { polluted: true }, constructor: { prototype: { polluted: true } } },
  });
export const deepConfig = (depth: number): Question => {
  let config: JsonValue = 'the end';
  for (let level = 0; level < depth; level++) config = level % 2 === 0 ? { deeper: config } : [config];
  return question({ names: ['api', 'web'], config: { deeper: config } });
};

function question({
  names,
  kinds: wanted = kinds,
  config = null,
  extra = {},
  provide = 'data',
  slot = 'from',
}: Wanted): Question {
  const capability = (index: number): Capability => ({ kind: wanted[index % wanted.length] ?? 'http', profile: null });
  const components = [
    root(names.length, extra),
    ...names.map((name, index) => component(name, index + 1, capability, { config, extra, provide, slot })),
  ];
  const from = (id: number): JsonObject => ({ Component: { component: id, name: provide } });
  const to = (id: number): JsonObject => ({ component: id, name: slot });
  const targets = new Map<number, { readonly capability: Capability }>();
  // Sparse, as ids are.
  const edge = (index: number, ends: JsonObject, number: number): JsonObject => {
    const id = number * 2 + 3;
    targets.set(id, { capability: capability(index) });
    return { ...extra, id, ...ends, capability: capability(index) as unknown as JsonObject };
  };
  const bindings = names.slice(1).map((_, index) => edge(index, { from: from(index + 1), to: to(index + 2) }, index));
  const imports = names.length > 0 ? [edge(0, { to: to(1) }, names.length)] : [];
  const exports = names.length > 0 ? [edge(names.length - 1, { from: from(names.length) }, names.length + 1)] : [];
  const scope = { ...extra, components, bindings, imports, exports };
  return {
    body: JSON.stringify({ ...extra, scope }),
    targets,
    components: new Set(components.keys()),
  };
}

const root = (children: number, extra: JsonObject): JsonObject => ({
  ...extra,
  ...blank,
  // Anything: a policy may refer to config of the scope, and nobody knows what it calls it.
  config_schema: { type: 'object' },
  id: 0,
  parent: null,
  moniker: '/',
  children: Array.from({ length: children }, (_, index) => index + 1),
});

const blank: JsonObject = {
  digest: 'sha256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=',
  config: null,
  config_schema: null,
  program: null,
  slots: {},
  provides: {},
  resources: {},
  metadata: null,
  child_templates: {},
};

function component(
  name: string,
  id: number,
  capability: (index: number) => Capability,
  { config, extra, provide, slot }: Required<Pick<Wanted, 'config' | 'extra' | 'provide' | 'slot'>>,
): JsonObject {
  return {
    ...extra,
    ...blank,
    id,
    parent: 0,
    moniker: `/${name}`,
    children: [],
    config,
    program: {
      ...extra,
      path: '/opt/acme/bin/program',
      args: ['--from', '${slots.from.url}'],
      network: { endpoints: [{ name: 'in', port: 9000, protocol: 'http' }] },
    },
    slots: own(slot, { ...extra, ...capability(Math.max(0, id - 2)), optional: false, multiple: false }),
    provides: own(provide, { ...extra, ...capability(id - 1), endpoint: 'in' }),
  };
}

/** Also of the name `__proto__`. */
const own = (name: string, value: JsonValue): JsonObject => Object.fromEntries([[name, value]]);

/** The same value with the keys of every object in another order. The nesting is that of a question of this file. */
export const shuffled = (body: string): string =>
  JSON.stringify(
    JSON.parse(body, (_, value: unknown) => {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
      return Object.fromEntries(Object.entries(value).reverse());
    }),
  );
