import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Cli } from '../../app/cli.ts';
import { createInterrupt } from '../../app/interrupt.ts';
import { createCompile } from '../../app/policy-test/compile.ts';
import { setUp } from '../../app/session.ts';
import { createSettingsFiles } from '../../app/settings-files.ts';
import type { JsonObject } from '../../base/json.ts';
import type { Range } from '../../base/span.ts';
import type { SourceText } from '../../base/text.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { plain } from '../../diagnostics/render/palette.ts';
import { renderText } from '../../diagnostics/render/text.ts';
import { createSink } from '../../diagnostics/sink.ts';
import { loadMetaschema } from '../../language/schema/metaschema.ts';
import { loadSyntax } from '../../language/syntax/parse.ts';
import { testReporter, toNode } from '../../policy/test/cursor.ts';
import { readExpectations } from '../../policy/test/expect.ts';
import { type Facts, factsOf } from '../../policy/test/facts.ts';
import type { Scenario, Setting, TestFile } from '../../policy/test/file.ts';
import { judge } from '../../policy/test/judge.ts';
import type { Compiled } from '../../policy/test/run.ts';
import type { Expectations } from './expectations.ts';
import { type PolicyForTest, servePolicies } from './serve.ts';

export interface CompileForTestOptions {
  /** Policies that are not to be started: by reference, by name under `use`, or by scope and name. */
  readonly policies?: Readonly<Record<string, PolicyForTest>>;
  /** Root config, for policies that need its values. */
  readonly config?: JsonObject;
  /** Manifests by the path at which others find them, from `cwd`; they come before files. */
  readonly manifests?: Readonly<Record<string, JsonObject>>;
  /** What paths are relative to; the current folder unless given. */
  readonly cwd?: string;
  /** False: policies run without a sandbox, with all your rights. */
  readonly sandbox?: boolean;
}

/** What does not hold of an expectation. */
export interface Failure {
  /** `test/unmet`, `test/unexpected`, `test/unknown-name`, `test/shape`, `test/no-assertion` */
  readonly code: string;
  readonly message: string;
  readonly help?: string;
}

/** What the selections of one name matched, in one question to a policy. */
export interface SelectionMatches {
  readonly policy: string;
  readonly scope: string;
  readonly name: string;
  readonly matched: number;
}

/** A scenario that was compiled for a test, whether that succeeded or not. */
export interface CompiledForTest {
  readonly ok: boolean;
  readonly diagnostics: readonly Diagnostic[];
  /** The diagnostics as text. */
  readonly report: string;
  /** Ids of edges, and `exports.NAME`. */
  readonly edges: readonly string[];
  /** References of the policies whose interposers are on an edge, from source to consumer. Undefined without such an edge or a plan. */
  readonly chainOf: (edge: string) => readonly string[] | undefined;
  /** Monikers. */
  readonly interposers: readonly string[];
  /** Of the policies that tell, as those of the SDKs do: how many edges each selection matched, by the entry of the list and its scope. */
  readonly selections: readonly SelectionMatches[];
  /** Everything that does not hold; empty when all does. An expectation that compares nothing is a failure. */
  readonly failuresOf: (expected: Expectations) => readonly Failure[];
}

/**
 * Compiles a scenario as `headgate compile` does, and asks its policies.
 *
 *     const scenario = await compileForTest('scenario.yaml', { policies: { audit: policy } });
 *     expect(scenario.chainOf('/web.data')).toEqual(['#audit.record']);
 */
