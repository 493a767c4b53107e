/** Random scenarios as manifests in memory: a tree of components, edges of several kinds, exports, scopes with policies. */
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
  /** How many of the group's leaves' provides are exported upwards. */
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
const group: fc.Arbitrary<RandomGroup> = fc.record({
  leaves: fc.array(leaf, { minLength: 1, maxLength: 4 }),
  exported: fc.integer({ min: 1, max: 3 }),
  policies,
});
export const randomScenario: fc.Arbitrary<RandomScenario> = fc.record({
  groups: fc.array(group, { minLength: 1, maxLength: 4 }),
  policies,
  exported: fc.integer({ min: 1, max: 4 }),
});

interface Offer {
  readonly from: string;
  readonly kind: Kind;
}

/** Manifest texts by file name, root first. A slot only binds to what stands before its component, so there is no circle. */
export function toFiles(scenario: RandomScenario): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  const components: Record<string, string> = {};
  const bindings: object[] = [];
  const offers: Offer[] = [];
  for (const [g, group] of scenario.groups.entries()) {
    const name = `g${g}`;
    const built = buildGroup(name, group, offers, files);
    components[name] = `./${name}.json5`;
    bindings.push(...built.bindings);
    offers.push(...built.offers);
  }
  const exports = Object.fromEntries(offers.slice(0, scenario.exported).map((offer, i) => [`x${i}`, offer.from]));
  const root = { manifest_version: '0.4.0', components, bindings, exports, ...governance('r', scenario.policies) };
  for (const index of scenario.policies.keys()) files.set(`r-p${index}.json5`, JSON.stringify(policyManifest));
  return new Map([['scenario.json5', JSON.stringify(root)], ...files]);
}

function buildGroup(
  name: string,
  group: RandomGroup,
  outer: readonly Offer[],
  files: Map<string, string>,
): { readonly bindings: object[]; readonly offers: Offer[] } {
  const components: Record<string, string> = {};
  const slots: Record<string, object> = {};
  const bindings: object[] = [];
  const outerBindings: object[] = [];
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
    outerBindings.push({ to: `#${name}.${relay}`, from: outer[Number(chosen.from.slice(6))]?.from });
  };
  for (const [l, leaf] of group.leaves.entries()) {
    const child = `l${l}`;
    components[child] = `./${name}-${child}.json5`;
    const declared: Record<string, object> = {};
    for (const [s, slot] of leaf.slots.entries()) {
      const choices = choicesFor(slot.kind);
      const chosen = choices[slot.pick % Math.max(1, choices.length)];
      if (!chosen) continue;
      declared[`s${s}`] = { kind: slot.kind, ...(slot.multiple ? { multiple: true } : {}) };
      connect(`#${child}.s${s}`, chosen, slot.weak);
    }
    files.set(`${name}-${child}.json5`, JSON.stringify(leafManifest(declared, leaf.provides)));
    for (const [p, provided] of leaf.provides.entries()) inner.push({ from: `#${child}.p${p}`, kind: provided });
    if (!leaf.relay) continue;
    const choices = choicesFor();
    const chosen = choices[leaf.relay.pick % choices.length] as Offer;
    const relay = `t${l}`;
    components[relay] = `./${name}-${relay}.json5`;
    files.set(`${name}-${relay}.json5`, JSON.stringify(relayManifest(chosen.kind)));
    connect(`#${relay}.in`, chosen, leaf.relay.weak);
    // The first that the group exports.
    inner.unshift({ from: `#${relay}.out`, kind: chosen.kind });
  }
  const exported = inner.slice(0, group.exported);
  const exports = Object.fromEntries(exported.map((offer, i) => [`o${i}`, offer.from]));
  const manifest = {
    manifest_version: '0.4.0',
    components,
    slots,
    bindings,
    exports,
    ...governance(name, group.policies),
  };
  files.set(`${name}.json5`, JSON.stringify(manifest));
  for (const index of group.policies.keys()) files.set(`${name}-p${index}.json5`, JSON.stringify(policyManifest));
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

/** `display` is `/g0/p1 (#p1.apply)` or `/p0 (#p0.apply)`. */
export function rulesOf(scenario: RandomScenario, display: string): readonly Rule[] {
  const [, group, index] = /^(?:\/g(\d+))?\/p(\d+) /.exec(display) ?? [];
  const lists = group === undefined ? scenario.policies : scenario.groups[Number(group)]?.policies;
  return lists?.[Number(index)] ?? [];
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
