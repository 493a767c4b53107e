/** Every scenario that compiles goes through a bundle and comes out as the same plan, its sources being gone. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBundle } from '../../src/adapters/loaders/bundle-loader.ts';
import { compile } from '../../src/compile.ts';
import { goldenCases, goldenFolder } from '../support/golden.ts';
import {
  type Example,
  loadExample,
  readCaseFile,
  runExample,
  runningOf,
  settingsOf,
  surroundings,
} from '../support/harness.ts';
import { createStubPolicyClient } from '../support/stub-policy-client.ts';

let root = '';
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'headgate-bundles-'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const wholeCases = goldenCases((suite) => suite !== 'cli').filter(
  (name) => readCaseFile(join(goldenFolder, name)).expect === 'ok',
);

function lay(name: string, files: ReadonlyMap<string, string>): string {
  const folder = join(root, name.replaceAll('/', '__'));
  for (const [path, text] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

const fromBundle = async (folder: string, example: Example) => {
  const { bundle, diagnostics } = await openBundle(folder, 'bundle');
  expect(diagnostics).toEqual([]);
  if (!bundle) throw new Error('no bundle');
  const { settings } = await settingsOf(example);
  return compile({
    input: bundle.rootUrl,
    baseDir: bundle.baseDir,
    loader: bundle.loader,
    policyClient: createStubPolicyClient(example.answers),
    policySettings: settings?.policies ?? [],
    ...(settings ? { runtime: runningOf(example, settings.running) } : {}),
    rootConfig: { env: example.env ?? {}, ...(example.rootConfig ? { file: example.rootConfig } : {}) },
  });
};

describe('through a bundle', () => {
  it.skipIf(process.env['HEADGATE_GOLDEN_FILTER'])('there are scenarios to try', () =>
    expect(wholeCases.length).toBeGreaterThan(20),
  );

  it.each(wholeCases)('%s', async (name) => {
    const folder = join(goldenFolder, name);
    const example = { ...loadExample(folder, readCaseFile(folder)), ask: true };
    const outcomes = await Promise.all(surroundings.map((where) => runExample(example, where)));
    const [first, second] = outcomes.map(({ result }) => result.compiled);
    if (!first || !second) throw new Error('it compiles');
    const files = first.emit('bundle');
    expect([...second.emit('bundle')], 'wherever its sources lie').toEqual([...files]);

    const again = (await fromBundle(lay(name, files), example)).compiled;
    expect(again?.planText).toBe(first.planText);
    expect([...(again?.emit('bundle') ?? [])], 'a bundle of the bundle').toEqual([...files]);
    expect(readFileSync(join(root, name.replaceAll('/', '__'), 'bundle.json'), 'utf8')).not.toContain('file:');
  });
});
