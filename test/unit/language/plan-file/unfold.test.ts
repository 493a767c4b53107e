import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../../../../src/base/json.ts';
import { unfoldPlan } from '../../../../src/language/plan-file/unfold.ts';

const component = {
  moniker: '/a',
  program: { args: ['-c', null], env: { 'a/b': null, '~': 'x' } },
  slots: null,
  metadata: null,
  shared: { '/program/args/1': 0, '/program/env/a~1b': 0, '/slots': 1 } as JsonObject,
};
const file = (change: (file: Record<string, JsonValue>, first: Record<string, JsonValue>) => void): JsonObject => {
  const made = {
    schema: 'headgate.plan',
    version: 2,
    shared: ['a long text', { up: {} }],
    components: [structuredClone(component), { moniker: '/b' }],
  };
  change(made as Record<string, JsonValue>, made.components[0] as Record<string, JsonValue>);
  return made as JsonObject;
};

it('puts what is shared where it belongs', () => {
  expect(unfoldPlan(file(() => {}))).toEqual({
    plan: {
      schema: 'headgate.plan',
      version: 1,
      components: [
        {
          moniker: '/a',
          program: { args: ['-c', 'a long text'], env: { 'a/b': 'a long text', '~': 'x' } },
          slots: { up: {} },
          metadata: null,
        },
        { moniker: '/b' },
      ],
    },
  });
});

it('takes nothing that somebody wrote for a reference', () => {
  const metadata = { shared: { '/program': 0 }, text: '/program', list: [0, null] };
  const unfolded = unfoldPlan(
    file((_, first) => {
      first['metadata'] = metadata;
    }),
  );
  expect(unfolded).toMatchObject({ plan: { components: [{ metadata }, {}] } });
});

it.each([1, 3, undefined, null, '2'])('hands back a document of version %j', (version) => {
  const document = { version, shared: 1 } as unknown as JsonObject;
  expect(unfoldPlan(document)).toEqual({ plan: document });
});

