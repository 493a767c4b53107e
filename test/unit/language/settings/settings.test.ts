import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { codesNamed, nearestName } from '../../../../src/diagnostics/codes.ts';
import { createSink } from '../../../../src/diagnostics/sink.ts';
import { readSettings, type Settings } from '../../../../src/language/settings/index.ts';
import { settingsSchema } from '../../../../src/language/settings/schema.ts';
import { isExcluded } from '../../../../src/language/settings/sections/check.ts';
import { loadSyntax } from '../../../../src/language/syntax/parse.ts';
import { loadCatalogue } from '../../../support/catalogue.ts';

await loadSyntax('yaml');
await loadSyntax('json5');

function read(
  text: string,
  file = 'headgate.yaml',
): { settings: Settings | undefined; faults: readonly string[]; help: string } {
  const sink = createSink();
  const settings = readSettings({ file, text }, sink);
  const faults = sink.diagnostics.map((d) => `${d.code} ${text.slice(d.at?.range.start, d.at?.range.end)}`);
  return { settings, faults, help: sink.diagnostics.map((d) => d.help).join('; ') };
}

describe('settings', () => {
  test.each(['', '# nothing yet\n', '{}', 'version: 1', 'lint: {}\ncheck: {}'])('%j are the defaults', (text) => {
    const { settings, faults } = read(text);
    expect(faults).toEqual([]);
    expect(settings).toMatchObject({ file: 'headgate.yaml', lint: { paths: [] }, check: { exclude: [] } });
    expect(settings?.lint.levels.size).toBe(0);
  });

  test('say how components run', () => {
    const { settings, faults } = read(
      'components:\n  /a: { restart: never, restarts: 3, readySeconds: 90, limits: { cpuSeconds: 1, wallSeconds: 2, memoryMiB: 3, processes: 4 } }\n  /b: { egress: ["x:1", "*.y:*", "[::1]:443"] }\n',
    );
    expect(faults).toEqual([]);
    expect(settings?.components).toMatchObject({
      '/a': {
        restart: 'never',
        restarts: 3,
        readySeconds: 90,
        limits: { cpuSeconds: 1, wallSeconds: 2, memoryMiB: 3, processes: 4 },
      },
      '/b': { egress: ['x:1', '*.y:*', '[::1]:443'] },
    });
  });

  test('are the same in YAML and JSON5', () => {
    const yaml = read(
      'lint:\n  levels: { lint/unused-slot: off, warnings: error }\n  paths:\n    - files: ["a/**", "!a/b"]\n      levels: {}\n',
    );
    const json5 = read(
      '{ $schema: "x", lint: { levels: { "lint/unused-slot": "off", warnings: "error" }, paths: [{ files: ["a/**", "!a/b"], levels: {} }] } }',
      'headgate.json5',
    );
    expect(yaml.faults).toEqual([]);
    expect(yaml.settings?.lint).toEqual(json5.settings?.lint);
    expect([...(yaml.settings?.lint.levels ?? [])]).toEqual([
      ['lint/unused-slot', 'off'],
      ['warnings', 'error'],
    ]);
    expect(yaml.settings?.lint.paths[0]?.files.map((one) => one.negative)).toEqual([false, true]);
  });

  test.each([
    ['linnt: {}', 'settings/unknown-field linnt', 'did you mean `lint`?'],
    ['lint: { level: {} }', 'settings/unknown-field level', 'did you mean `levels`?'],
    ['- a', 'settings/wrong-type - a', ''],
    ['lint: 1', 'settings/wrong-type 1', ''],
    ['check: { exclude: x }', 'settings/wrong-type x', ''],
    ['check: { exclude: [1] }', 'settings/wrong-type 1', ''],
    [
      'components: { /: { workspace: w } }\nworkspaces: { w: { source: ., kind: dir, exclude: [ok, "./x"] } }',
      'settings/invalid-glob "./x"',
      'from the source',
    ],
    [
      'components: { /: { workspace: w } }\nworkspaces: { w: { source: ., kind: dir, exclude: [1] } }',
      'settings/wrong-type 1',
      '',
    ],
    ['components: { /a: { restart: sometimes } }', 'settings/invalid-value sometimes', 'always, on-failure, never'],
    ['components: { /a: { restarts: -1 } }', 'settings/invalid-value -1', 'from 0 to'],
    ['components: { /a: { readySeconds: 0 } }', 'settings/invalid-value 0', 'from 1 to'],
    ['components: { /a: { limits: { memory: 1 } } }', 'settings/unknown-field memory', 'memoryMiB'],
    ['components: { /a: { limits: { cpuSeconds: 1.5 } } }', 'settings/wrong-type 1.5', ''],
    ['components: { /a: { limits: { wallSeconds: 0 } } }', 'settings/invalid-value 0', 'from 1 to'],
    ['components: { /a: { egress: [x] } }', 'settings/invalid-value x', 'name and a port'],
    ['version: "1"', 'settings/wrong-type "1"', ''],
    ['version: 2', 'settings/unsupported-version 2', 'version: 1'],
    ['lint: { paths: [{ files: [a] }] }', 'settings/missing-field { files: [a] }', ''],
    ['{ check: {}, check: {} }', 'settings/duplicate-field check', ''],
    ['lint: { levels: { lint/unused-slot: of } }', 'settings/invalid-value of', 'did you mean `off`?'],
    [
      'lint: { levels: { lint/unused-slt: off } }',
      'settings/unknown-code lint/unused-slt',
      'did you mean `lint/unused-slot`?',
    ],
    ['lint: { levels: { unused-slot: off } }', 'settings/unknown-code unused-slot', 'did you mean `lint/unused-slot`?'],
    [
      'lint: { levels: { unused_slot: off } }',
      'settings/unknown-code unused_slot',
      'did you mean `manifest::unused_slot`?',
    ],
    ['lint: { levels: { warning: off } }', 'settings/unknown-code warning', 'did you mean `warnings`?'],
    ['lint: { levels: { __proto__: off } }', 'settings/unknown-code __proto__', ''],
    ['lint: { levels: { link/unbound-slot: warning } }', 'settings/error-lowered warning', 'remove'],
    ['lint: { levels: { linker::dependency_cycle: off } }', 'settings/error-lowered off', 'remove'],
    ['check: { exclude: ["[ab]"] }', 'settings/invalid-glob "[ab]"', ''],
    ['check: { exclude: ["!a"] }', 'settings/invalid-glob "!a"', ''],
  ])('%s', (text, fault, help) => {
    const found = read(text);
    expect(found.settings).toBeUndefined();
    expect(found.faults).toEqual([fault]);
    expect(found.help).toContain(help);
  });

  test('have all their faults reported', () => {
    const { faults } = read(
      'x: 1\nversion: 3\nlint: { levels: { a: b }, paths: [1, {}] }\ncheck: { exclude: ["/a", "b/"] }',
    );
    expect(faults.map((fault) => fault.split(' ')[0]).sort()).toEqual([
      'settings/invalid-glob',
      'settings/invalid-glob',
      'settings/invalid-value',
      'settings/missing-field',
      'settings/missing-field',
      'settings/unknown-code',
      'settings/unknown-field',
      'settings/unsupported-version',
      'settings/wrong-type',
    ]);
  });

  test('may name an error at the level that it has', () => {
    expect(read('lint: { levels: { link/unbound-slot: error } }').faults).toEqual([]);
  });

  test('that cannot be parsed say why', () => {
    expect(read('lint: [').faults[0]).toContain('parse/yaml-syntax');
  });
});

