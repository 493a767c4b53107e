/** A headgate that is killed while a place runs its plan: the programs by which it speaks to that place end with it. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { cliPath } from '../support/cli.ts';
import { headgate, launch, until } from '../support/run/cli-run.ts';
import { runFolders } from '../support/run/journal.ts';
import { createTempFolder } from '../support/temp-folder.ts';

const temp = createTempFolder();
const bin = join(temp.path, 'bin');
/** Numbers of processes, one a line. */
const waiting = join(temp.path, 'waiting');
let states = 0;
afterAll(() => temp.remove());
beforeEach(() => {
  spawnSync('rm', ['-rf', bin, waiting]);
  mkdirSync(bin);
});

/** Answers by the lines of `cases`: a pattern of the shell, and what is done. `wait` goes on until it is ended. */
function program(name: string, cases: readonly (readonly [string, string])[]): void {
  const branches = cases.map(([pattern, does]) => `${pattern}) ${does} ;;`).join('\n');
  // Below it another one, as a plugin of it would be.
  const wait = `waits() { sleep 600 & echo "$$" >> '${waiting}'; echo "$!" >> '${waiting}'; wait; }`;
  writeFileSync(join(bin, name), `#!/bin/sh\n${wait}\ncase "$*" in\n${branches}\n*) exit 0 ;;\nesac\n`, {
    mode: 0o755,
  });
}
const told = (): readonly number[] =>
  existsSync(waiting) ? readFileSync(waiting, 'utf8').trim().split('\n').map(Number) : [];
const alive = (): readonly number[] =>
  told().filter((pid) => {
    const stat = existsSync(`/proc/${pid}/stat`) ? readFileSync(`/proc/${pid}/stat`, 'utf8') : ') Z';
    return !/\) [ZX]/.test(stat);
  });

const manifest = JSON.stringify({
  manifest_version: '0.4.0',
  program: { image: 'acme/one:1', entrypoint: ['/run'], network: { endpoints: [{ name: 'http', port: 8080 }] } },
  provides: { out: { kind: 'http', endpoint: 'http' } },
  exports: { out: 'provides.out' },
});
function started(on: string) {
  writeFileSync(join(temp.path, 'scenario.json5'), manifest);
  const options = {
    stateDir: join(temp.path, `state${states++}`),
    cwd: temp.path,
    env: { PATH: `${bin}:${process.env['PATH']}` },
  };
  return { ...launch(['run', 'scenario.json5', '--on', on], options), options };
}

describe('on Kubernetes', () => {
  /** Everything is there and well, as the emitted files say. */
  function cluster(): readonly (readonly [string, string])[] {
    writeFileSync(join(temp.path, 'scenario.json5'), manifest);
    const made = spawnSync(process.execPath, [cliPath, 'compile', 'scenario.json5', '--emit', 'kubernetes=files'], {
      cwd: temp.path,
      encoding: 'utf8',
    });
    expect(made.stderr).not.toContain('error');
    const policies = parseAllDocuments(readFileSync(join(temp.path, 'files/networkpolicies.yaml'), 'utf8'));
    const one = { replicas: 1, updatedReplicas: 1, availableReplicas: 1, observedGeneration: 1 };
    const root = { name: 'root', generation: 1, annotations: { 'headgate.dev/moniker': '/' } };
    const canary = { name: 'canary', annotations: { 'headgate.dev/role': 'canary' } };
    const answers = {
      workloads: [
        { kind: 'Deployment', metadata: root, spec: { replicas: 1 }, status: one },
        { kind: 'Job', metadata: canary, status: { conditions: [{ type: 'Complete', status: 'True' }] } },
      ],
      policies: policies.map((policy) => policy.toJS() as object),
    };
    for (const [name, items] of Object.entries(answers))
      writeFileSync(join(temp.path, name), JSON.stringify({ items }));
    return [
      ['"version "*', 'echo "{}"'],
      ['*"port-forward"*', 'echo "Forwarding from 127.0.0.1:1"; waits'],
      ['"get deployments.apps,jobs.batch -l "*', `cat '${join(temp.path, 'workloads')}'`],
      ['"get networkpolicies"*', `cat '${join(temp.path, 'policies')}'`],
      ['"get pods "*', `echo '{"items": []}'`],
    ];
  }

  it('what forwards an export is gone', async () => {
    program('kubectl', cluster());
    const { child, ended, ready, options } = started('kubernetes');
    const { id } = await ready;
    await until(told, (all) => all.length === 2, 60_000);
    expect(alive()).toHaveLength(2);
    child.kill('SIGKILL');
    await ended;
    await until(alive, (all) => all.length === 0, 60_000);
    expect(headgate(['status', id], options).stdout).toContain('INTERRUPTED');
    expect(headgate(['stop', id], options).stdout).toBe(`${id} CANCELLED\n`);
  });

  it('nor does it stay when the run is stopped', async () => {
    program('kubectl', cluster());
    const run = await started('kubernetes').ready;
    await until(told, (all) => all.length === 2, 60_000);
    const [forward] = told();
    expect((await run.stop()).stderr).toContain('CANCELLED');
    await until(alive, (all) => !all.includes(forward as number), 60_000);
  });
});

describe('on Compose', () => {
  it('what was bringing the project up is gone, and so is what it had started', async () => {
    program('docker', [
      ['"version --format"*', 'echo 24.0'],
      ['"compose version"*', 'echo 2.24.0'],
      ['*" up "*', 'waits'],
    ]);
    const { child, ended, options } = started('compose');
    await until(told, (all) => all.length >= 2, 60_000);
    expect(alive()).toHaveLength(2);
    child.kill('SIGKILL');
    await ended;
    await until(alive, (all) => all.length === 0, 60_000);
    const [id = ''] = runFolders(options.stateDir);
    expect(headgate(['status', id], options).stdout).toContain('INTERRUPTED');
    expect(headgate(['stop', id], options).stdout).toBe(`${id} CANCELLED\n`);
  });
});
