import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../src/base/json.ts';
import type { LoweredMount } from '../../../../src/ir/graph.ts';
import { type PathProgram, type RenderedProgram, renderProgram } from '../../../../src/language/program/render.ts';

const config: JsonObject = {
  s: 'text',
  n: 1.5,
  f: false,
  empty: '',
  nil: null,
  o: { b: [1, 'é'], a: null },
  list: ['x', { k: 'v' }, 3],
  none: [],
  deep: { path: { here: 'yes' } },
};
const slots = { one: ['http://127.0.0.1:20000'], many: ['http://a:1', 'tcp://b:2'], unbound: [] };

const render = (program: Partial<PathProgram>, more: JsonObject = {}): RenderedProgram =>
  renderProgram({ path: 'p', args: [], ...program }, { config: { ...config, ...more }, slots });
const args = (...list: PathProgram['args']): RenderedProgram => render({ args: list });

describe('texts', () => {
  it.each([
    ['plain $X $$ $', 'plain $X $$ $'],
    ['${unclosed', undefined],
    ['<${config.s}|${config.n}|${config.f}|${config.empty}>', '<text|1.5|false|>'],
    ['${config.o}', '{"a":null,"b":[1,"é"]}'],
    ['${config.list}', '["x",{"k":"v"},3]'],
    ['${config.deep.path.here}', 'yes'],
    ['$${config.s}', '$text'],
    ['${slots.one.url}/x', 'http://127.0.0.1:20000/x'],
    ['${slots.one}', '{"url":"http://127.0.0.1:20000"}'],
  ])('%s', (text, expected) => {
    const { argv, problems } = args(text);
    if (expected === undefined) expect(problems).toHaveLength(1);
    else expect([argv, problems]).toEqual([['p', expected], []]);
  });

  it('all slots together, without those that are not bound', () => {
    const { argv } = renderProgram(
      { path: 'p', args: ['${slots}'] },
      { config: {}, slots: { b: ['u'], a: ['v'], c: [] } },
    );
    expect(argv[1]).toBe('{"a":{"url":"v"},"b":{"url":"u"}}');
  });

  it.each([
    ['${config.gone}', '`program.args[0]`: `${config.gone}` has no value'],
    ['${config.s.deeper}', '`program.args[0]`: `${config.s.deeper}` has no value'],
    ['${config.nil}', '`program.args[0]`: `${config.nil}` is null, which has no text'],
    [
      '${slots.unbound.url}',
      '`program.args[0]`: `${slots.unbound.url}` has no value, because slot `unbound` is not bound',
    ],
    [
      '${slots.many.url}',
      '`program.args[0]`: `${slots.many.url}` is not one value: slot `many` has 2 bindings; use `each`',
    ],
    ['${slots}', '`program.args[0]`: `${slots}` cannot show slot `many`, which has 2 bindings'],
    ['${slots.one.port}', '`program.args[0]`: `${slots.one.port}` names no field of a slot; `url` is the only one'],
    ['${item}', '`program.args[0]`: `${item}` stands outside of `each`'],
    ['a\0b', '`program.args[0]` contains a NUL character, and no argument or environment variable can hold one'],
  ])('%s is a problem', (text, problem) => {
    expect(args(text).problems).toEqual([problem]);
  });

  it('a name that every object inherits is no config', () => {
    expect(args('${config.constructor}', '${slots.toString.url}').problems).toHaveLength(2);
  });

  it('the program itself', () => {
    expect(render({ path: './${config.s}' }).argv).toEqual(['./text']);
    expect(render({ path: ' ${config.empty}' }).problems).toEqual(['`program.path` is empty']);
  });
});

describe('when: presence, not truth', () => {
  it.each([
    ['config.s', true],
    ['config.f', true],
    ['config.empty', true],
    ['config.none', true],
    ['config.nil', false],
    ['config.gone', false],
    ['config.o.a', false],
    ['slots.one', true],
    ['slots.many.url', true],
    ['slots.unbound', false],
    ['slots.gone', false],
  ])('%s', (when, there) => {
    const { argv, env, problems } = render({
      args: [
        { when, arg: 'a' },
        { when, argv: ['b', 'c'] },
      ],
      env: { E: { when, value: 'e' } },
    });
    expect([argv, env, problems]).toEqual(there ? [['p', 'a', 'b', 'c'], { E: 'e' }, []] : [['p'], {}, []]);
  });

  it('what is left out is not looked at', () => {
    expect(
      args(
        { when: 'config.gone', arg: '${config.gone}' },
        { when: 'config.gone', each: 'config.s', argv: ['${item.x}'] },
      ),
    ).toMatchObject({ argv: ['p'], problems: [] });
  });

  it('a condition of another kind is a problem', () => {
    expect(args({ when: 'env.HOME', arg: 'a' })).toMatchObject({
      argv: ['p'],
      problems: [expect.stringContaining('program.args[0].when')],
    });
  });
});