describe('the published schema', () => {
  const published = JSON.parse(readFileSync('schemas/settings.schema.json', 'utf8')) as object;
  const accepts = new Ajv2020({ strict: false }).compile(published);

  test('is what the sections say', () => {
    expect(published).toEqual({ $schema: 'https://json-schema.org/draft/2020-12/schema', ...settingsSchema() });
  });

  test.each([
    [{}, true],
    [
      {
        version: 1,
        lint: { levels: { 'lint/unused-slot': 'off', 'manifest::unused_slot': 'hint', warnings: 'error' } },
      },
      true,
    ],
    [{ lint: { levels: { 'link/unbound-slot': 'error' } } }, true],
    [{ lint: { paths: [{ files: ['a/**'], levels: {} }] }, check: { exclude: ['a', '!a/b'] } }, true],
    [{ version: 2 }, false],
    [{ linnt: {} }, false],
    [{ lint: { level: {} } }, false],
    [{ lint: { levels: { 'lint/unused-slot': 'of' } } }, false],
    [{ lint: { levels: { 'link/unbound-slot': 'off' } } }, false],
    [{ lint: { levels: { gone: 'off' } } }, false],
    [{ lint: { paths: [{ files: ['a'] }] } }, false],
    [{ lint: { paths: [{ files: 'a', levels: {} }] } }, false],
    [{ check: { exclude: [1] } }, false],
    [{ check: null }, false],
  ])('agrees with the reader: %j', (value, valid) => {
    expect(accepts(value)).toBe(valid);
    expect(read(JSON.stringify(value), 'headgate.json').settings !== undefined).toBe(valid);
  });
});

describe('codes', () => {
  test('are all known by their names', async () => {
    for (const { definition } of await loadCatalogue()) {
      for (const name of [definition.code, ...definition.aliases]) {
        expect(
          codesNamed(name).map(({ code }) => code),
          name,
        ).toContain(definition.code);
      }
    }
    expect(codesNamed('lint/gone')).toEqual([]);
    expect(codesNamed('__proto__')).toEqual([]);
  });

  test.each([
    ['unbound-slot', 'link/unbound-slot'],
    ['lnt/unused-slot', 'lint/unused-slot'],
    ['lint/unused-sloot', 'lint/unused-slot'],
    ['', undefined],
    ['something-else', undefined],
  ])('nearest to %j is %s', (typed, near) => {
    expect(nearestName(typed)).toBe(near);
  });
});

test('what is excluded', () => {
  const settings = (list: readonly string[]) => {
    const found = read(JSON.stringify({ check: { exclude: list } }), 'headgate.json').settings;
    if (!found) throw new Error('settings');
    return found.check;
  };
  const plain = settings(['fixtures/**', '**/*.gen.yaml']);
  expect(['fixtures', 'fixtures/a.yaml', 'x/b.gen.yaml'].map((path) => isExcluded(plain, path))).toEqual([
    true,
    true,
    true,
  ]);
  expect(['fixture', 'x/fixtures/a.yaml', 'b.yaml'].map((path) => isExcluded(plain, path))).toEqual([
    false,
    false,
    false,
  ]);
  const taken = settings(['fixtures/**', '!fixtures/ours/**']);
  // A folder is gone into for what is in it that stays.
  expect(['fixtures', 'fixtures/ours', 'fixtures/ours/a.yaml'].map((path) => isExcluded(taken, path))).toEqual([
    false,
    false,
    false,
  ]);
  expect(isExcluded(taken, 'fixtures/a.yaml')).toBe(true);
});
