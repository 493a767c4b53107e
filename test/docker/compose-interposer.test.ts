/** A ready-made policy under Compose: its interposer is a program for Node, in an image that the settings name, between two containers. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runCli } from '../support/cli.ts';
import { until } from '../support/run/cli-run.ts';
import { scenarioOf } from '../support/run/scenarios.ts';
import { exported } from '../support/run/use-runs.ts';
import { command, makeImages, type TestImages } from './images.ts';
import { bind, over, partsOf, settings, up } from './parts.ts';

const root = mkdtempSync(join(tmpdir(), 'headgate-interposer-'));
const project = join(root, 'out');
const name = `headgateinterposer${process.pid}`;
const gate = `headgate-interposer-gate:${process.pid}`;
let images: TestImages;
const { boxed } = partsOf(() => images);
const compose = (...args: readonly string[]): string =>
  command('docker-compose', '--project-directory', project, '-f', join(project, 'compose.yaml'), '-p', name, ...args);

beforeAll(() => {
  images = makeImages();
  mkdirSync(join(root, 'gate'));
  command(`${process.cwd()}/test/docker/compose-image.sh`, gate, join(root, 'gate'));
});
afterAll(() => {
  try {
    compose('down', '-v', '-t', '1');
  } finally {
    spawnSync('docker', ['rmi', '-f', gate]);
    images?.remove();
    rmSync(root, { recursive: true, force: true });
  }
});

it('its interposer stands between the two that it was put between', async () => {
  const secret = { type: 'string', secret: true };
  const manifest = './node_modules/headgate/manifests/bearer-auth/manifest.yaml';
  const files = scenarioOf(
    { web: boxed('web', up), api: boxed('api') },
    {
      ...exported('web'),
      bindings: [bind('web.up', 'api.http')],
      config_schema: { type: 'object', properties: { token: secret }, required: ['token'] },
      use: { gate: { manifest, config: { token: '$${config.token}' } } },
      policies: ['#gate.apply'],
    },
  );
  // Exports are edges too: each has an interposer of its own.
  const image = { image: images.plain };
  const all = settings(files, { components: { '/__overlay_0_0': image, '/__overlay_0_1': image } });
  for (const [path, text] of Object.entries(all)) writeFileSync(join(root, path), text);
  cpSync('manifests', join(root, 'node_modules/headgate/manifests'), { recursive: true });
  const compiled = runCli(['compile', 'scenario.json', '--trust-settings', '--emit', `compose=${project}`], {
    cwd: root,
  });
  expect(compiled.status, compiled.stderr).toBe(0);
  const port = 20_000 + (process.pid % 10_000);
  const env = [
    `HEADGATE_SUBNET=10.${150 + (process.pid % 50)}`,
    `HEADGATE_GATE_IMAGE=${gate}`,
    `HEADGATE_SOURCE=${root}`,
    `HEADGATE_EXPORT_WEB=${port}`,
  ];
  writeFileSync(join(project, '.env'), `${env.join('\n')}\n`);
  mkdirSync(join(project, 'secrets'), { recursive: true });
  writeFileSync(join(project, 'secrets/token'), 'tok-9\n');
  compose('up', '-d');
  const answer = await until(
    () => over(`http://127.0.0.1:${port}`, '/up?x').then((text) => ({ text })),
    ({ text }) => /bearer|api/.test(text),
    90_000,
  );
  expect(answer.text).toContain('a bearer token is needed');
});
