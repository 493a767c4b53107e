/** `run --on`, with programs in PATH that answer as an engine or a cluster would: what is missing is told before anything is done. */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cliPath } from '../support/cli.ts';
import { createTempFolder } from '../support/temp-folder.ts';

const temp = createTempFolder();
const bin = join(temp.path, 'bin');
const asked = join(temp.path, 'asked');
afterAll(() => temp.remove());

/** Writes down what it is asked, and answers by the lines of `cases`: a pattern of the shell, and what is done. */
function program(name: string, cases: readonly (readonly [string, string])[]): void {
  const branches = cases.map(([pattern, does]) => `${pattern}) ${does} ;;`).join('\n');
  writeFileSync(
    join(bin, name),
    `#!/bin/sh\necho "${name} $*" >> '${asked}'\ncase "$*" in\n${branches}\n*) echo unknown >&2; exit 1 ;;\nesac\n`,
  );
  chmodSync(join(bin, name), 0o755);
}

beforeEach(() => {
  spawnSync('rm', ['-rf', bin, asked]);
  mkdirSync(bin);
});

const manifest = (more: object): string =>
  JSON.stringify({
    manifest_version: '0.4.0',
    program: { image: 'acme/one:1', entrypoint: ['/run'], network: { endpoints: [{ name: 'http', port: 8080 }] } },
    provides: { out: { kind: 'http', endpoint: 'http' } },
    exports: { out: 'provides.out' },
    ...more,
  });

function run(args: readonly string[], more: object = {}): { readonly code: number | null; readonly out: string } {
  writeFileSync(join(temp.path, 'scenario.json5'), manifest(more));
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [cliPath, 'run', 'scenario.json5', '--state-dir', 'state', ...args],
    { cwd: temp.path, encoding: 'utf8', env: { PATH: bin, HOME: temp.path, NO_COLOR: '1' } },
  );
  return { code: status, out: `${stdout}${stderr}` };
}
const wasAsked = (): string => (existsSync(asked) ? readFileSync(asked, 'utf8') : '');

describe('run --on compose', () => {
  it('without Docker is refused', () => {
    const { code, out } = run(['--on', 'compose']);
    expect(out).toContain('blocked[target_unavailable]: docker: there is no program `docker` in PATH');
    expect(code).toBe(3);
  });

  it('with an engine that does not answer is refused, with what it says', () => {
    program('docker', [['*', 'echo "Cannot connect to the Docker daemon" >&2; exit 1']]);
    const { code, out } = run(['--on', 'compose']);
    expect(out).toContain('its engine does not answer: Cannot connect to the Docker daemon');
    expect(code).toBe(3);
  });

  it('without Compose is refused', () => {
    program('docker', [['"version --format"*', 'echo 24.0']]);
    expect(run(['--on', 'compose']).out).toContain(
      'neither the plugin `docker compose` nor a program `docker-compose`',
    );
  });

  it('with a Compose that is too old is refused', () => {
    program('docker', [['"version --format"*', 'echo 24.0']]);
    program('docker-compose', [['"version --short"', 'echo 1.25.0']]);
    expect(run(['--on', 'compose']).out).toContain('it is version 1.25.0');
  });

  it('whose project cannot be applied has failed with what Compose says, in the words of the plan', () => {
    program('docker', [
      ['"version --format"*', 'echo 24.0'],
      ['"compose version"*', 'echo 2.24.0'],
      ['*" up "*', 'echo "Error response from daemon: No such image: acme/one:1" >&2; exit 1'],
      ['*', 'exit 0'],
    ]);
    const { code, out } = run(['--on', 'compose']);
    expect(out).toContain('No such image: acme/one:1');
    expect(out).toMatch(/^FAILED /m);
    expect(code).toBe(4);
    expect(wasAsked()).toMatch(/docker compose --project-directory \S+ -f \S+ -p headgate-\d{8}-\S+ up -d/);
  });

  it('is not for what only a sandbox of this machine has', () => {
    expect(run(['--on', 'compose', '--prove-enforcement'])).toMatchObject({ code: 2 });
    expect(run(['--on', 'compose', '--namespace', 'x']).out).toContain('--namespace belongs to --on kubernetes');
    expect(run(['--yes']).out).toContain('--yes belongs to --on kubernetes');
    expect(run(['--on', 'nomad']).out).toContain('--on takes compose or kubernetes');
  });
});

