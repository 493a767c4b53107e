import { describe, expect, test } from 'vitest';
import { decode } from './harness.ts';

describe('a misspelt field is one fault', () => {
  test.each([
    ['slots: { a: { kindd: "http" } }', 'did you mean `kind`?'],
    ['bindings: [{ too: "#a.b", from: "slots.x" }]', 'did you mean `to`?'],
    ['program: { pth: "./x" }', 'did you mean `path`?'],
    ['program: { path: "x", args: [{ when: "config.a", agr: "x" }] }', 'did you mean `arg`?'],
    ['program: { path: "x", env: { A: { when: "config.a", vlaue: "x" } } }', 'did you mean `value`?'],
    ['components: { a: { url: "./a", config: {} } }', 'write `{manifest: {url: …}, config: …}`'],
    ['slots: { a: { "kind:http": null } }', 'put a blank behind the colon: `kind: http`'],
    ['slots: { a: { "<<": { kind: "http" }, profile: "x" } }', 'merge keys are not read: write the fields out'],
  ])('%s', (body, help) => {
    const { faults, helps } = decode(body);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatch(/^unknown-field/);
    expect(helps).toEqual([help]);
  });

  test('that is there as well leaves the fault where another one is missing', () =>
    expect(decode('slots: { a: { optinal: true } }').faults).toHaveLength(2));
});

describe('what lacks quotes, or has too many', () => {
  test.each([
    ['program: { path: "x", args: [80] }', 'put it in quotes: `"80"`'],
    ['program: { path: "x", env: { A: true } }', 'put it in quotes: `"true"`'],
    ['slots: { a: { kind: "http", optional: "yes" } }', 'write `true` or `false`, without quotes'],
    ['manifest_version: 0.4', undefined],
    ['slots: { a: { kind: "http", optional: 1 } }', undefined],
  ])('%s', (body, help) => expect(decode(body).helps).toEqual([help]));
});

describe('a reference that is nearly right', () => {
  const program = (more: string) => `program: { path: "x", ${more} }`;
  test.each([
    [program('args: ["${ config.a }"]'), '`${ config.a }` has blanks inside; write `${config.a}`'],
    [program('args: ["${Config.a}"]'), '`${Config.a}` has an unknown source `Config`; did you mean `config`?'],
    [program('args: ["${foo}"]'), '`${foo}` has an unknown source `foo`; use `config`, `slots` or `item`'],
    [
      program('args: [{ when: "${config.a}", arg: "x" }]'),
      '`${config.a}` is a reference for texts; write `config.a` here',
    ],
    [program('args: [{ when: "slot.a", arg: "x" }]'), '`slot.a` has an unknown source; did you mean `slots.a`?'],
    [
      program('args: [{ when: "!config.a", arg: "x" }]'),
      '`!config.a`: a condition asks whether there is a value, and cannot be turned round; write `config.a`',
    ],
    [
      program('args: [{ each: "${slots.a}", arg: "x" }]'),
      '`${slots.a}` is a reference for texts; write `slots.a` here',
    ],
    [
      program('args: [{ when: "", arg: "x" }]'),
      '`` has an unknown source; a condition is `config.<path>` or `slots.<slot>`',
    ],
  ])('%s', (body, message) => {
    const { faults } = decode(body);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain(`: ${message}`);
  });

  test('any number of marks takes no time', () =>
    expect(decode(program(`args: [{ when: "${'!'.repeat(100_000)}", arg: "x" }]`)).faults).toHaveLength(1));

  test('in a line that is split into words first', () => {
    const { faults, helps } = decode(program('args: "a ${config. a}"'));
    expect(faults).toHaveLength(1);
    expect(helps[0]).toContain('it is split into words first');
  });

  test('in a file tells the file', () => {
    const { faults } = decode(program('args: [{ file: "./a.txt" }]'), { './a.txt': '${foo}' });
    expect(faults[0]).toContain('in file `./a.txt`: `${foo}`');
  });

  test.each([
    ['{ to: "caller.agent", from: "slots.x" }', 'did you mean `#caller.agent`?'],
    ['{ to: "#c.a", from: "api.x" }', 'did you mean `#api.x`?'],
    ['{ to: "#c.a", from: "slot.x" }', 'did you mean `slots.x`?'],
    ['{ to: "#c.a", from: "./x" }', 'a source is'],
  ])('%s', (binding, help) => expect(decode(`bindings: [${binding}]`).helps[0]).toContain(help));

  test.each([
    ['exports: { a: "api.x" }', 'did you mean `#api.x`?'],
    ['exports: { a: "provide.x" }', 'did you mean `provides.x`?'],
    ['exports: { a: "resources.x" }', 'an export is'],
    ['policies: ["audit.apply"]', 'did you mean `#audit.apply`?'],
  ])('%s', (body, help) => expect(decode(body).helps[0]).toMatch(new RegExp(`^${help.replace(/[?#.]/g, '\\$&')}`)));
});
