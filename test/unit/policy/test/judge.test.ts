import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Diagnostic } from '../../../../src/diagnostics/diagnostic.ts';
import { plain } from '../../../../src/diagnostics/render/palette.ts';
import { coverageOf } from '../../../../src/policy/test/coverage.ts';
import { jsonTests } from '../../../../src/policy/test/render/json.ts';
import { renderJunit } from '../../../../src/policy/test/render/junit.ts';
import { renderCoverage, renderTests } from '../../../../src/policy/test/render/text.ts';
import { type Compiled, type CompileSetting, type RunResult, runTests } from '../../../../src/policy/test/run.ts';
import { parseSuite, readSuite, suiteCompiler, suitePath } from '../../../support/policy-suite.ts';

const known = new Map<string, Promise<Compiled | Diagnostic>>();
let compile: CompileSetting;
let close = async (): Promise<void> => {};

beforeAll(async () => {
  const compiler = await suiteCompiler();
  close = compiler.close;
  // By scenario: the manifests are those of the suite in every test.
  compile = (file, setting) => {
    const key = setting.scenario.kind === 'path' ? setting.scenario.path : '';
    const result = known.get(key) ?? compiler.compile(file, setting);
    known.set(key, result);
    return result;
  };
});
afterAll(() => close());

const manifests = readSuite().slice(0, readSuite().indexOf('scenario: ./whole.yaml'));

/** Runs tests, written in YAML, over the manifests of the suite. */
async function run(tests: string): Promise<RunResult> {
  const indented = tests.trim().replace(/^/gm, '  ');
  const { file, faults } = await parseSuite(`${manifests}scenario: ./whole.yaml\ntests:\n${indented}\n`, suitePath);
  expect(faults).toEqual([]);
  return runTests(file ? [file] : [], { compile });
}

/** What does not hold of one expectation, in flow style. */
async function failures(expected: string, more = ''): Promise<readonly string[]> {
  const { tests } = await run(`- { name: t, ${more}expect: ${expected} }`);
  return tests.flatMap((test) =>
    test.failures.map(({ code, message, help }) => `${code}: ${message}${help ? ` (${help})` : ''}`),
  );
}

describe('a test', () => {
  it.each([
    [
      '{ edges: { /web.data: [audit, gate] } }',
      'interposers of `/web.data`: expected `audit` → `gate`, found `#gate.check` (/__overlay_0_0) → `#audit.record`',
    ],
    ['{ edges: { /web.data: [] } }', 'expected no interposer, found'],
    ['{ edges: { /web.agent: [gate] } }', 'found no interposer'],
    [
      '{ edges: { /team/page.data: [{ policy: audit, scope: / }, gate, { policy: audit, scope: /team }] } }',
      'expected `audit` of `/` → `gate`',
    ],
    ['{ untouched: [exports.site] }', 'interposers of `exports.site`: expected no interposer, found `#gate.check`'],
    ['{ untouched: others }', 'interposers of `/web.data`: expected no interposer'],
    [
      '{ interposers: [] }',
      'an interposer that the test does not expect: `/__overlay_0_0` by `#gate.check` of `/` on `/web.data`',
    ],
    [
      '{ interposers: [{ reason: { matches: "." }, count: 6 }] }',
      'interposers with a reason matching /./: expected 6, found 7 interposers',
    ],
    [
      '{ interposers: [{ reason: e, count: 7 }, { policy: gate, count: 4 }] }',
      'interposers in all: expected 11, found 7 interposers (two items fit the same one',
    ],
    [
      '{ interposers: [{ on: [exports.site], program: { path: /opt/acme/dor } }] }',
      '`program.path` of interposer `/__overlay_0_2`: expected `"/opt/acme/dor"`, found `"/opt/acme/door"`',
    ],
    [
      '{ interposers: [{ on: [exports.site], config: { levl: 3 } }] }',
      '`config.levl` of interposer `/__overlay_0_2`: expected `3`, found no such field (did you mean `level`?)',
    ],
    [
      '{ interposers: [{ on: [exports.site], config: { tags: [one] } }] }',
      '`config.tags` of interposer `/__overlay_0_2`: expected `["one"]`, found `["one","two"]`',
    ],
    ['{ interposers: [{ on: [exports.site], config: {} }] }', '`config` of interposer `/__overlay_0_2`: expected `{}`'],
    ['{ findings: [] }', 'a finding that the test does not expect: info `seen` on `/web.data` by `#gate.check` of `/`'],
    ['{ findings: [{ severity: error }] }', 'findings of severity error: expected 1, found none; there is info `seen`'],
    [
      '{ errors: [govern/finding-error] }',
      'errors with code `govern/finding-error`: expected 1, found none; there is no error at all',
    ],
    ['{ warnings: [] }', 'a warning that the test does not expect: `govern/finding-warning`'],
    ['{ policies: { /team/audit: { shown: 4 } } }', 'edges shown to `#audit.record` of `/team`: expected 4, found 3'],
    [
      '{ policies: { /team/audit: { matched: [] } } }',
      'edges matched by `#audit.record` of `/team`: expected no edge, found `/team/page.data`',
    ],
    ['{ counts: { components: 3 } }', 'number of components: expected 3, found 13'],
  ])('%s fails', async (expected, message) => {
    expect((await failures(expected)).join('\n')).toContain(message);
  });

  it.each([
    ['{ edges: { /web.dta: [] } }', 'no edge `/web.dta`', 'did you mean `/web.data`?'],
    ['{ edges: { exports.sites: [] } }', 'no edge `exports.sites`', '`exports.site`'],
    ['{ edges: { /web.data: [gat] } }', 'no policy `gat`', '`gate`'],
    ['{ edges: { /web.data: [{ policy: gate, scope: /tem }] } }', '`/tem`', 'there is `/`'],
    ['{ untouched: [/web.agents] }', 'no edge `/web.agents`', '`/web.agent`'],
    ['{ interposers: [{ moniker: /__overlay_9_9 }] }', 'no interposer `/__overlay_9_9`', ''],
    ['{ interposers: [{ on: [nowhere] }] }', 'no edge `nowhere`', 'there is `/web.data`'],
    ['{ findings: [{ component: /aip }] }', 'no component `/aip`', '`/api`'],
    ['{ findings: [{ policy: "#gate.chek" }] }', 'no policy `#gate.chek`', '`#gate.check`'],
    ['{ policies: { adit: { shown: 1 } } }', 'no policy `adit`', '`audit`'],
    ['{ policies: { gate: { shown: [nowhere] } } }', 'no edge `nowhere`', ''],
    [
      '{ warnings: [{ code: govern/finding-warnin }] }',
      'no diagnostic code `govern/finding-warnin`',
      '`govern/finding-warning`',
    ],
  ])('%s names nothing', async (expected, name, help) => {
    const found = await failures(expected);
    expect(found[0]).toContain('test/unknown-name');
    expect(found[0]).toContain(name);
    expect(found[0]).toContain(help);
    expect(found).toHaveLength(1);
  });

  it('names policies that run already only when there are any', async () => {
    const found = await failures('{ errors: [] }', 'policies: { gat: "http://127.0.0.1:9/" }, ');
    expect(found).toEqual([expect.stringContaining('no policy `gat`')]);
  });

  it.each(['{}', 'null', '{ untouched: others, edges: { exports.data: [] } }'])(
    'that expects %s cannot fail, so it fails',
    async (expected) => {
      const own = expected.includes('data')
        ? 'scenario: { manifest_version: "0.4.0", components: { api: ./api.yaml }, exports: { data: "#api.data" } }, '
        : '';
      const found = await failures(expected, own);
      expect(found.join()).toMatch(
        /test\/no-assertion|other edges: expected some that no interposer is on, found none at all/,
      );
    },
  );

  it('fails with each error that it does not expect, and with nothing that follows from it', async () => {
    const found = await failures(
      '{ edges: { exports.site: [gate] }, counts: { interposers: 1 } }',
      'scenario: ./broken.yaml, ',
    );
    expect(found).toHaveLength(2);
    expect(found.join()).toMatch(/test\/unexpected.*slot `agent`.*test\/unexpected.*slot `data`/s);
  });

  it('cannot expect edges of a compile that failed', async () => {
    const found = await failures(
      '{ errors: [govern/finding-error], edges: { exports.team: [] }, interposers: [], counts: { touched: 0 } }',
      'scenario: ./forbidden.yaml, ',
    );
    expect(found.join()).toMatch(/found no plan.*found no plan.*found no plan/s);
  });

  it('reports a scenario that is not there', async () => {
    const result = await run('- { name: t, scenario: ./no-such.yaml, expect: { errors: [] } }');
    expect(result.tests[0]?.failures.map(({ code }) => code)).toEqual(['test/no-scenario']);
  });
});

