/** examples/contract: its README as it stands. */
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { cliPath } from '../support/cli.ts';
import { fencesOf } from '../support/pages.ts';
import { expectNoProcess } from '../support/run/leftovers.ts';
import { createTempFolder } from '../support/temp-folder.ts';

const temp = createTempFolder();
const folder = join(temp.path, 'example');
const home = join(temp.path, 'home');
const bin = join(temp.path, 'bin');
const token = 'a-token-that-nobody-is-to-see';

afterAll(async () => {
  await expectNoProcess(temp.path);
  temp.remove();
});

function sh(script: string, wanted = 0): string {
  const env = {
    ...{ PATH: `${bin}:${process.env['PATH']}`, HOME: home, XDG_STATE_HOME: join(home, 'state'), NO_COLOR: '1' },
    HEADGATE_CONFIG_TOKEN: token,
  };
  const { status, stdout } = spawnSync('bash', ['-euo', 'pipefail', '-c', `exec 2>&1\n${script}`], {
    cwd: folder,
    env,
    encoding: 'utf8',
    timeout: 300_000,
  });
  expect(status, stdout).toBe(wanted);
  return stdout;
}

it('does what its README says: delegations, a retry, a cancel, a contract, a record, a bundle, and a budget that runs out', () => {
  for (const path of [home, bin]) mkdirSync(path, { recursive: true, mode: 0o700 });
  cpSync('examples/contract', folder, { recursive: true });
  writeFileSync(join(bin, 'headgate'), `#!/bin/sh\nexec '${process.execPath}' '${cliPath}' "$@"\n`);
  chmodSync(join(bin, 'headgate'), 0o755);
  expect(sh('headgate check scenario.yaml --deny warnings')).toBe('');
  const fences = fencesOf(readFileSync(resolve('examples/contract/README.md'), 'utf8'))
    .filter(({ language }) => language === 'sh')
    .map(({ text, info }) => ({ text, exit: Number(/^exit=(\d+)$/.exec(info)?.[1] ?? 0) }));
  expect(fences).toHaveLength(11);
  const said = fences.map(({ text, exit }) => sh(text, exit));
  const [ran, validated, counted, packed, unsearched, leaking, missing, revoked, lost, spent, recorded] =
    said as readonly string[];

  expect(ran).toMatch(/^\/agent +ready +\d+ +1 /m);
  expect(ran).toMatch(/^agent +sandboxMemoryBytes +\d+ +268435456 +(enforced|metered)$/m);
  expect(ran).toMatch(/^agent +wallClockSeconds +\d+(\.\d+)? +600 +enforced$/m);
  for (const [gate, resource, delegation] of [
    ['artifactAccess', '/agent.resources.state', 'storage'],
    ['networkProfile', 'exports.agent', 'export'],
    ['toolGrant', './agent.py', 'program'],
  ])
    expect(ran?.replaceAll(/ +/g, ' ')).toContain(`/agent ${gate} ${resource} ${delegation}\n`);
  expect(ran).toMatch(/ CANCELLED$/m);
  expect(validated).toContain(
    'contract.json is a valid WorkspaceOperationContract\nrecord.json is a valid OperationRecord',
  );
  expect(counted).toBe('600\nstart 1, failure 1, retry 1, start 2, complete 2, cancel 2\n');
  expect(packed).toContain('manifest.json is a valid AgentMachineDiagnosticBundle');
  expect(unsearched).toContain('blocked[bundle_unverified]');
  expect(unsearched).toContain('set HEADGATE_CONFIG_TOKEN');
  expect(leaking).toMatch(/blocked\[bundle_leaks\].*logs\/001\.log holds canary 1/);
  for (const name of ['unsearched', 'leaking']) expect(existsSync(join(folder, `${name}.tar.gz`))).toBe(false);
  expect(missing).toContain(
    'blocked[authority_missing]: /agent: artifactAccess: no delegation gives `/agent.resources.state`',
  );
  expect(missing).toContain('fewer.yaml, and begin a new run');
  expect(revoked).toContain('revoked program in ');
  expect(lost).toContain('`program` gave it: it was revoked: maintenance');
  expect(spent).toContain('cancelled: budget: 10 s are all that profile `agent` allows the run');
  expect(recorded).toContain('budget: 10 s are all');
  expect(said.join('')).not.toContain(token);
});