describe('is refused, with its place, when', () => {
  const refer =
    (references: JsonValue) =>
    (_: Record<string, JsonValue>, first: Record<string, JsonValue>): void => {
      first['shared'] = references;
    };
  const also = (more: JsonObject): ReturnType<typeof refer> => refer({ ...component.shared, ...more });
  const at = '/components/0/shared';
  it.each([
    ['nothing is shared', (f) => delete f['shared'], '/shared', 'is not a list with something in it'],
    ['the list is empty', (f) => Object.assign(f, { shared: [] }), '/shared', 'is not a list with something in it'],
    ['the list is none', (f) => Object.assign(f, { shared: { 0: 'a' } }), '/shared', 'is not a list'],
    ['null is shared', (f) => Object.assign(f, { shared: ['a', null] }), '/shared/1', 'is null'],
    ['there are no components', (f) => delete f['components'], '/components', 'is not a list'],
    [
      'nobody names a shared value',
      (f) => Object.assign(f, { shared: ['a', {}, 'b', 'c'] }),
      '/shared/2',
      'is named by no component',
    ],
    ['references are a list', refer([]), at, 'is not an object'],
    ['there are no references', refer({}), at, 'names nothing'],
    [
      'a place is behind the list',
      also({ '/metadata': 2 }),
      `${at}/~1metadata`,
      'names 2, and places of `/shared` are 0 to 1',
    ],
    ['a place is before the list', also({ '/metadata': -1 }), `${at}/~1metadata`, 'names -1'],
    ['a place is no whole number', also({ '/metadata': 0.5 }), `${at}/~1metadata`, 'names 0.5'],
    ['a place is a text', also({ '/metadata': '0' }), `${at}/~1metadata`, 'names "0"'],
    ['a place is `length`', also({ '/metadata': 'length' }), `${at}/~1metadata`, 'names "length"'],
    ['it leads to another field', also({ '/moniker': 0 }), `${at}/~1moniker`, 'is not a place for a shared value'],
    ['it leads to references', also({ '/shared/a': 0 }), `${at}/~1shared~1a`, 'is not a place for a shared value'],
    ['it leads into what is whole', also({ '/slots/up': 0 }), `${at}/~1slots~1up`, 'is not a place for a shared value'],
    ['it is no pointer', also({ program: 0 }), `${at}/program`, 'is not a place for a shared value'],
    ['it is a pointer to all', also({ '': 0 }), `${at}/`, 'is not a place for a shared value'],
    [
      'it has an escape that is none',
      also({ '/metadata~2': 0 }),
      `${at}/~1metadata~02`,
      'is not a place for a shared value',
    ],
    [
      'it leads to a text',
      also({ '/program/env/~0': 0 }),
      `${at}/~1program~1env~1~00`,
      'leads to a value other than null',
    ],
    ['it leads to a field that is not there', also({ '/config': 0 }), `${at}/~1config`, 'leads nowhere'],
    ['it leads behind a list', also({ '/program/args/2': 0 }), `${at}/~1program~1args~12`, 'leads nowhere'],
    ['a number has a zero in front', also({ '/program/args/01': 0 }), `${at}/~1program~1args~101`, 'leads nowhere'],
    [
      'it leads to what every object has',
      also({ '/program/constructor': 0 }),
      `${at}/~1program~1constructor`,
      'leads nowhere',
    ],
    [
      'it leads to the length of a list',
      also({ '/program/args/length': 0 }),
      `${at}/~1program~1args~1length`,
      'leads nowhere',
    ],
    ['it leads into a text', also({ '/program/args/0/0': 0 }), `${at}/~1program~1args~10~10`, 'leads nowhere'],
    [
      'it leads into a value that is put in',
      (f, first) => {
        f['shared'] = ['a', {}, { inner: null }];
        first['shared'] = { ...component.shared, '/metadata': 2, '/metadata/inner': 2 };
      },
      `${at}/~1metadata~1inner`,
      'leads nowhere',
    ],
  ] as readonly (readonly [string, Parameters<typeof file>[0], string, string])[])(
    '%s',
    (_, change, pointer, reason) => {
      expect(unfoldPlan(file(change))).toEqual({ fault: { pointer, reason: expect.stringContaining(reason) } });
    },
  );
});

it('is refused before it becomes longer than is read, and each use counts', () => {
  const long = 'x'.repeat(1_000);
  const components = Array.from({ length: 50 }, () => ({
    program: null,
    metadata: null,
    shared: { '/program': 0, '/metadata': 0 },
  }));
  const bomb = { version: 2, shared: [long], components };
  expect(unfoldPlan(bomb, 100 * 1_002)).toHaveProperty('plan');
  expect(unfoldPlan(bomb, 100 * 1_002 - 1)).toEqual({
    fault: {
      pointer: '/components/49/shared/~1metadata',
      reason: 'makes the plan longer than 100199 characters, which are read at most',
    },
  });
});

it('is refused when a small file would become a hundred times as much as is read', () => {
  const components = Array.from({ length: 30_000 }, () => ({ program: null, shared: { '/program': 0 } }));
  expect(unfoldPlan({ version: 2, shared: ['x'.repeat(1_000_000)], components })).toMatchObject({
    fault: { pointer: '/components/268/shared/~1program' },
  });
});

it('puts a hundred thousand values into one object, and leaves the file as it was', { timeout: 120_000 }, () => {
  const names = Array.from({ length: 100_000 }, (_, i) => `n${i}`);
  const inner = Object.fromEntries(names.map((name) => [name, null]));
  const references = Object.fromEntries(names.map((name, i) => [`/metadata/inner/${name}`, i]));
  const unfolded = unfoldPlan({
    version: 2,
    shared: names,
    components: [{ metadata: { inner }, shared: references }],
  });
  const filled = Object.fromEntries(names.map((name) => [name, name]));
  expect(unfolded).toEqual({ plan: { version: 1, components: [{ metadata: { inner: filled } }] } });
  expect(inner['n0']).toBeNull();
});