describe('run --on compose, with delegations', () => {
  const settings = (all: readonly object[]): void => {
    writeFileSync(join(temp.path, 'headgate.yaml'), 'grants: { delegation: ./operator.json }\n');
    writeFileSync(join(temp.path, 'operator.json'), JSON.stringify({ delegations: all }));
  };
  const image = { id: 'image', subject: '/', gates: ['containerExecution'], resources: ['acme/one:1'] };
  const shown = { id: 'shown', subject: '/', gates: ['networkProfile'], resources: ['exports.out'] };
  const compose = (): void =>
    program('docker', [
      ['"version --format"*', 'echo 24.0'],
      ['"compose version"*', 'echo 2.24.0'],
      ['*" up "*', 'echo no >&2; exit 1'],
      ['*', 'exit 0'],
    ]);
  afterEach(() => {
    for (const name of ['headgate.yaml', 'operator.json']) rmSync(join(temp.path, name));
  });

  it.each([
    ['the image', [shown], 'acme/one:1'],
    ['the export', [image], 'exports.out'],
  ])('004-4 without %s gives authority_missing, and the engine is not asked', (_, given, resource) => {
    compose();
    settings(given);
    const { code, out } = run(['--on', 'compose', '--trust-settings']);
    expect(out).toContain('blocked[authority_missing]: /:');
    expect(out).toContain(resource);
    expect([code, wasAsked()]).toEqual([3, '']);
  });

  it('that give everything is applied', () => {
    compose();
    settings([image, shown]);
    const { out } = run(['--on', 'compose', '--trust-settings']);
    expect(out).toMatch(/^FAILED /m);
    expect(wasAsked()).toContain(' up -d');
  });
});

describe('run --on kubernetes', () => {
  it('without kubectl is refused', () => {
    const { code, out } = run(['--on', 'kubernetes']);
    expect(out).toContain('blocked[target_unavailable]: kubectl: there is no program `kubectl` in PATH');
    expect(code).toBe(3);
  });

  it('asks the cluster of the context and the namespace that it is told, and says what it does not find', () => {
    program('kubectl', [
      ['*" version "*', 'echo "{}"'],
      ['*" get deployments.apps,jobs.batch -l "*|*" get pods "*', `echo '{"items": []}'`],
      ['*"--dry-run=client"*', 'echo deployment.apps/root'],
      ['*" get deployments.apps,jobs.batch,services"*', 'exit 0'],
      ['*"--server-side"*', `echo 'Error from server (NotFound): namespaces "shop" not found' >&2; exit 1`],
      ['*', 'exit 0'],
    ]);
    const { code, out } = run(['--on', 'kubernetes', '--context', 'blue', '--namespace', 'shop']);
    expect(out).toContain('`kubectl create namespace shop` makes it');
    expect(code).toBe(3);
    const lines = wasAsked().trim().split('\n');
    expect(lines.filter((line) => !line.startsWith('kubectl --context blue --namespace shop '))).toEqual([]);
    expect(wasAsked()).toContain('apply --server-side --field-manager=headgate -k ');
  });

  it('lists what would be deleted, and deletes nothing unasked', () => {
    const cases: readonly (readonly [string, string])[] = [
      ['"version "*', 'echo "{}"'],
      ['"get deployments.apps,jobs.batch -l "*|"get pods "*', `echo '{"items": []}'`],
      ['*"--dry-run=client"*', 'echo deployment.apps/root'],
      ['"get deployments.apps,jobs.batch,services"*managed-by*', 'echo deployment.apps/old'],
      ['*"--server-side"*', 'echo stop >&2; exit 1'],
      ['*', 'exit 0'],
    ];
    program('kubectl', cases);
    const { code, out } = run(['--on', 'kubernetes']);
    expect(out).toContain('blocked[prune_unconfirmed]');
    expect(out).toContain('deployment.apps/old');
    expect(code).toBe(3);
    expect(wasAsked()).not.toContain('--server-side');
    expect(run(['--on', 'kubernetes', '--yes']).out).not.toContain('prune_unconfirmed');
    expect(wasAsked()).toContain('--server-side');
  });
});
