/** Random scenarios as manifests in memory: a tree at least four levels deep, edges of several kinds, exports, scopes in scopes. */
import fc from 'fast-check';

const kinds = ['http', 'a2a', 'mcp', 'llm'] as const;
export type Kind = (typeof kinds)[number];

export interface Rule {
  readonly kind: Kind;
  readonly where: readonly ('bindings' | 'imports' | 'exports')[];
  readonly times: number;
}

export interface RandomLeaf {
  readonly slots: readonly {
    readonly kind: Kind;
    readonly multiple: boolean;
    readonly pick: number;
    readonly weak: boolean;
  }[];
  readonly provides: readonly Kind[];
  /** A component without a program beside it, which takes something and exports its own slot. */
  readonly relay: { readonly pick: number; readonly weak: boolean } | null;
}

export interface RandomGroup {
  readonly leaves: readonly RandomLeaf[];
  /** Between the first leaf and the others, so that edges lead into them and out of them. */
  readonly groups: readonly RandomGroup[];
  /** How many of the provides inside of it are exported upwards. */
  readonly exported: number;
  readonly policies: readonly (readonly Rule[])[];
}

export interface RandomScenario {
  readonly groups: readonly RandomGroup[];
  readonly policies: readonly (readonly Rule[])[];
  readonly exported: number;
}

const kind = fc.constantFrom(...kinds);
const rule: fc.Arbitrary<Rule> = fc.record({
  kind,
  where: fc.subarray(['bindings', 'imports', 'exports'] as const, { minLength: 1 }),
  times: fc.integer({ min: 1, max: 2 }),
});
const policies = fc.array(fc.array(rule, { minLength: 1, maxLength: 2 }), { maxLength: 2 });
const leaf: fc.Arbitrary<RandomLeaf> = fc.record({
  slots: fc.array(fc.record({ kind, multiple: fc.boolean(), pick: fc.nat({ max: 50 }), weak: fc.boolean() }), {
    maxLength: 3,
  }),
  provides: fc.array(kind, { minLength: 1, maxLength: 3 }),
  relay: fc.option(fc.record({ pick: fc.nat({ max: 50 }), weak: fc.boolean() }), { freq: 3 }),
});
/** Groups in groups below the root; their leaves are one level deeper. */
const deepest = 3;
const groupAt = (level: number): fc.Arbitrary<RandomGroup> =>
  fc.record({
    leaves: fc.array(leaf, { minLength: 1, maxLength: level === 1 ? 3 : 2 }),
    groups:
      level === deepest
        ? fc.constant([])
        : fc.array(groupAt(level + 1), { minLength: 1, maxLength: level === 1 ? 2 : 1 }),
    exported: fc.integer({ min: 1, max: 3 }),
    policies,
  });
export const randomScenario: fc.Arbitrary<RandomScenario> = fc.record({
  groups: fc.array(groupAt(1), { minLength: 1, maxLength: 3 }),
  policies,
  exported: fc.integer({ min: 1, max: 4 }),
});

/** The same tree and edges, and nobody who governs them. */
export function withoutPolicies<T extends RandomScenario | RandomGroup>(scenario: T): T {
  return { ...scenario, policies: [], groups: scenario.groups.map((group) => withoutPolicies(group)) };
}

/** Of all groups, at every level. */
export const allLeaves = ({ groups }: { readonly groups: readonly RandomGroup[] }): readonly RandomLeaf[] =>
  groups.flatMap((group) => [...group.leaves, ...allLeaves(group)]);

interface Offer {
  readonly from: string;
  readonly kind: Kind;
}

/** From a slot of a group to what stands beside it. */
interface Bound {
  readonly to: string;
  readonly from: string;
}

const kindOf = (offers: readonly Offer[], from: string): Kind =>
  (offers.find((offer) => offer.from === from) as Offer).kind;