export async function compileForTest(
  scenario: string | URL | JsonObject,
  options: CompileForTestOptions = {},
): Promise<CompiledForTest> {
  const cwd = resolve(options.cwd ?? '.');
  await Promise.all([loadSyntax('json5'), loadMetaschema()]);
  const { file, setting } = toFile(scenario, options);
  const served = await servePolicies(options.policies ?? {});
  try {
    const range = { start: 0, end: 0 };
    const policies = new Map([...served.urls].map(([name, url]) => [name, { url, range }]));
    const cli = quiet(cwd);
    // Whoever runs a test of a checkout runs its code already.
    const setup = await setUp(cli, { trustSettings: true, ...(options.sandbox === false ? { sandbox: false } : {}) });
    const compile = createCompile(cli, { setup, settings: createSettingsFiles(cwd, undefined), deny: [] });
    const compiled = await compile(file, { ...setting, policies });
    if (!('heard' in compiled)) throw new Error(`compileForTest: ${compiled.message}`);
    return toResult(compiled, [...served.urls.keys()]);
  } finally {
    await served.close();
  }
}

/** Manifests of the program become one text, each at a place of its own. */
function toFile(
  scenario: string | URL | JsonObject,
  { manifests = {}, config }: CompileForTestOptions,
): { readonly file: TestFile; readonly setting: Omit<Setting, 'policies'> } {
  let text = '';
  const add = (manifest: JsonObject): Range => {
    const start = text.length;
    text += `${JSON.stringify(manifest, null, 2)}\n`;
    return { start, end: text.length };
  };
  const places = new Map(Object.entries(manifests).map(([path, manifest]) => [path, add(manifest)]));
  const root: Scenario = inline(scenario)
    ? { kind: 'inline', range: add(scenario) }
    : { kind: 'path', path: pathOf(scenario), range: { start: 0, end: 0 } };
  const source: SourceText = { file: 'inline.json5', text, format: 'json5' };
  return {
    file: { source, manifests: places, tests: [] },
    setting: { scenario: root, ...(config ? { config } : {}) },
  };
}

const inline = (scenario: string | URL | JsonObject): scenario is JsonObject =>
  typeof scenario !== 'string' && !(scenario instanceof URL);

const pathOf = (scenario: string | URL): string =>
  scenario instanceof URL && scenario.protocol === 'file:' ? fileURLToPath(scenario) : String(scenario);

const quiet = (cwd: string): Cli => ({
  out: async () => {},
  err: async () => {},
  env: {},
  cwd,
  palette: plain,
  width: 80,
  status: undefined,
  screen: undefined,
  interrupt: createInterrupt(),
  now: () => performance.now(),
});

function toResult(compiled: Compiled, running: readonly string[]): CompiledForTest {
  const facts = factsOf(compiled);
  return {
    ok: compiled.governed !== undefined && facts.errors.length === 0,
    diagnostics: compiled.diagnostics,
    report: renderText(compiled.diagnostics, compiled.sources),
    edges: facts.edges,
    chainOf: (edge) =>
      facts.result && facts.edges.includes(edge)
        ? (facts.result.chains.get(edge) ?? []).map(({ policy }) => policy.ref)
        : undefined,
    interposers: facts.result?.interposers.map(({ moniker }) => moniker) ?? [],
    selections: compiled.heard.flatMap(({ entry, scope, selections }) =>
      (selections?.list ?? []).map((selection) => ({ policy: entry.ref, scope: scope.moniker, ...selection })),
    ),
    failuresOf: (expected) => failuresOf(facts, expected, running),
  };
}

function failuresOf(facts: Facts, expected: Expectations, running: readonly string[]): readonly Failure[] {
  const range = { start: 0, end: 0 };
  const sink = createSink();
  const place = { file: 'expectations', range, running: running.map((value) => ({ value, range })) };
  const read = readExpectations(testReporter(place.file, sink.report), { node: toNode(expected), path: '' });
  if (!read || sink.hasErrors) return sink.diagnostics.map(toFailure);
  const { failures, compared } = judge(read, facts, place);
  if (failures.length > 0 || compared > 0) return failures.map(toFailure);
  return [{ code: 'test/no-assertion', message: 'this compares nothing, so it would pass whatever the policies do' }];
}

const toFailure = ({ code, message, help }: Diagnostic): Failure => ({
  code,
  message,
  ...(help === undefined ? {} : { help }),
});
