/** A run of a plan whose file is in version 2, from its start to what later commands make of its folder. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { JsonObject } from '../../src/base/json.ts';
import { runCli } from '../support/cli.ts';
import { headgate, type RunOptions } from '../support/run/cli-run.ts';
import { runFolders } from '../support/run/journal.ts';
import { expectNoProcess } from '../support/run/leftovers.ts';
import { type Part, scenarioOf } from '../support/run/scenarios.ts';
import { createTempFolder } from '../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(async () => {
  await expectNoProcess(temp.path);
  temp.remove();
});

// An argument has at most 128 KiB.
const long = `${': a long program\n'.repeat(7_000)}echo ends here`;
const task = (name: string): Part => ({
  restart: 'never',
  manifest: { program: { path: '/bin/sh', args: ['-c', long, name, long, long, long] } },
});
const cwd = temp.lay(scenarioOf({ one: task('one'), two: task('two'), three: task('three') }));
const version = (path: string): unknown => (JSON.parse(readFileSync(path, 'utf8')) as JsonObject)['version'];
const cli = (...args: readonly string[]): string => {
  const { status, stdout, stderr } = runCli(args, { cwd });
  expect(status, stderr).toBe(0);
  return stdout;
};

it('runs to its end, lies in its folder in version 2, is verified against both, and runs as it was signed', () => {
  cli('compile', 'scenario.json', '--emit', 'plan=plan.json', '--emit', 'plan-v1=whole.json');
  expect([version(join(cwd, 'plan.json')), version(join(cwd, 'whole.json'))]).toEqual([2, 1]);
  cli('attest', 'keygen', '--out', 'key');
  cli('attest', 'whole.json', '--key', 'key', '--out', 'signed.json');
  const options: RunOptions = { stateDir: join(temp.path, 'state'), cwd };
  const signed = ['--attestation', 'signed.json', '--key', 'key.pub'];
  const end = headgate(['run', 'plan.json', ...signed], options);
  expect([end.status, end.stderr], end.stderr).toEqual([0, expect.stringContaining('COMPLETE')]);
  const [id = ''] = runFolders(options.stateDir);
  const folder = join(options.stateDir, 'runs', id);
  expect(version(join(folder, 'plan.json'))).toBe(2);
  expect(readFileSync(join(folder, 'logs/two.log'), 'utf8')).toContain('ends here');
  for (const plan of ['plan.json', 'whole.json'])
    expect(cli('verify-run', folder, '--plan', plan)).toContain('VERIFIED');
  expect(headgate(['resume', id], options).status).toBe(0);
  expect(headgate(['status', id], options)).toMatchObject({ status: 0, stdout: expect.stringContaining('/three') });
  const bundle = headgate(['support-bundle', id, '--output', join(cwd, 'bundle.tar.gz')], options);
  expect([bundle.status, bundle.stderr], bundle.stderr).toEqual([0, expect.any(String)]);
  expect(cli('emit', join(folder, 'plan.json'), '--to', 'plan-v1=-')).toBe(
    readFileSync(join(cwd, 'whole.json'), 'utf8'),
  );
});
