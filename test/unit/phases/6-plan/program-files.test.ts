/** Programs that manifests name by relative paths: they are sources of the plan, by their bytes. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openBundle } from '../../../../src/adapters/loaders/bundle-loader.ts';
import { createMemoryPolicyClient } from '../../../../src/adapters/policies/memory-client.ts';
import { digestOf } from '../../../../src/base/digest.ts';
import { type CompileResult, compile } from '../../../../src/compile.ts';
import { planDifferences } from '../../../../src/plan/attest/differences.ts';
import { materialsOf } from '../../../../src/plan/attest/statement.ts';
import {
  codesOf,
  compileFiles,
  compileFrozen,
  type Files,
  loaderOf,
  lockOf,
  messagesOf,
  onEdge,
  policy,
  scenarioWith,
  server,
} from '../../../support/policy-scenario.ts';

const files: Files = {
  'scenario.yaml': scenarioWith({ a: './a/policy.yaml' }),
  'server.yaml': server.replace('/bin/true', './go.sh'),
  'a/policy.yaml': policy.replace('/bin/true', './policy.sh'),
  'go.sh': 'exec serve\n',
  'a/policy.sh': 'exec answer\n',
  'a/bin/proxy': 'exec proxy\n',
};
const interposition = JSON.parse(JSON.stringify(onEdge(0)).replace('/bin/true', './bin/proxy')) as object;
const answer = (): object => ({ interpositions: [interposition] });
const record = (of: Files = files): Promise<CompileResult> => compileFiles(of, answer, { record: true });
const programsIn = ({ compiled }: CompileResult): readonly object[] =>
  (compiled?.plan.sources ?? []).filter(({ kind }) => kind === 'program');
const program = (name: string, text: string | undefined): object => ({
  name,
  digest: text === undefined ? null : digestOf(text),
  kind: 'program',
});

describe('a plan', () => {
  it('has the programs of components, policies and interposers among its sources, sorted', async () => {
    const result = await record();
    expect(programsIn(result)).toEqual([
      program('a/bin/proxy', files['a/bin/proxy']),
      program('a/policy.sh', files['a/policy.sh']),
      program('go.sh', files['go.sh']),
    ]);
    const names = result.compiled?.plan.sources.map(({ name }) => name);
    expect(names).toEqual([...(names ?? [])].sort());
  });

  it('is another one when a program is', async () => {
    const [before, after] = [await record(), await record({ ...files, 'go.sh': 'exec other\n' })];
    const [one, other] = [before.compiled?.plan, after.compiled?.plan];
    if (!one || !other) throw new Error('it compiles');
    expect(other.planDigest).not.toBe(one.planDigest);
    expect(planDifferences(one, other)).toEqual(['`go.sh` was changed']);
  });

  it('says of a program that is not there that it has no digest', async () => {
    const { 'go.sh': _, ...without } = files;
    const [whole, result] = [await record(), await record(without)];
    expect(result.diagnostics).toEqual([]);
    expect(programsIn(result)).toContainEqual(program('go.sh', undefined));
    const [one, other] = [whole.compiled?.plan, result.compiled?.plan];
    if (!one || !other) throw new Error('it compiles');
    expect(planDifferences(one, other)).toEqual(['`go.sh` is not there any more']);
    expect(planDifferences(other, one)).toEqual(['`go.sh` is there, and was not']);
    expect(materialsOf(one).filter(({ kind }) => kind === 'program')).toHaveLength(3);
    expect(materialsOf(other).map(({ name }) => name)).not.toContain('go.sh');
  });

  it.each(['python3', '/usr/bin/python3', './${config.tool}'])('has none for %s', async (path) => {
    const schema = 'config_schema: { type: object, properties: { tool: { type: string } } }\n';
    const result = await compileFiles(
      {
        'scenario.yaml': server.replace('/bin/true', `"${path}"`) + (path.includes('config') ? schema : ''),
        python3: 'x',
      },
      answer,
    );
    expect(codesOf(result)).toEqual([]);
    expect(programsIn(result)).toEqual([]);
  });

  it('names a file once that two manifests start, and keeps it apart from a manifest of its name', async () => {
    const result = await compileFiles(
      {
        'scenario.yaml':
          'manifest_version: "0.4.0"\ncomponents: { a: ./server.yaml, b: ./b/b.yaml }\nexports: { a: "#a.api", b: "#b.api" }\n',
        'server.yaml': server.replace('/bin/true', './server'),
        'b/b.yaml': server.replace('/bin/true', '../server'),
        server: 'x',
      },
      answer,
    );
    expect(programsIn(result)).toEqual([program('server', 'x')]);
    expect(result.compiled?.plan.sources.filter(({ name }) => name === 'server').map(({ kind }) => kind)).toEqual([
      'manifest',
      'program',
    ]);
  });

  it('has no digest of a program that lies on the network, and nobody asks for it', async () => {
    const asked: string[] = [];
    const all = {
      'scenario.yaml':
        'manifest_version: "0.4.0"\ncomponents: { a: "https://x.test/a.yaml" }\nexports: { a: "#a.api" }\n',
      'https://x.test/a.yaml': server.replace('/bin/true', './go'),
      'https://x.test/go': 'x',
    };
    const loader = loaderOf(all);
    const result = await compileFiles(all, answer, {
      loader: {
        load: loader.load,
        digest: async (url) => {
          asked.push(url);
          return 'sha256:';
        },
      },
    });
    expect(programsIn(result)).toEqual([program('https://x.test/go', undefined)]);
    expect(asked).toEqual([]);
  });

  it('is the same from a loader that can only load', async () => {
    const { load } = loaderOf(files);
    const result = await compileFiles(files, answer, { record: true, loader: { load } });
    expect(result.compiled?.planText).toBe((await record()).compiled?.planText);
  });

  it('reads no program where nobody wants the plan', async () => {
    const loader = loaderOf(files);
    const read: string[] = [];
    await compileFiles(files, answer, {
      programs: false,
      loader: {
        load: loader.load,
        digest: async (url) => {
          read.push(url);
          return undefined;
        },
      },
    });
    expect(read).toEqual([]);
  });

  it.each([
    ['which holds no program', files],
    [
      'also where a program lies above everything',
      { ...files, 'server.yaml': server.replace('/bin/true', '../up.sh') },
    ],
  ])('is the same from a bundle, %s', async (_, some) => {
    const live = await record(some);
    const folder = mkdtempSync(join(tmpdir(), 'headgate-programs-'));
    try {
      const written = live.compiled?.emit('bundle') ?? new Map<string, string>();
      expect([...written.values()].join('')).not.toContain('exec serve');
      for (const [name, text] of written) {
        await mkdir(dirname(join(folder, name)), { recursive: true });
        writeFileSync(join(folder, name), text);
      }
      const { bundle, diagnostics } = await openBundle(folder, 'bundle');
      expect(diagnostics).toEqual([]);
      if (!bundle) throw new Error('no bundle');
      const again = await compile({
        input: bundle.rootUrl,
        baseDir: bundle.baseDir,
        loader: bundle.loader,
        policyClient: createMemoryPolicyClient(() => ({ text: JSON.stringify(answer()) })),
      });
      expect(again.compiled?.planText).toBe(live.compiled?.planText);
      expect([...(again.compiled?.emit('bundle') ?? [])]).toEqual([...written]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('a frozen compile', () => {
  it('gives the bytes of the live one', async () => {
    const { 'a/bin/proxy': _, ...without } = files;
    for (const some of [files, without]) {
      const live = await record(some);
      const frozen = await compileFrozen(some, lockOf(live));
      expect(messagesOf(frozen)).toEqual([]);
      expect(frozen.compiled?.planText).toBe(live.compiled?.planText);
      expect(lockOf(frozen)).toEqual(lockOf(live));
    }
  });

  it.each([
    ['changed', { 'go.sh': 'exec other\n' }, '`go.sh` has changed since the lock was recorded'],
    ['changed', { 'a/bin/proxy': 'exec other\n' }, '`a/bin/proxy` has changed since the lock was recorded'],
    ['gone', { 'go.sh': undefined }, '`go.sh` was there when the lock was recorded, and cannot be read now'],
  ])('names a program that was %s', async (_, change, message) => {
    const lock = lockOf(await record());
    const now = Object.fromEntries(Object.entries({ ...files, ...change }).filter(([, text]) => text !== undefined));
    const frozen = await compileFrozen(now as Files, lock);
    expect(messagesOf(frozen)).toEqual([`lock/source-changed: ${message}`]);
    expect(frozen.diagnostics[0]?.at?.file).toBe(lock.file);
    expect(frozen.compiled).toBeUndefined();
  });

  it('reads a lock from before programs were pinned', async () => {
    const live = await record();
    const lock = lockOf(live);
    const whole = JSON.parse(lock.text ?? '') as { sources: { kind: string }[] };
    const older = { ...whole, sources: whole.sources.filter(({ kind }) => kind !== 'program') };
    const frozen = await compileFrozen(files, { ...lock, text: JSON.stringify(older) });
    expect(messagesOf(frozen)).toEqual([]);
    expect(frozen.compiled?.planText).toBe(live.compiled?.planText);
  });
});