/** Manifest texts by file name, root first. A slot only binds to what stands before its component, so there is no circle. */
export function toFiles(scenario: RandomScenario): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  const components: Record<string, string> = {};
  const bindings: object[] = [];
  const offers: Offer[] = [];
  for (const [g, group] of scenario.groups.entries()) {
    const name = `g${g}`;
    const built = buildGroup(name, name, group, offers, files);
    components[name] = `./${name}.json5`;
    bindings.push(...built.bindings);
    offers.push(...built.offers);
  }
  const exports = Object.fromEntries(offers.slice(0, scenario.exported).map((offer, i) => [`x${i}`, offer.from]));
  const root = { manifest_version: '0.4.0', components, bindings, exports, ...governance('r', scenario.policies) };
  for (const index of scenario.policies.keys()) files.set(`r-p${index}.json5`, JSON.stringify(policyManifest));
  return new Map([['scenario.json5', JSON.stringify(root)], ...files]);
}

/** `name` is of its component, `path` begins the names of its files. */
function buildGroup(
  name: string,
  path: string,
  group: RandomGroup,
  outer: readonly Offer[],
  files: Map<string, string>,
): { readonly bindings: readonly Bound[]; readonly offers: readonly Offer[] } {
  const components: Record<string, string> = {};
  const slots: Record<string, object> = {};
  const bindings: object[] = [];
  const outerBindings: Bound[] = [];
  const inner: Offer[] = [];
  const choicesFor = (wanted?: Kind): readonly Offer[] =>
    [...inner, ...outer.map((offer, i) => ({ ...offer, from: `outer ${i}` }))].filter(
      (o) => wanted === undefined || o.kind === wanted,
    );
  const connect = (to: string, chosen: Offer, weak: boolean): void => {
    if (!chosen.from.startsWith('outer ')) {
      bindings.push({ to, from: chosen.from, weak });
      return;
    }
    const relay = `in${Object.keys(slots).length}`;
    slots[relay] = { kind: chosen.kind };
    bindings.push({ to, from: `slots.${relay}`, weak });
    outerBindings.push({ to: `#${name}.${relay}`, from: (outer[Number(chosen.from.slice(6))] as Offer).from });
  };
  const addLeaf = (l: number, leaf: RandomLeaf): void => {
    const child = `l${l}`;
    components[child] = `./${path}-${child}.json5`;
    const declared: Record<string, object> = {};
    for (const [s, slot] of leaf.slots.entries()) {
      const choices = choicesFor(slot.kind);
      const chosen = choices[slot.pick % Math.max(1, choices.length)];
      if (!chosen) continue;
      declared[`s${s}`] = { kind: slot.kind, ...(slot.multiple ? { multiple: true } : {}) };
      connect(`#${child}.s${s}`, chosen, slot.weak);
    }
    files.set(`${path}-${child}.json5`, JSON.stringify(leafManifest(declared, leaf.provides)));
    for (const [p, provided] of leaf.provides.entries()) inner.push({ from: `#${child}.p${p}`, kind: provided });
    if (!leaf.relay) return;
    const choices = choicesFor();
    const chosen = choices[leaf.relay.pick % choices.length] as Offer;
    const relay = `t${l}`;
    components[relay] = `./${path}-${relay}.json5`;
    files.set(`${path}-${relay}.json5`, JSON.stringify(relayManifest(chosen.kind)));
    connect(`#${relay}.in`, chosen, leaf.relay.weak);
    // The first that the group exports.
    inner.unshift({ from: `#${relay}.out`, kind: chosen.kind });
  };
  const addGroup = (g: number, nested: RandomGroup): void => {
    const child = `g${g}`;
    const choices = choicesFor();
    // What the nested group takes from outside is a slot of its own here, bound like that of any other child.
    const built = buildGroup(child, `${path}-${child}`, nested, choices, files);
    components[child] = `./${path}-${child}.json5`;
    for (const { to, from } of built.bindings) connect(to, { from, kind: kindOf(choices, from) }, false);
    inner.unshift(...built.offers);
  };
  for (const [l, leaf] of group.leaves.slice(0, 1).entries()) addLeaf(l, leaf);
  for (const [g, nested] of group.groups.entries()) addGroup(g, nested);
  for (const [l, leaf] of group.leaves.slice(1).entries()) addLeaf(l + 1, leaf);
  const exported = inner.slice(0, group.exported);
  const exports = Object.fromEntries(exported.map((offer, i) => [`o${i}`, offer.from]));
  const manifest = {
    manifest_version: '0.4.0',
    components,
    slots,
    bindings,
    exports,
    ...governance(path, group.policies),
  };
  files.set(`${path}.json5`, JSON.stringify(manifest));
  for (const index of group.policies.keys()) files.set(`${path}-p${index}.json5`, JSON.stringify(policyManifest));
  return {
    bindings: outerBindings,
    offers: exported.map((offer, i) => ({ from: `#${name}.o${i}`, kind: offer.kind })),
  };
}

