/** How a lab comes and goes: the machine is as it was, whatever ended it. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { lab, ran, until } from './support/cluster.ts';

const folder = mkdtempSync('/var/tmp/headgate-lab-test-');
const env = { ...process.env, HEADGATE_KUBERNETES_LAB: folder };
const asked = (...args: readonly string[]): { status: number | null; stderr: string } =>
  spawnSync(lab, args, { encoding: 'utf8', env, timeout: 240_000 });
const isUp = (): boolean => asked('status').status === 0;

/** What there is of this lab outside of its namespaces. */
const left = (): readonly string[] => [
  ...readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .filter((line) => line.includes(folder)),
  ...spawnSync('pgrep', ['-af', folder], { encoding: 'utf8' })
    .stdout.split('\n')
    .filter((line) => line !== ''),
  ...groups(),
];
const groups = (): readonly string[] => {
  const name = `headgate-lab-${ran('sh', ['-c', `printf %s '${folder}' | sha256sum | cut -c 1-8`]).trim()}`;
  return ['.', ...readdirSync('/sys/fs/cgroup')].map((one) => join('/sys/fs/cgroup', one, name)).filter(existsSync);
};
/** What a node sets up, where it must not: in the network and the kernel of the machine. */
const touched = (): readonly string[] => [
  ...ran('ip', ['-o', 'link'])
    .split('\n')
    .filter((line) => /\b(?:node[01]|pods0)\b/.test(line)),
  ...['iptables-save', 'ip6tables-save'].flatMap((save) =>
    (spawnSync(save, { encoding: 'utf8' }).stdout ?? '').split('\n').filter((line) => line.includes('KUBE-')),
  ),
];
const settings = [
  'vm/overcommit_memory',
  'vm/panic_on_oom',
  'kernel/panic',
  'kernel/panic_on_oops',
  'kernel/keys/root_maxkeys',
];
const kernel = (): readonly string[] => settings.map((path) => readFileSync(`/proc/sys/${path}`, 'utf8'));
const before = kernel();

const others: ChildProcess[] = [];
afterEach(() => {
  for (const other of others.splice(0)) other.kill('SIGKILL');
});
afterAll(() => {
  asked('down');
  rmSync(folder, { recursive: true, force: true });
});

describe('a lab', () => {
  it('leaves nothing when it is interrupted while it comes up', async () => {
    const up = spawn(lab, ['up'], { env, stdio: 'ignore' });
    others.push(up);
    const ended = new Promise((done) => up.once('close', done));
    await until(() => expect(isUp()).toBe(true), 120);
    up.kill('SIGTERM');
    await ended;
    expect(isUp()).toBe(false);
    expect(left()).toEqual([]);
  });

  it('changes nothing of the machine while it is up, and ends with the process that it is for', async () => {
    const owner = spawn('sleep', ['3600'], { stdio: 'ignore' });
    others.push(owner);
    expect(asked('up', '--while', `${owner.pid}`)).toMatchObject({ status: 0 });
    expect(groups()).not.toEqual([]);
    expect(touched()).toEqual([]);
    expect(kernel()).toEqual(before);
    owner.kill('SIGKILL');
    await until(() => expect(left()).toEqual([]));
    expect(isUp()).toBe(false);
  });

  it('that was killed is gone with all its processes, and the next one cleans up behind it', async () => {
    expect(asked('up')).toMatchObject({ status: 0 });
    const [outer] = readFileSync(join(folder, 'processes'), 'utf8').split(' ');
    process.kill(Number(outer), 'SIGKILL');
    await until(() => expect(isUp()).toBe(false));
    expect(groups()).not.toEqual([]);
    expect(asked('up')).toMatchObject({ status: 0 });
    expect(asked('up')).toMatchObject({ status: 1, stderr: expect.stringContaining('a lab is up in') });
    expect(asked('up', '--reuse')).toMatchObject({ status: 0 });
    expect(asked('down')).toMatchObject({ status: 0 });
    expect(left()).toEqual([]);
    expect(existsSync(join(folder, 'logs/kubelet.log'))).toBe(true);
  });

  it('is asked for in a place where it can be', () => {
    const refused = (place: string): string =>
      spawnSync(lab, ['up'], { encoding: 'utf8', env: { ...env, HEADGATE_KUBERNETES_LAB: place } }).stderr;
    expect(refused('/var/lib/lab')).toContain('choose another');
    expect(refused('lab')).toContain('give the whole path');
  });

  it('says what to do where nothing was built', () => {
    const nothing = { ...env, HEADGATE_KUBERNETES_CACHE: join(folder, 'empty') };
    const { status, stderr } = spawnSync(lab, ['up'], { encoding: 'utf8', env: nothing });
    expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringContaining('build.sh, once') });
    const suite = spawnSync('scripts/kubernetes-lab/suite.sh', { encoding: 'utf8', env: nothing });
    expect(suite.status).toBe(0);
    expect(suite.stdout).toContain('DID NOT RUN: the suite kubernetes');
  });
});
