/** What the package offers beside `compile`: what the commands do, as functions. */
import { describe, expect, it } from 'vitest';
import {
  applyLevels,
  check,
  compile,
  createMemoryLoader,
  createMemoryPolicyClient,
  type EmitKind,
  emitKinds,
  explain,
  explainable,
  explainCode,
  explanationText,
  findSettings,
  fmt,
  readPlan,
  readSettings,
  renderText,
} from '../../../src/api/compile.ts';
import { createTempFolder } from '../../support/temp-folder.ts';

const baseDir = 'file:///project/';
const input = `${baseDir}scenario.yaml`;
const server = `manifest_version: "0.4.0"
program:
  path: /opt/acme/api
  network:
    endpoints: [{ name: http, port: 9000 }]
provides:
  data: { kind: http, endpoint: http }
  spare: { kind: http, endpoint: http }
exports:
  data: provides.data
`;
const scenario = `manifest_version: "0.4.0"
components:
  api: ./api.yaml
exports:
  data: "#api.data"
`;
const files = (more: Readonly<Record<string, string>> = {}): Record<string, string> => ({
  [input]: scenario,
  [`${baseDir}api.yaml`]: server,
  ...more,
});
const policyClient = createMemoryPolicyClient(() => ({ text: '{}' }));
const compiled = async () => {
  const result = await compile({ input, baseDir, loader: createMemoryLoader(files()), policyClient });
  if (!result.compiled) throw new Error(renderText(result.diagnostics, result.sources));
  return result.compiled;
};
const codes = (result: { readonly diagnostics: readonly { readonly code: string; readonly severity: string }[] }) =>
  result.diagnostics.map(({ code, severity }) => `${severity} ${code}`);
const settingsAt = (url: string, text: string) =>
  readSettings({ url, baseDir, loader: createMemoryLoader({ [url]: text }) });

describe('readPlan', () => {
  it('gives the plan of a file, or why it is none', async () => {
    const { plan, planText } = await compiled();
    expect(readPlan(planText)).toEqual({ plan });
    expect(readPlan('{}')).toEqual({ fault: 'is not a plan' });
    expect(readPlan('[')).toEqual({ fault: 'is not JSON' });
    expect(readPlan(planText.replace('/opt/acme/api', '/opt/acme/apis'))).toMatchObject({
      fault: expect.stringContaining('was changed after it was compiled'),
    });
  });
});

describe('emit', () => {
  it('gives every kind that there is', async () => {
    const { emit } = await compiled();
    expect(emitKinds).toEqual(['bundle', 'compose', 'ir', 'kubernetes', 'lock', 'plan', 'plan-v1']);
    expect([...emit('plan').keys()]).toEqual(['plan.json']);
  });

  it.each([
    [
      'plam',
      'emit("plam"): there is no such kind of output; did you mean `plan`? kinds: bundle, compose, ir, kubernetes, lock, plan, plan-v1',
    ],
    [
      'toString',
      'emit("toString"): there is no such kind of output; kinds: bundle, compose, ir, kubernetes, lock, plan, plan-v1',
    ],
  ])('throws for the unknown kind %s', async (kind, message) => {
    const { emit } = await compiled();
    expect(() => emit(kind as EmitKind)).toThrow(new RangeError(message));
  });
});

describe('a memory loader', () => {
  const rootOf = async (loader: ReturnType<typeof createMemoryLoader>) =>
    (await compile({ input, baseDir, loader })).diagnostics.map(({ message, help }) => [message, help]);
  const unread = 'cannot read the scenario `scenario.yaml`: ';

  it('takes an object as well as a map', async () => {
    expect(codes(await compile({ input, baseDir, loader: createMemoryLoader(files()) }))).toEqual([
      'warning lint/unused-provide',
    ]);
  });

  it.each([
    ['nothing', {}, 'there is no such file', `the memory loader holds no file; give it one under \`${input}\``],
    [
      'a path',
      { 'scenario.yaml': scenario },
      'there is no such file',
      `the memory loader knows files by absolute URL, such as \`${input}\`, and \`scenario.yaml\` is none`,
    ],
    ['what is not text', { [input]: 7 }, 'it is neither a text nor a Uint8Array', undefined],
  ])('of %s gives a diagnostic and throws nothing', async (_, held, reason, help) => {
    const loader = createMemoryLoader(held as unknown as Record<string, string>);
    expect(await rootOf(loader)).toEqual([[unread + reason, help]]);
  });

  it('finds nothing that objects have of themselves', async () => {
    const loader = createMemoryLoader({});
    expect(await loader.load('constructor', { maxBytes: 100 })).toMatchObject({ ok: false });
  });

  it('sees what is put into its map later', async () => {
    const map = new Map<string, string>();
    const loader = createMemoryLoader(map);
    map.set(input, server);
    expect(codes(await compile({ input, baseDir, loader }))).toEqual(['warning lint/unused-provide']);
  });

  it.each([[undefined], [null], ['text']])('is not made of %s', (held) => {
    expect(() => createMemoryLoader(held as unknown as Map<string, string>)).toThrow(
      'createMemoryLoader: give a Map, or an object, of texts by absolute URL',
    );
  });
});

