import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type BundleOptions, supportBundle } from '../../../../src/runtime/support-bundle/bundle.ts';
import { unpack } from '../../../../src/runtime/support-bundle/unpack.ts';
import { keptId, keptRun, sealKept } from '../../../support/run/kept-run.ts';
import { createTempFolder } from '../../../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);

let count = 0;
function made(
  env: Readonly<Record<string, string>>,
  more: Partial<BundleOptions> = {},
): ReturnType<typeof supportBundle> {
  const stateDir = join(temp.path, `state${count++}`);
  keptRun('v1', stateDir);
  return supportBundle({
    id: keptId,
    stateDir,
    env,
    withLogs: false,
    allowUnverified: false,
    offline: true,
    canaries: [],
    ...more,
  });
}

describe('a bundle', () => {
  it('of a run of an earlier headgate is what it promises', async () => {
    const bundle = await made({ LANG: 'C', HOME: '/nonexistent' });
    if ('blocked' in bundle) throw new Error(JSON.stringify(bundle.blocked));
    expect(bundle.manifest).toMatchObject({ kind: 'AgentMachineDiagnosticBundle', localSecretsIncluded: false });
    const read = unpack(bundle.bytes, 1 << 26);
    expect(typeof read === 'object' && [...read.files.keys()].slice(0, 2)).toEqual([
      `headgate-support-${keptId}/README.txt`,
      `headgate-support-${keptId}/manifest.json`,
    ]);
  });

  // Everything that says so is a word of ours, which cannot be kept out and cannot be told from the secret.
  it.each(['searched', 'localSecretsIncluded', 'AgentMachineDiagnosticBundle'])(
    'is not made where a secret is a word of its own form: %s',
    async (word) => {
      expect(await made({ MY_PASSWORD: word })).toMatchObject({
        blocked: { gate: 'bundle_leaks', subject: keptId },
      });
    },
  );

  it('is made where a secret is any other word of it, which is left out', async () => {
    const bundle = await made({ MY_PASSWORD: 'headgate status' });
    expect(bundle).toMatchObject({ manifest: { kind: 'AgentMachineDiagnosticBundle' } });
  });

  it('of a run whose journal was cut at the end of a line says so, and is not what it promises', async () => {
    const stateDir = join(temp.path, 'cut');
    const path = join(keptRun('v1', stateDir), 'journal.ndjson');
    sealKept(stateDir);
    expect(await made({}, { stateDir })).toMatchObject({ manifest: { journal: { chain: 'whole', entries: 24 } } });
    writeFileSync(path, `${readFileSync(path, 'utf8').split('\n').slice(0, 8).join('\n')}\n`);
    expect(await made({}, { stateDir })).toMatchObject({ blocked: { gate: 'bundle_unverified' } });
    expect(await made({}, { stateDir, allowUnverified: true })).toMatchObject({
      manifest: {
        kind: 'UnverifiedDiagnosticBundle',
        journal: { chain: 'cut', entries: 8, fault: expect.stringContaining('went on to entry 23') },
        missing: expect.arrayContaining([{ piece: 'journal.ndjson', reason: expect.stringContaining('entry 23') }]),
      },
    });
  });

  it('tells a canary by its number and the piece that it is in', async () => {
    const canaries = ['nowhere-at-all', 'components'];
    const found = await made({}, { canaries });
    expect(found).toMatchObject({ blocked: { gate: 'bundle_leaks' } });
    const text = JSON.stringify(found);
    expect(text).toContain('plan.json holds canary 2');
    expect(text).not.toContain('canary 1');
    expect(text).toContain('give another one');
    expect(JSON.stringify(await made({ MY_PASSWORD: 'searched' }))).not.toContain('give another one');
    expect(text).not.toContain('nowhere-at-all');
  });
});
