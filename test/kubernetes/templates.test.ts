/** What `init` and `policy init` write, in the cluster: the recorder of each template stands on the edge and acts. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { cliPath } from '../support/cli.ts';
import { allIn, projectOf, recorded, recorder, templates } from '../support/template-projects.ts';
import { type Cluster, startCluster } from './support/cluster.ts';
import { createNamespace, emit, makeImages } from './support/emitted.ts';
import { type Images, imagesIn } from './support/images.ts';
import { isSampled } from './support/sampled.ts';

const root = mkdtempSync(join(tmpdir(), 'headgate-templates-k8s-'));
const namespace = `templates-${process.pid}`;
const image = 'headgate.test/templates:1';
let cluster: Cluster;
let images: Images;
const soon = (does: () => unknown): Promise<unknown> => vi.waitFor(does, { timeout: 120_000, interval: 1000 });

function headgate(...args: readonly string[]): { readonly code: number | null; readonly out: string } {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [cliPath, ...args, '--state-dir', join(root, 'state')],
    {
      encoding: 'utf8',
      timeout: 300_000,
      env: {
        ...process.env,
        PATH: `${cluster.bin}:${process.env['PATH']}`,
        KUBECONFIG: cluster.kubeconfig,
        NO_COLOR: '1',
      },
    },
  );
  return { code: status, out: `${stdout}${stderr}` };
}

beforeAll(async () => {
  cluster = await startCluster();
  mkdirSync(join(root, 'images'));
  images = imagesIn(cluster, join(root, 'images'));
  createNamespace(cluster, namespace);
});
afterEach(() => void headgate('stop'));
afterAll(() => {
  if (cluster) {
    cluster.kubectl(['delete', 'namespace', namespace, '--wait=false']);
    cluster.stop();
  }
  rmSync(root, { recursive: true, force: true });
});

it.each(isSampled ? templates.slice(-2) : templates)('the template %s', async (template) => {
  const folder = join(root, template.replace(' ', '-'));
  const scenario = projectOf(template, folder, allIn(image));
  // A cluster has no folder of ours: what is beside a manifest is a layer of an image, which is built before.
  makeImages(emit(scenario, `${folder}-out`), images, scenario);
  const { code, out } = headgate('run', scenario, '--on', 'kubernetes', '--namespace', namespace, '--detach');
  expect(code, out).toBe(0);
  const { exports } = JSON.parse(headgate('status', '--format', 'json').out) as {
    readonly exports: { readonly page: string };
  };
  expect(cluster.enter('curl', '--silent', exports.page)).toContain('<li>Wire it</li><li>Govern it</li>');
  await soon(() => expect(headgate('logs', 'last', recorder).out).toMatch(recorded));
});