describe('check', () => {
  it('reports what compile does, and says whether there is an error', async () => {
    const result = await check({ input, baseDir, loader: createMemoryLoader(files()) });
    expect(codes(result)).toEqual(['warning lint/unused-provide']);
    expect(result.ok).toBe(true);
  });

  it('counts what is denied as an error', async () => {
    const result = await check({ input, baseDir, loader: createMemoryLoader(files()), deny: ['warnings'] });
    expect(codes(result)).toEqual(['error lint/unused-provide']);
    expect(result.ok).toBe(false);
  });

  it('obeys comments', async () => {
    const text = server.replace('  spare:', '  # headgate-ignore lint/unused-provide: kept for later\n  spare:');
    const loader = createMemoryLoader(files({ [`${baseDir}api.yaml`]: text }));
    expect(codes(await check({ input, baseDir, loader }))).toEqual([]);
  });

  it('obeys settings, whose globs are paths from their own folder', async () => {
    const text = 'lint:\n  paths:\n    - files: ["project/*.yaml"]\n      levels: { lint/unused-provide: off }\n';
    const settings = await settingsAt('file:///headgate.yaml', text);
    expect(settings.diagnostics).toEqual([]);
    expect(codes(await check({ input, baseDir, loader: createMemoryLoader(files()), settings }))).toEqual([]);
    const elsewhere = await settingsAt(`${baseDir}headgate.yaml`, text);
    const loader = createMemoryLoader(files());
    expect(codes(await check({ input, baseDir, loader, settings: elsewhere }))).toEqual([
      'warning lint/unused-provide',
    ]);
  });

  it('tells what is wrong with the settings, with their text', async () => {
    const settings = await settingsAt(`${baseDir}headgate.yaml`, 'lnit: {}\n');
    const result = await check({ input, baseDir, loader: createMemoryLoader(files()), settings });
    expect(codes(result)).toContain('error settings/unknown-field');
    expect(renderText(result.diagnostics, result.sources)).toContain('--> headgate.yaml:1:1');
    expect(result.ok).toBe(false);
  });

  it('refuses to deny a code that does not exist', async () => {
    const loader = createMemoryLoader(files());
    await expect(check({ input, baseDir, loader, deny: ['lint/unused-providet'] })).rejects.toThrow(
      new RangeError('deny: `lint/unused-providet`: there is no such code; did you mean `lint/unused-provide`?'),
    );
  });

  it('can be had of a compile that was made before', async () => {
    const result = await compile({ input, baseDir, loader: createMemoryLoader(files()) });
    expect(codes(applyLevels(result, { baseDir, deny: ['lint/unused-provide'] }))).toEqual([
      'error lint/unused-provide',
    ]);
  });
});

describe('settings', () => {
  it('that are not there are a diagnostic', async () => {
    const url = `${baseDir}headgate.yaml`;
    const { diagnostics, settings } = await readSettings({ url, baseDir, loader: createMemoryLoader({}) });
    expect(settings).toBeUndefined();
    expect(diagnostics.map(({ code }) => code)).toEqual(['settings/not-loaded']);
  });

  it('under something that is not a URL are a diagnostic', async () => {
    const { diagnostics } = await readSettings({ url: 'headgate.yaml', baseDir, loader: createMemoryLoader({}) });
    expect(diagnostics.map(({ code }) => code)).toEqual(['settings/not-loaded']);
  });

  it('are found beside a scenario, and above it as far as asked', async () => {
    const temp = createTempFolder();
    try {
      const folder = temp.lay({ 'headgate.yaml': '', 'inner/scenario.yaml': server });
      const top = new URL(`file://${folder}/`).href;
      const scenarioUrl = `${top}inner/scenario.yaml`;
      expect(await findSettings(scenarioUrl)).toBeUndefined();
      expect(await findSettings(scenarioUrl, top)).toBe(`${top}headgate.yaml`);
      expect(await findSettings('https://example.com/scenario.yaml')).toBeUndefined();
    } finally {
      temp.remove();
    }
  });
});

describe('explain', () => {
  it('tells why something is in a plan', async () => {
    const { plan } = await compiled();
    expect(explainable(plan)).toEqual(['/', '/api', 'exports.data']);
    expect(explanationText(explain(plan, 'exports.data'))).toContain('written    scenario#/exports/data');
    expect(explain(plan, 'exports.dada')).toEqual([]);
  });

  it('has the page of every code, and none of anything else', () => {
    expect(explainCode('lint/unused-provide')).toMatch(/^# /);
    expect(explainCode('../../package')).toBeUndefined();
  });
});

describe('fmt', () => {
  it('lays out a text, with a mark of the byte order or without', async () => {
    const laidOut = { text: 'slots: { a: { kind: http } }\n' };
    expect(await fmt({ file: 'a.yaml', text: 'slots:   {a: {kind: http}}' })).toEqual(laidOut);
    expect(await fmt({ file: 'a.yaml', text: '\uFEFFslots:   {a: {kind: http}}' })).toEqual(laidOut);
  });

  it('says why a text is left alone', async () => {
    const result = await fmt({ file: 'a.json', text: '{' });
    expect('diagnostics' in result && result.diagnostics.map(({ severity }) => severity)).toEqual(['error']);
  });
});

describe('misuse', () => {
  const loader = createMemoryLoader(files());

  it.each(['/project', '/project/', 'file:///project', ''])(
    'a baseDir that is no URL of a folder throws: %s',
    async (given) => {
      await expect(compile({ input, baseDir: given, loader })).rejects.toThrow(/^baseDir: .*pathToFileURL/);
    },
  );

  it('an input that is a path is told with what to give', async () => {
    const { diagnostics } = await compile({ input: 'scenario.yaml', baseDir, loader });
    expect(diagnostics.map(({ code, help }) => `${code} ${help}`)).toEqual([
      'resolve/root-not-loaded give an absolute URL; of a path it is `pathToFileURL(path).href`',
    ]);
  });
});
