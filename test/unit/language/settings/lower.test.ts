/** One form for one meaning: what the sections of running say, as a plan has it. */
import { describe, expect, it } from 'vitest';
import { createSink } from '../../../../src/diagnostics/sink.ts';
import { type RunningSettings, readSettings } from '../../../../src/language/settings/index.ts';
import { withFiles } from '../../../../src/language/settings/probe-files.ts';
import { loadSyntax } from '../../../../src/language/syntax/parse.ts';

await loadSyntax('yaml');

function running(text: string, file = 'headgate.yaml'): RunningSettings {
  const sink = createSink();
  const settings = readSettings({ file, text }, sink);
  if (!settings) throw new Error(sink.diagnostics.map(({ message }) => message).join('; '));
  return settings.running;
}

const profile = (text: string): unknown => running(`profiles: { default: ${text} }`).profiles['default'];
const plain = { runtime: { mode: 'default' }, sandbox: { mode: 'inherit' }, permissions: 'deny-all' };
const run = (name: string, more = ''): string =>
  `${name}: { kind: headless_run, component: /a, argv: [x], budgetSeconds: 1${more} }`;

describe('a profile', () => {
  it.each([
    ['{}', plain],
    ['{ runtime: {} }', plain],
    ['{ runtime: { mode: "" } }', plain],
    ['{ runtime: { mode: " Evidence " } }', { ...plain, runtime: { mode: 'evidence' } }],
    ['{ worker: {} }', plain],
    ['{ budget: {} }', plain],
    ['{ worker: { capabilities: [b, a] } }', { ...plain, worker: { capabilities: ['a', 'b'] } }],
  ])('%s', (text, expected) => expect(profile(text)).toEqual(expected));

  it.each([
    ['{ agent: w1, preferred: [w2], allowed: [w3] }', { agent: 'w1', chosenBy: 'agent' }],
    ['{ preferred: [w2, w1], allowed: [w3, w4] }', { agent: 'w2', chosenBy: 'preferred' }],
    ['{ preferred: [], allowed: [w3] }', { agent: 'w3', chosenBy: 'allowed' }],
    ['{ model: m }', { model: 'm' }],
  ])('its worker of %s', (text, expected) => expect(profile(`{ worker: ${text} }`)).toHaveProperty('worker', expected));

  it('of several that are allowed, nobody is chosen', () => {
    expect(() => profile('{ worker: { allowed: [w3, w4] } }')).toThrow('nothing says which of `w3`, `w4` works');
  });
});

describe('completion', () => {
  it.each([
    ['', undefined],
    [`probes: { ${run('a', ', required: false')} }`, undefined],
    [`probes: { ${run('b')}, ${run('a')} }`, { requires: ['a', 'b'], then: 'stop' }],
    [
      `probes: { ${run('a')}, ${run('b')} }\ncompletion: { requires: [b], then: stay }`,
      { requires: ['b'], then: 'stay' },
    ],
    [`completion: {}`, { requires: [], then: 'stop' }],
  ])('%s', (text, expected) => expect(running(text).completion).toEqual(expected));

  it('a probe is required when it is what the run requires', () => {
    const { probes } = running(
      `probes: { ${run('a')}, ${run('b', ', required: false')} }\ncompletion: { requires: [b] }`,
    );
    expect(Object.entries(probes).map(([name, { required }]) => [name, required])).toEqual([
      ['a', false],
      ['b', true],
    ]);
  });
});

describe('files of probes', () => {
  const text = `probes:
  s: { kind: api_smoke, export: e, requests: [{ method: GET, path: /, expect: { schema: ./s.json } }] }
  p: { kind: render_hash, export: e, path: /, viewport: [1, 2], golden: ../p.png }
  d: { kind: sim_trace, component: /a, argv: [x], ticks: 1, document: /abs/d.json }`;

  it('are named as the settings file is', () => {
    const { files, probes } = running(text, 'deep/headgate.yaml');
    expect(files.map(({ name }) => name)).toEqual(['deep/s.json', 'deep/../p.png', '/abs/d.json']);
    expect(JSON.stringify(probes)).toContain('"golden":"deep/../p.png"');
  });

  it('are all found by whoever gives them other names', () => {
    const { files, probes } = running(text);
    const seen: string[] = [];
    for (const probe of Object.values(probes))
      withFiles(probe, (name) => {
        seen.push(name);
        return name;
      });
    expect(seen).toEqual(files.map(({ name }) => name));
  });
});