function leafManifest(slots: Record<string, object>, provides: readonly Kind[]): object {
  return {
    manifest_version: '0.4.0',
    program: {
      path: '/bin/true',
      network: { endpoints: provides.map((_, p) => ({ name: `e${p}`, port: 9000 + p })) },
    },
    slots,
    provides: Object.fromEntries(provides.map((provided, p) => [`p${p}`, { kind: provided, endpoint: `e${p}` }])),
    exports: Object.fromEntries(provides.map((_, p) => [`p${p}`, `provides.p${p}`])),
  };
}

const relayManifest = (kind: Kind): object => ({
  manifest_version: '0.4.0',
  slots: { in: { kind } },
  exports: { out: 'slots.in' },
});

const governance = (prefix: string, list: readonly (readonly Rule[])[]): object =>
  list.length === 0
    ? {}
    : {
        use: Object.fromEntries(list.map((_, i) => [`p${i}`, `./${prefix}-p${i}.json5`])),
        overlays: list.map((_, i) => `#p${i}.apply`),
      };

const policyManifest = {
  manifest_version: '0.4.0',
  program: { path: '/bin/true', network: { endpoints: [{ name: 'api', port: 8000 }] } },
  provides: { apply: { kind: 'http', profile: 'overlay', endpoint: 'api' } },
  exports: { apply: 'provides.apply' },
};

/** `display` is `/g0/g1/p1 (#p1.apply)` or `/p0 (#p0.apply)`. */
export function rulesOf(scenario: RandomScenario, display: string): readonly Rule[] {
  const [, path = '', index] = /^((?:\/g\d+)*)\/p(\d+) /.exec(display) ?? [];
  return policiesOf(scenario, path || '/')[Number(index)] ?? [];
}

/** Of the scope with this moniker, in the order of its list. */
export function policiesOf(scenario: RandomScenario, scope: string): readonly (readonly Rule[])[] {
  let at: RandomScenario | RandomGroup | undefined = scenario;
  for (const name of scope.split('/').filter(Boolean)) at = at?.groups[Number(name.slice(1))];
  return at?.policies ?? [];
}

interface WireEdge {
  readonly id: number;
  readonly capability: { readonly kind: string; readonly profile: string | null };
}

/** What a policy with these rules answers: identity interposers on every edge of the kinds it looks for. */
export function answerOf(rules: readonly Rule[], body: string): string {
  const scope = (JSON.parse(body) as { scope: Record<'bindings' | 'imports' | 'exports', readonly WireEdge[]> }).scope;
  const interpositions: object[] = [];
  for (const rule of rules) {
    for (const where of rule.where) {
      for (const edge of scope[where].filter((e) => e.capability.kind === rule.kind)) {
        for (let n = 0; n < rule.times; n++) interpositions.push(identity(edge));
      }
    }
  }
  return JSON.stringify({ interpositions });
}

const identity = (edge: WireEdge): object => ({
  interposer: {
    program: { path: '/bin/true', args: ['${slots.up.url}'], network: { endpoints: [{ name: 'down', port: 20_000 }] } },
    slots: { up: edge.capability },
    provides: { down: { ...edge.capability, endpoint: 'down' } },
  },
  attachments: [{ target: edge.id, interposer_slot: 'up', interposer_provide: 'down' }],
});
