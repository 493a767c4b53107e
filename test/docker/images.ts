/** Images of this file's tests, and what a container engine is asked about them. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const command = (name: string, ...args: readonly string[]): string => {
  const { status, stdout, stderr, error } = spawnSync(name, args, { encoding: 'utf8', timeout: 300_000 });
  if (status !== 0) throw new Error(`${name} ${args.join(' ')}: ${error?.message ?? status}\n${stdout}${stderr}`);
  return stdout;
};

export interface TestImages {
  /** Names no user. */
  readonly plain: string;
  /** Names the user 1234. */
  readonly named: string;
  readonly remove: () => void;
}

/** An engine is started where none answers. */
export function makeImages(): TestImages {
  const startedHere = spawnSync('docker', ['version']).status !== 0;
  command(`${process.cwd()}/scripts/install-docker.sh`);
  const folder = mkdtempSync(join(tmpdir(), 'headgate-images-'));
  const names = { plain: `headgate-run-test:${process.pid}`, named: `headgate-run-test-named:${process.pid}` };
  command(`${process.cwd()}/test/docker/run-image.sh`, names.plain, folder);
  command(`${process.cwd()}/test/docker/run-image.sh`, names.named, folder, '1234:1234');
  return {
    ...names,
    remove: () => {
      spawnSync('docker', ['rmi', '-f', names.plain, names.named]);
      if (startedHere) spawnSync('scripts/install-docker.sh', ['--stop']);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Ids of containers of a run, running or not. */
export const containersOf = (run: string): readonly string[] =>
  command('docker', 'ps', '-aq', '--no-trunc', '--filter', `label=headgate.dev/run=${run}`).split('\n').filter(Boolean);

export interface Inspected {
  readonly Id: string;
  readonly Name: string;
  readonly Config: { readonly Env: readonly string[]; readonly User: string; readonly Labels: Record<string, string> };
  readonly State: { readonly Running: boolean; readonly Pid: number };
  readonly HostConfig: Record<string, unknown>;
  readonly Mounts: readonly { readonly Source: string; readonly Destination: string; readonly RW: boolean }[];
  readonly NetworkSettings: { readonly Networks: Record<string, unknown> };
}

const inspect = (ids: readonly string[]): readonly Inspected[] =>
  ids.length === 0 ? [] : (JSON.parse(command('docker', 'inspect', ...ids)) as readonly Inspected[]);

export function containerOf(run: string, moniker: string, role: 'program' | 'agent' = 'program'): Inspected {
  const found = inspect(containersOf(run)).find(
    ({ Config: { Labels } }) => Labels['headgate.dev/moniker'] === moniker && Labels['headgate.dev/role'] === role,
  );
  if (!found) throw new Error(`no ${role} of ${moniker} in ${run}`);
  return found;
}

/** What a line of shell says in the container of a component; its status in front. */
export function inside(
  run: string,
  moniker: string,
  script: string,
): { readonly status: number; readonly said: string } {
  const { status, stdout, stderr } = spawnSync(
    'docker',
    ['exec', containerOf(run, moniker).Id, '/bin/sh', '-c', script],
    { encoding: 'utf8', timeout: 60_000 },
  );
  return { status: status ?? -1, said: `${stdout}${stderr}` };
}
