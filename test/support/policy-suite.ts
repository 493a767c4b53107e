/** The policies of test/fixtures/policy-test, and a way to compile it: as the command does, but for the processes. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { servePolicies } from '../../src/api/testing/serve.ts';
import type { Cli } from '../../src/app/cli.ts';
import { createInterrupt } from '../../src/app/interrupt.ts';
import { createCompile } from '../../src/app/policy-test/compile.ts';
import { setUp } from '../../src/app/session.ts';
import { createSettingsFiles } from '../../src/app/settings-files.ts';
import { plain } from '../../src/diagnostics/render/palette.ts';
import { createSink } from '../../src/diagnostics/sink.ts';
import { loadSyntax } from '../../src/language/syntax/parse.ts';
import { definePolicy, finding, interposer } from '../../src/policy/sdk/index.ts';
import { readTestFile, type TestFile } from '../../src/policy/test/file.ts';
import type { CompileSetting } from '../../src/policy/test/run.ts';

export const suitePath = 'test/fixtures/policy-test/suite.policy-test.yaml';

export const audit = definePolicy({
  name: 'audit',
  decide: (scope) => {
    const recorder = interposer({
      program: { path: '/opt/acme/recorder' },
      port: 18_500,
      reason: ({ edge }) => `records ${edge.kind}`,
    });
    const edges = scope.select({ kind: 'http', side: 'inside' });
    return [recorder.on(edges), edges.edges.map((edge) => finding('info', 'recorded', { edge }))];
  },
});

export const gate = definePolicy({
  name: 'gate',
  decide: (scope) => {
    const door = interposer({
      program: ({ edge }) => ({ path: '/opt/acme/door', args: ['--strict', `--edge=${edge.label}`] }),
      config: { level: 3, strict: true, note: null, tags: ['one', 'two'] },
      reason: 'every door is watched',
      metadata: ({ index }) => ({ copy: index }),
    });
    const api = scope.component('/api');
    const exported = scope.select({ side: 'export', allowEmpty: true });
    const [first] = exported;
    scope.select({ kind: 'kvm' });
    const [data] = scope.select({ to: '/web.data', allowEmpty: true });
    return [
      door.on(scope.select({ kind: 'http' })),
      data ? finding('info', 'seen', { edge: data }) : undefined,
      api ? finding('info', 'component api', { component: api }) : finding('error', 'there must be /api'),
      first ? finding('warning', 'an open door', { edge: first, code: 'open-door' }) : undefined,
    ];
  },
});

/** Compiles with the policies above; to be closed. */
export async function suiteCompiler(): Promise<{
  readonly compile: CompileSetting;
  readonly close: () => Promise<void>;
}> {
  const served = await servePolicies({ audit, gate });
  const cwd = resolve('.');
  const cli: Cli = {
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
  };
  const setup = await setUp(cli, { policy: [...served.urls].map(([name, url]) => `${name}=${url}`) });
  const compile = createCompile(cli, { setup, settings: createSettingsFiles(cwd, undefined), deny: [] });
  return { compile, close: served.close };
}

export async function parseSuite(
  text: string,
  file: string,
): Promise<{ readonly file?: TestFile; readonly faults: readonly string[] }> {
  await Promise.all([loadSyntax('yaml'), loadSyntax('json5')]);
  const sink = createSink();
  const read = readTestFile({ file, text }, sink);
  return {
    faults: sink.diagnostics.map(({ code, message }) => `${code}: ${message}`),
    ...(read ? { file: read } : {}),
  };
}

export const readSuite = (): string => readFileSync(suitePath, 'utf8');
