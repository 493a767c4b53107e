/** Examples whose programs are paths, on Compose: with an image that the settings name they do what they do in sandboxes. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { cliPath } from '../support/cli.ts';
import { command } from './images.ts';

const root = mkdtempSync(join(tmpdir(), 'headgate-examples-'));
const image = `headgate-examples-test:${process.pid}`;
const gate = `headgate-examples-gate:${process.pid}`;

function headgate(...args: readonly string[]): { readonly code: number | null; readonly out: string } {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [cliPath, ...args, '--state-dir', join(root, 'state')],
    { encoding: 'utf8', timeout: 300_000, env: { ...process.env, HEADGATE_GATE_IMAGE: gate, NO_COLOR: '1' } },
  );
  return { code: status, out: `${stdout}${stderr}` };
}

/** Brings an example up; URLs of its exports. */
function up(example: string, components: Readonly<Record<string, object>>): Readonly<Record<string, string>> {
  const folder = join(root, example);
  cpSync(join('examples', example), folder, { recursive: true });
  const all = Object.entries(components).map(([moniker, more]) => [moniker, { image, ...more }]);
  writeFileSync(join(folder, 'headgate.yaml'), JSON.stringify({ version: 1, components: Object.fromEntries(all) }));
  const { code, out } = headgate('run', join(folder, 'scenario.yaml'), '--on', 'compose', '--detach');
  expect(code, out).toBe(0);
  return (JSON.parse(headgate('status', '--format', 'json').out) as { exports: Record<string, string> }).exports;
}
const textOf = async (url: string): Promise<string> => (await fetch(url)).text();

beforeAll(() => {
  command('test/kubernetes/support/image.sh', join(root, 'programs'));
  command('sh', '-c', `tar -c -C '${root}/programs' . | docker import -c 'ENV PATH=/usr/bin' - ${image}`);
  mkdirSync(join(root, 'gate'));
  command('test/docker/compose-image.sh', gate, join(root, 'gate'));
});
afterEach(() => void headgate('stop'));
afterAll(() => {
  const runs = join(root, 'state/runs');
  const files = readdirSync(runs).map((id) => readFileSync(join(runs, id, 'compose/compose.yaml'), 'utf8'));
  const volumes = files.flatMap((text) =>
    [...text.matchAll(/name: "(headgate_[^"]*)"/g)].map(([, name]) => name ?? ''),
  );
  spawnSync('docker', ['volume', 'rm', ...volumes]);
  spawnSync('docker', ['rmi', '-f', image, gate]);
  rmSync(root, { recursive: true, force: true });
});

it('acceptance builds its site and serves it', async () => {
  const { ui, api } = up('acceptance', { '/build': { restart: 'never' }, '/api': {}, '/web': {} });
  await vi.waitFor(async () => expect(await textOf(`${ui}/`)).toContain('<svg'), { timeout: 120_000, interval: 500 });
  expect(await textOf(`${api}/rooms`)).toContain('kitchen');
  expect(await textOf(`${ui}/api/rooms`)).toContain('kitchen');
});

it('isolation lets through its edges', async () => {
  const { a } = up('isolation', Object.fromEntries(['/a', '/b', '/p', '/x', '/__overlay_0_0'].map((one) => [one, {}])));
  expect(await textOf(`${a}/to/p/`)).toContain('"seen_by": ["interposer"]');
});
