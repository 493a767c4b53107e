/** What `init` and `policy init` write, on Compose: the recorder of each template stands on the edge and acts. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { cliPath } from '../support/cli.ts';
import { allIn, projectOf, recorded, recorder, type Template, templates } from '../support/template-projects.ts';
import { command } from './images.ts';

const root = mkdtempSync(join(tmpdir(), 'headgate-templates-'));
const programs = `headgate-templates-test:${process.pid}`;
const gate = `headgate-templates-gate:${process.pid}`;

function headgate(...args: readonly string[]): { readonly code: number | null; readonly out: string } {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [cliPath, ...args, '--state-dir', join(root, 'state')],
    { encoding: 'utf8', timeout: 300_000, env: { ...process.env, HEADGATE_GATE_IMAGE: gate, NO_COLOR: '1' } },
  );
  return { code: status, out: `${stdout}${stderr}` };
}
const soon = <T>(does: () => T): Promise<T> => vi.waitFor(does, { timeout: 120_000, interval: 500 });

beforeAll(() => {
  command('test/kubernetes/support/image.sh', join(root, 'programs'));
  command('sh', '-c', `tar -c -C '${root}/programs' . | docker import -c 'ENV PATH=/usr/bin' - ${programs}`);
  mkdirSync(join(root, 'gate'));
  command('test/docker/compose-image.sh', gate, join(root, 'gate'));
});
afterEach(() => void headgate('stop'));
afterAll(() => {
  spawnSync('docker', ['rmi', '-f', programs, gate]);
  rmSync(root, { recursive: true, force: true });
});

/** Asks for the page, and waits until the recorder has told of it. */
async function acts(): Promise<void> {
  const { exports } = JSON.parse(headgate('status', '--format', 'json').out) as {
    readonly exports: { readonly page: string };
  };
  const page = await (await fetch(exports.page)).text();
  expect(page).toContain('<li>Wire it</li><li>Govern it</li>');
  await soon(() => expect(headgate('logs', 'last', recorder).out).toMatch(recorded));
}
const folderOf = (template: Template, where: string): string => join(root, where, template.replace(' ', '-'));

it.each(templates)('the template %s, all of it on Compose', async (template) => {
  const scenario = projectOf(template, folderOf(template, 'compose'), allIn(programs));
  const { code, out } = headgate('run', scenario, '--on', 'compose', '--detach');
  expect(code, out).toBe(0);
  await acts();
});

it.each(templates)('the template %s, its recorder in a container beside programs', async (template) => {
  const settings = { [recorder]: { image: programs, environment: 'docker' } };
  const scenario = projectOf(template, folderOf(template, 'beside'), settings);
  const { code, out } = headgate('run', scenario, '--detach');
  expect(code, out).toBe(0);
  await acts();
});
