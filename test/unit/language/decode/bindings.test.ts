import { describe, expect, test } from 'vitest';
import { canonical, decoded, faults } from './harness.ts';

const one = (binding: string): readonly string[] => faults(`bindings: [${binding}]`);

describe('bindings', () => {
  test('both forms say the same', () => {
    const dotted = '{ to: "#a.s", from: "slots.x", weak: true }';
    const explicit = '{ to: "#a", slot: "s", from: "slots", capability: "x", weak: true }';
    expect(canonical(`bindings: [${dotted}]`, 'bindings')).toEqual(canonical(`bindings: [${explicit}]`, 'bindings'));
  });

  test.each([
    ['slots.x', { kind: 'slot', name: 'x' }],
    ['provides.x', { kind: 'provide', name: 'x' }],
    ['resources.x', { kind: 'resource', name: 'x' }],
    ['framework.x', { kind: 'framework', name: 'x' }],
    ['#b.x', { kind: 'child', child: 'b', export: 'x' }],
    ['self.up', { kind: 'slot', name: 'up' }],
    ['self.api', { kind: 'provide', name: 'api' }],
    ['self.both', { kind: 'slot', name: 'both' }],
    ['self.none', { kind: 'slot', name: 'none' }],
  ])('from %s', (from, source) => {
    const own =
      'slots: { up: { kind: "http" }, both: { kind: "http" } }, provides: { api: { kind: "http" }, both: { kind: "http" } },';
    const [binding] = decoded(`${own} bindings: [{ to: "#a.s", from: "${from}" }]`).bindings;
    expect(binding?.source).toEqual(source);
    expect(binding?.legacySelf).toBe(from.startsWith('self.'));
  });

  test('null is as good as no slot and no capability', () =>
    expect(one('{ to: "#a.s", from: "slots.x", slot: null, capability: null }')).toEqual([]));

  test.each([
    ['{ to: "#a.s" }', 'missing-field @ { to: "#a.s" }: `bindings[0]`: missing field `from`'],
    ['{ to: "#a.s", from: "slots.x", weakk: true }', 'unknown-field @ weakk: `bindings[0]`: unknown field `weakk`'],
    [
      '{ to: "#a.s", from: "slots.x", weak: "yes" }',
      'wrong-type @ "yes": `bindings[0].weak`: expected a boolean, found a string',
    ],
    [
      '{ to: "green.llm", from: "slots.x" }',
      'invalid-value @ "green.llm": `bindings[0]`: invalid binding target `green.llm`',
    ],
    [
      '{ to: "slots.s", from: "slots.x" }',
      'invalid-value @ "slots.s": `bindings[0]`: `slots.s` cannot be the target of a binding',
    ],
    [
      '{ to: "self.s", from: "slots.x" }',
      'binding-target-self @ "self.s": `bindings[0]`: a component cannot bind its own slots',
    ],
    ['{ to: "#a", from: "slots.x" }', 'invalid-value @ "#a": `bindings[0]`: `#a` names no slot'],
    ['{ to: "#a.s.t", from: "slots.x" }', 'invalid-value @ "#a.s.t": `bindings[0]`: `#a.s.t`: slot names hold no dots'],
    ['{ to: "#a.s", from: "x" }', 'invalid-value @ "x": `bindings[0]`: `x` is not a binding source'],
    ['{ to: "#a.s", from: "foo.x" }', 'invalid-value @ "foo.x": `bindings[0]`: `foo.x` is not a binding source'],
    [
      '{ to: "#a.s", from: "slots.x.y" }',
      'invalid-value @ "slots.x.y": `bindings[0]`: `slots.x.y`: names hold no dots',
    ],
    [
      '{ to: "#a", slot: "s.t", from: "slots", capability: "x" }',
      'invalid-value @ "s.t": `bindings[0]`: `s.t` is not the name of a slot',
    ],
    [
      '{ to: "#a", slot: "s", from: "slots", capability: "x.y" }',
      'invalid-value @ "x.y": `bindings[0]`: `x.y` is not the name of a capability',
    ],
    [
      '{ to: "#a", slot: "s", from: "slots" }',
      'missing-field @ "s": `bindings[0]`: the binding has `slot` but is missing `capability`',
    ],
    [
      '{ to: "#a", from: "slots", capability: "x" }',
      'missing-field @ "x": `bindings[0]`: the binding has `capability` but is missing `slot`',
    ],
    [
      '{ to: "#a", slot: "", from: "slots", capability: "x" }',
      'invalid-value @ "": `bindings[0]`: `` is not the name of a slot',
    ],
    ['null', 'wrong-type @ null: `bindings[0]`: expected an object, found null'],
  ])('%s', (binding, fault) => expect(one(binding)).toEqual([fault]));

  test('every dotted value of a mixed binding is marked', () =>
    expect(one('{ to: "#a.s", slot: "s", from: "slots.x", capability: "x" }').map((f) => f.split(':')[0])).toEqual([
      'mixed-binding-form @ "#a.s"',
      'mixed-binding-form @ "slots.x"',
    ]));

  test('both ends are read', () => expect(one('{ to: "a", from: "b" }')).toHaveLength(2));
});

describe('exports', () => {
  const own =
    'slots: { up: { kind: "http" }, both: { kind: "http" } }, provides: { api: { kind: "http" }, both: { kind: "http" } },';
  test.each([
    ['provides.api', 'provides.api'],
    ['slots.up', 'slots.up'],
    ['#c.e', '#c.e'],
    ['api', 'provides.api'],
    ['up', 'slots.up'],
    ['both', 'provides.both'],
    ['self.up', 'slots.up'],
    ['self.both', 'provides.both'],
    ['#q', 'provides.#q'],
  ])('%s', (text, target) => expect(canonical(`${own} exports: { e: "${text}" }`, 'exports')).toEqual({ e: target }));

  test.each(['resources.r', 'framework.docker', 'a.b.c', '#c.', 'provides.', ''])('%s is none', (text) =>
    expect(faults(`exports: { e: "${text}" }`)).toEqual([
      `invalid-value @ "${text}": \`exports.e\`: \`${text}\` cannot be exported`,
    ]),
  );

  test('only `self.` is the old spelling', () =>
    expect(decoded('exports: { a: "self.x", b: "x" }').exports.map((e) => e.legacySelf)).toEqual([true, false]));
});
