import { describe, expect, test } from 'vitest';
import { lints, serving } from '../../3-check/harness.ts';

describe('unused programs, slots and provides', () => {
  const slot = 'slots: { s: { kind: "http" }, o: { kind: "http", optional: true } },';
  test('a program nobody can reach', () => {
    const body = 'program: { path: "./x", network: { endpoints: [{ name: "http", port: 80 }] } },';
    expect(lints(body)).toEqual(['unused-program @ program']);
    expect(lints(body, { feedsProgramFromOutside: true })).toEqual([]);
    expect(lints(body, { feedsProgramFromOutside: true, linked: false })).toEqual(['unused-program @ program']);
  });
  test('the program of the root that serves nothing is there for what it does', () => {
    const worker = 'program: { path: "./x" },';
    expect(lints(worker)).toEqual([]);
    expect(lints(worker, { linked: false })).toEqual([]);
    expect(lints(worker, { isRoot: false })).toEqual(['unused-program @ program']);
  });
  test('a program that runs as a task is used', () => {
    const body = 'program: { path: "./x", network: { endpoints: [{ name: "http", port: 80 }] } },';
    expect(lints(body, { isTask: true })).toEqual([]);
    expect(lints(body, { isTask: true, isRoot: false, linked: false })).toEqual([]);
  });
  test('required slots only, and what linking knows', () => {
    expect(lints(slot)).toEqual(['unused-slot @ s']);
    expect(lints(slot, { weaklyFedSlots: new Set(['s']) })).toEqual([]);
    expect(lints(slot, { weaklyFedSlots: new Set(['other']) })).toEqual(['unused-slot @ s']);
    expect(lints(slot, { weaklyFedSlots: new Set(['s']), linked: false })).toEqual(['unused-slot @ s']);
  });
  test('a slot of a root with a program is an input from outside, whether the program reads it or not', () => {
    const body = `${slot} ${serving()}`;
    expect(lints(body)).toEqual([]);
    expect(lints(body, { isRoot: false })).toEqual(['unused-slot @ s']);
  });
  test('slots beside child templates are kept for the children to come', () => {
    const body =
      'slots: { realm: { kind: "component" }, s: { kind: "http" } }, child_templates: { w: { manifest: "./w.json5" } },';
    expect(lints(body, { isRoot: false })).toEqual([]);
    expect(lints(body, { isRoot: false, linked: false })).toEqual([]);
  });
  test.each([
    'args: ["${slots.s.url}"],',
    'args: ["${slots}"],',
    'args: [{ when: "slots.s.url", arg: "x" }],',
    'args: [{ each: "slots.s", arg: "x" }],',
    'env: { S: "${slots.s}" },',
    'env: { S: { each: "slots.s", value: "x", join: "," } },',
    'mounts: [{ path: "/m", from: "slots.s" }],',
    'mounts: [{ path: "/${slots.s.url}", from: "config" }],',
    'mounts: [{ path: "/m", from: "slots.${config.which}" }],',
  ])('use in a program: %s', (more) => {
    expect(lints(`${slot} ${serving(more)}`).filter((line) => line.startsWith('unused'))).toEqual([]);
  });
  test('other use of a slot', () => {
    expect(lints(`${slot} components: { c: "./c.json5" }, bindings: [{ to: "#c.s", from: "slots.s" }],`)).toEqual([]);
    expect(lints(`${slot} exports: { x: "slots.s" },`)).toEqual([]);
    expect(
      lints(
        'slots: { s: { kind: "component" } }, child_templates: { w: { manifest: "./w.json5", bindings: { x: "slots.s" } } },',
      ),
    ).toEqual([]);
  });
  test('a provide is used by a binding, an export or a child template', () => {
    const provides =
      'program: { path: "./x", network: { endpoints: [{ name: "http", port: 80 }] } }, provides: { a: { kind: "http", endpoint: "http" }, b: { kind: "http", endpoint: "http" } },';
    expect(lints(provides)).toEqual(['unused-program @ program', 'unused-provide @ a', 'unused-provide @ b']);
    expect(
      lints(`${provides} components: { c: "./c.json5" }, bindings: [{ to: "#c.s", from: "provides.a" }],`),
    ).toEqual(['unused-provide @ b']);
    expect(lints(`${provides} exports: { x: "b" },`)).toEqual(['unused-provide @ a']);
    expect(
      lints(
        `${provides} child_templates: { w: { manifest: "./w.json5", bindings: { x: "provides.a", y: "provides.b" } } },`,
      ),
    ).toEqual([]);
  });
});

test('policies', () => {
  expect(lints('use: { a: "./p.json5", b: "./p.json5" }, policies: ["#a.x", "#a.y", "#a.x"],')).toEqual([
    'unused-use @ b',
    'duplicate-policy-ref @ "#a.x"',
  ]);
});

test('a resolver named twice', () => {
  expect(lints('environments: { e: { resolvers: ["x", "y", "x"] }, f: { resolvers: ["x"] } },')).toEqual([
    'duplicate-environment-resolver @ "x"',
  ]);
});

test('`self`', () => {
  const body = `program: { path: "./x", network: { endpoints: [{ name: "http", port: 80 }] } }, provides: { api: { kind: "http", endpoint: "http" } },
    slots: { up: { kind: "http" } }, components: { c: "./c.json5" },
    bindings: [{ to: "#c.s", from: "self.up" }, { to: "#c", slot: "t", from: "self", capability: "api" }, { to: "#c.u", from: "slots.up" }],
    exports: { a: "self.api", b: "api", c: "provides.api" },`;
  expect(lints(body)).toEqual([
    'deprecated-binding-self-source @ "self.up"',
    'deprecated-binding-self-source @ "self"',
    'deprecated-export-self-target @ "self.api"',
  ]);
});

test('a condition on a required slot, in arguments and variables only', () => {
  const body = `slots: { s: { kind: "http" }, m: { kind: "http", multiple: true }, o: { kind: "http", optional: true } },
    ${serving(`args: [{ when: "slots.s", arg: "a" }, { when: "slots.o", arg: "b" }, { when: "slots.gone", arg: "c" }, { when: "slots.s.port", arg: "d" }],
      env: { A: { when: "slots.s.url", value: "a" }, M: { when: "slots.m", value: "m" } },
      mounts: [{ when: "slots.s", path: "/m", from: "config" }],`)}`;
  expect(lints(body)).toEqual([
    'required-slot-when @ "slots.s"',
    'required-slot-when-env @ "slots.s.url"',
    'required-slot-when-env @ "slots.m"',
  ]);
});
