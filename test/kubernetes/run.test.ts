/** `headgate run --on kubernetes`, in the cluster: its whole life, as the commands tell it. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { cliPath } from '../support/cli.ts';
import { type Cluster, startCluster } from './support/cluster.ts';
import { imagesIn } from './support/images.ts';

const root = mkdtempSync(join(tmpdir(), 'headgate-run-k8s-'));
const namespace = `run-${process.pid}`;
const secret = 'canary-secret-17';
const image = 'headgate.test/run:1';
let cluster: Cluster;
const soon = (does: () => unknown): Promise<unknown> => vi.waitFor(does, { timeout: 120_000, interval: 1000 });

interface Ran {
  readonly code: number | null;
  readonly out: string;
}

function headgate(...args: readonly string[]): Ran {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [cliPath, ...args, '--state-dir', join(root, 'state')],
    {
      cwd: root,
      encoding: 'utf8',
      timeout: 300_000,
      env: {
        ...process.env,
        PATH: `${cluster.bin}:${process.env['PATH']}`,
        KUBECONFIG: cluster.kubeconfig,
        HEADGATE_CONFIG_TOKEN: secret,
        NO_COLOR: '1',
      },
    },
  );
  return { code: status, out: `${stdout}${stderr}` };
}
const run = (...more: readonly string[]): Ran =>
  headgate('run', 'scenario.json5', '--on', 'kubernetes', '--namespace', namespace, '--detach', ...more);
const status = (): {
  readonly state: string;
  readonly pid: number;
  readonly exports: Record<string, string>;
  readonly components: readonly { readonly moniker: string; readonly state: string; readonly restarts: number }[];
} => JSON.parse(headgate('status', '--format', 'json').out);
const stateOf = (moniker: string): string | undefined =>
  status().components.find((one) => one.moniker === moniker)?.state;
/** The forward listens where `kubectl` runs: in the network of the lab. */
const asked = (path = ''): string =>
  cluster.enter('curl', '--silent', '--show-error', `${status().exports['site']}${path}`);
const kept = (kinds: string): string =>
  cluster.kubectl(['get', kinds, '-n', namespace, '-l', 'app.kubernetes.io/managed-by=headgate', '-o', 'name']);

const serve = `
const http = require('node:http');
console.log('token ' + process.env.TOKEN);
require('node:fs').appendFileSync('/data/starts', 'x');
http.createServer((request, response) => {
  if (request.url === '/end') process.exit(3);
  if (request.url === '/task') require('node:fs').appendFileSync('/data/tasks', 't');
  const file = request.url === '/tasks' ? '/data/tasks' : '/data/starts';
  response.end(require('node:fs').readFileSync(file, 'utf8') + String.fromCharCode(10));
}).listen(8080, '::');
`;
/** Each time that it runs is counted in the storage of whom it asks. */
const ask = `
fetch(process.env.UP + '/task').then(() => fetch(process.env.UP)).then((answer) => answer.text()).then((text) => { console.log('heard ' + text); });
`;

function scenario(names: readonly string[]): void {
  const config = { type: 'object', properties: { token: { type: 'string', secret: true } }, required: ['token'] };
  const manifests: Record<string, object> = {
    'scenario.json5': {
      manifest_version: '0.4.0',
      config_schema: config,
      components: Object.fromEntries(
        names.map((name) => [
          name,
          name === 'task' ? './task.json5' : { manifest: './server.json5', config: { token: '${config.token}' } },
        ]),
      ),
      bindings: names.includes('task') ? [{ to: '#task.up', from: '#server.out' }] : [],
      exports: { site: '#server.out' },
    },
    'server.json5': {
      manifest_version: '0.4.0',
      config_schema: config,
      resources: { data: { kind: 'storage', params: { size: '8Mi' } } },
      program: {
        image,
        entrypoint: ['node', '-e', serve],
        env: { TOKEN: '${config.token}' },
        mounts: [{ path: '/data', from: 'resources.data' }],
        network: { endpoints: [{ name: 'http', port: 8080 }] },
      },
      provides: { out: { kind: 'http', endpoint: 'http' } },
      exports: { out: 'provides.out' },
    },
    'task.json5': {
      manifest_version: '0.4.0',
      slots: { up: { kind: 'http' } },
      program: { image, entrypoint: ['node', '-e', ask], env: { UP: '${slots.up.url}' } },
    },
  };
  for (const [name, manifest] of Object.entries(manifests)) writeFileSync(join(root, name), JSON.stringify(manifest));
  const settings = { version: 1, components: names.includes('task') ? { '/task': { restart: 'never' } } : {} };
  writeFileSync(join(root, 'headgate.yaml'), JSON.stringify(settings));
}