describe('each', () => {
  it('one argument, a group, one joined argument', () => {
    const { argv, problems } = args(
      { each: 'config.list', arg: '<${item}>' },
      { each: 'slots.many', argv: ['--up', '${item.url}', '${config.s}'] },
      { each: 'slots.many', join: ',', arg: '${item}' },
    );
    expect(problems).toEqual([]);
    expect(argv.slice(1)).toEqual([
      ...['<x>', '<{"k":"v"}>', '<3>'],
      ...['--up', 'http://a:1', 'text', '--up', 'tcp://b:2', 'text'],
      '{"url":"http://a:1"},{"url":"tcp://b:2"}',
    ]);
  });

  it.each(['config.none', 'config.nil', 'config.gone', 'slots.unbound'])('nothing comes of %s', (each) => {
    const program = {
      args: [
        { each, arg: 'a' },
        { each, argv: ['b'] },
        { each, join: ' ', arg: 'c' },
      ],
      env: { E: { each, join: ',', value: 'd' } },
    };
    expect(render(program)).toMatchObject({ argv: ['p'], env: {}, problems: [] });
  });

  it('an element that joins to an empty text is still an argument', () => {
    expect(
      render(
        {
          args: [{ each: 'config.e', join: ',', arg: '${item}' }],
          env: { E: { each: 'config.e', join: ',', value: '${item}' } },
        },
        { e: [''] },
      ),
    ).toMatchObject({
      argv: ['p', ''],
      env: { E: '' },
    });
  });

  it('fields of elements, and elements that lack them', () => {
    const items = [{ name: 'a', at: { port: 1 } }, { name: 'b' }];
    const { argv, problems } = render(
      { args: [{ each: 'config.items', arg: '${item.name}=${item.at.port}' }] },
      { items },
    );
    expect([argv, problems]).toEqual([['p', 'a=1'], ['`program.args[0].arg`: `${item.at.port}` has no value']]);
  });

  it.each([
    ['config.s', '`program.args[0].each`: `config.s` is "text", and only a list can be repeated over'],
    ['config.o', '`program.args[0].each`: `config.o` is an object, and only a list can be repeated over'],
  ])('%s is a problem', (each, problem) => {
    expect(args({ each, arg: '${item}' }).problems).toEqual([problem]);
  });
});

describe('env', () => {
  it('texts, joined elements, names of any kind', () => {
    const env = {
      B: '${config.n}',
      A: { each: 'slots.many', join: ' ', value: '${item.url}' },
      C: { value: 'c' },
      __proto__: null,
    };
    const program = { ...env, ['__proto__']: 'own' } as unknown as Record<string, string>;
    const rendered = render({ env: program });
    expect(rendered.problems).toEqual([]);
    expect(Object.entries(rendered.env)).toEqual([
      ['A', 'http://a:1 tcp://b:2'],
      ['B', '1.5'],
      ['C', 'c'],
      ['__proto__', 'own'],
    ]);
  });

  it.each(['', 'A=B', 'A\0'])('the name %j is a problem', (name) => {
    expect(render({ env: { [name]: 'x' } }).problems).toEqual([
      expect.stringContaining('no environment variable can have this name'),
    ]);
  });
});

describe('config files', () => {
  const file = (path: LoweredMount[string], from: LoweredMount[string], more: JsonObject = {}): LoweredMount => ({
    kind: 'file',
    path,
    source: { kind: 'config', path: from },
    ...more,
  });
  const mount = (...mounts: readonly LoweredMount[]): RenderedProgram => render({ mounts });

  it('contents: scalars as text, null as nothing, the rest as JSON', () => {
    const paths = ['s', 'n', 'f', 'nil', 'o', 'list', 'deep.path'];
    expect(mount(...paths.map((path) => file([{ lit: `/c/${path}` }], [{ lit: path }]))).files).toEqual(
      ['text', '1.5', 'false', '', '{"a":null,"b":[1,"é"]}', '["x",{"k":"v"},3]', '{"here":"yes"}'].map(
        (content, i) => ({ path: `/c/${paths[i]}`, content }),
      ),
    );
    expect(JSON.parse(mount(file([{ lit: '/all' }], [])).files[0]?.content ?? '')).toEqual(config);
  });

  it('paths of parts, conditions and repetition', () => {
    const { files, problems } = mount(
      file([{ lit: '/a/' }, { config: 's' }, { lit: '.' }, { item: 'url' }], 's', {
        each: { kind: 'slot', slot: 'one' },
      }),
      file([{ lit: '/b/' }, { item: '' }], 's', {
        each: { kind: 'config', path: 'names' },
      }),
      file('/c', 's', { when: { kind: 'config', path: 'nil' } }),
      file('/d', 's', { when: { kind: 'slot', query: 'one.url' } }),
      file('/e', 'gone', { when: { kind: 'slot', query: 'unbound' } }),
      file([{ lit: '/f' }, { slot: 'one.url', scope: 3 }], 's'),
    );
    expect(problems).toEqual([]);
    expect(files.map(({ path }) => path)).toEqual(['/a/text.http://127.0.0.1:20000', '/d', '/fhttp://127.0.0.1:20000']);
    const named = render(
      { mounts: [file([{ lit: '/b/' }, { item: '' }], 's', { each: { kind: 'config', path: 'names' } })] },
      { names: ['x', 'y'] },
    );
    expect(named.files.map(({ path }) => path)).toEqual(['/b/x', '/b/y']);
    expect(render({ mounts: [file('/g', [{ lit: 'deep.path.' }, { config: 'key' }])] }, { key: 'here' }).files).toEqual(
      [{ path: '/g', content: 'yes' }],
    );
  });

  it.each([
    [file('relative', 's'), '`program.mounts[0].path`: `relative` is not an absolute path of a file'],
    [file('/a/../b', 's'), '`program.mounts[0].path`: `/a/../b` is not an absolute path of a file'],
    [file('/a/', 's'), '`program.mounts[0].path`: `/a/` is not an absolute path of a file'],
    [file('/a', 'gone'), '`program.mounts[0].from`: `${config.gone}` has no value'],
    [
      { kind: 'slot', path: '/a', slot: 's' },
      '`program.mounts[0]` mounts a slot, and only config can be mounted as a file here',
    ],
  ])('%j is a problem', (mounted, problem) => {
    expect(mount(mounted)).toMatchObject({ files: [], problems: [problem] });
  });

  it('one path twice is a problem', () => {
    expect(mount(file('/a', 's'), file('/a', 'n')).problems).toEqual(['`program.mounts[1]`: `/a` is mounted twice']);
  });
});