describe('what is told', () => {
  const tests = `
- { name: good, expect: { edges: { /web.data: [gate, audit] }, untouched: [/web.agent] } }
- { name: 'bad <&">', expect: { counts: { edges: 1 } } }`;

  it('has the line of the expectation', async () => {
    const result = await run(tests);
    const text = renderTests(result, { width: 100, palette: plain });
    expect(text).toContain('  ok    good (2 compared)\n');
    expect(text).toMatch(/FAIL {2}bad <&"> \(line \d+\)/);
    const line = readSuite().slice(0, manifests.length).split('\n').length + 3;
    expect(text).toContain(`--> ${suitePath}:${line}:`);
    expect(text).toContain('1 of 2 tests failed');
    expect(jsonTests(result)).toMatchObject({
      version: 1,
      tests: [{ outcome: 'passed' }, { outcome: 'failed', line, failures: [{ code: 'test/unmet', file: suitePath }] }],
      summary: { passed: 1, failed: 1, compared: 3 },
    });
    expect(renderJunit(result)).toContain('name="bad &lt;&amp;&quot;&gt;"');
    expect(renderJunit(result)).toContain('tests="2" failures="1"');
  });

  it('has what each policy was shown and hit, and what no test names', async () => {
    const coverage = coverageOf((await run(tests)).tests);
    const row = coverage.find(({ policy, scope }) => policy === '#gate.check' && scope === '/');
    expect(row?.asked).toBe(1);
    expect(row?.edges.filter(({ hit }) => hit).map(({ edge }) => edge)).toEqual([
      '/web.data',
      '/team/page.data',
      'exports.site',
      'exports.team',
    ]);
    expect(row?.edges.filter(({ expected }) => expected).map(({ edge }) => edge)).toEqual(['/web.data', '/web.agent']);
    expect(row?.selections).toEqual([
      { name: 'side export', matched: 2 },
      { name: 'kind kvm', matched: 0 },
      { name: 'to /web.data', matched: 1 },
      { name: 'kind http', matched: 4 },
    ]);
    expect(row?.neverHit).toEqual(['kind kvm']);
    expect(renderCoverage(coverage)).toContain('  hit  selection `to /web.data`: 1 match\n');
    expect(renderCoverage(coverage)).toContain('  -    selection `kind kvm`: never hit\n');
    expect(renderCoverage(coverage)).toContain('  hit  exports.site  (no test names it)');
    expect(renderCoverage([])).toContain('no policy was asked');
  });
});