beforeAll(async () => {
  cluster = await startCluster();
  mkdirSync(join(root, 'images'));
  const images = imagesIn(cluster, join(root, 'images'));
  images.make(image);
  // The canary's, which says what it has found.
  const tools = join(root, 'tools');
  mkdirSync(tools);
  writeFileSync(join(tools, 'tee'), '#!/bin/sh\nexec busybox tee "$@"\n', { mode: 0o755 });
  images.make('busybox:1.36', { folder: tools, at: 'usr/bin' });
  cluster.kubectl(['create', 'namespace', namespace]);
  cluster.kubectl(['label', 'namespace', namespace, 'pod-security.kubernetes.io/enforce=restricted']);
});

afterAll(() => {
  if (cluster) {
    headgate('stop');
    cluster.kubectl(['delete', 'namespace', namespace, '--wait=false']);
    cluster.stop();
  }
  rmSync(root, { recursive: true, force: true });
});

describe('a run in a cluster', () => {
  it('is refused with a remedy where there is no such namespace', () => {
    scenario(['server', 'task']);
    const { code, out } = headgate('run', 'scenario.json5', '--on', 'kubernetes', '--namespace', `${namespace}-no`);
    expect(out).toContain('blocked[target_unavailable]');
    expect(out).toContain(`kubectl create namespace ${namespace}-no`);
    expect(code).toBe(3);
  });

  it('comes up, enforced, and shows its export', async () => {
    const { code, out } = run();
    expect(code, out).toBe(0);
    expect(out).toMatch(/^ready /m);
    expect(asked()).toBe('x\n');
    expect(stateOf('/server')).toBe('ready');
    await soon(() => expect(stateOf('/task')).toBe('finished'));
  });

  it('tells what programs say, without secrets, and leaves none in a file', async () => {
    // Each is read by itself, so neither is heard first.
    const said = (): string => headgate('logs').out;
    await soon(() => expect(said()).toContain('heard x'));
    await soon(() => expect(said()).toContain('token [secret]'));
    expect(said()).not.toContain('waiting to start');
    expect(spawnSync('grep', ['-rl', secret, join(root, 'state')], { encoding: 'utf8' }).stdout).toBe('');
  });

  it('sees a restart that the cluster makes', async () => {
    expect(() => asked('/end')).toThrow();
    await soon(() => expect(status().components.find(({ moniker }) => moniker === '/server')?.restarts).toBe(1));
    await soon(() => expect(stateOf('/server')).toBe('ready'));
    await soon(() => expect(asked()).toBe('xx\n'));
  });

  it('goes on without its headgate, is taken over, and runs no task twice', () => {
    process.kill(status().pid, 'SIGKILL');
    expect(headgate('status').out).toContain('warning[run_unattended]');
    const { code, out } = headgate('resume', '--detach');
    expect(code, out).toBe(0);
    expect(stateOf('/server')).toBe('ready');
    expect(asked('/tasks')).toBe('t\n');
    expect(headgate('logs', 'last', '/task').out.match(/heard/g)).toHaveLength(1);
  });

  it('is taken away by stop, all but its storage', () => {
    expect(headgate('stop').out).toContain('CANCELLED');
    expect(kept('deployments,jobs,services,configmaps,secrets,networkpolicies')).toBe('');
    expect(kept('persistentvolumeclaims').trim().split('\n')).toHaveLength(1);
  });

  it('deletes what is no longer in the plan only when told so', () => {
    expect(run().code).toBe(0);
    const before = status();
    process.kill(before.pid, 'SIGKILL');
    scenario(['server']);
    const refused = run();
    expect(refused.out).toContain('blocked[prune_unconfirmed]');
    expect(refused.code).toBe(3);
    const { code, out } = run('--yes');
    expect(code, out).toBe(0);
    expect(kept('jobs')).not.toContain('task');
    expect(headgate('stop').out).toContain('CANCELLED');
  });

  it('keeps a journal that verifies', () => {
    for (const id of readdirSync(join(root, 'state/runs')).slice(-1)) {
      expect(readFileSync(join(root, 'state/runs', id, 'journal.ndjson'), 'utf8')).toContain('"on":"kubernetes"');
      expect(headgate('verify-run', id).code).toBe(0);
    }
  });
});
