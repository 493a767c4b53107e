/** examples/shop: its README as it stands, on Compose; and from the place of every component nothing is open but its edges. */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { composeReach } from '../../src/plan/targets/compose/check.ts';
import { projectName } from '../../src/runtime/deploy/compose/project.ts';
import { liveReach, type Place } from '../support/compose-live.ts';
import { filesBelow } from '../support/harness.ts';
import { type Fence, fencesOf } from '../support/pages.ts';

const root = mkdtempSync(join(tmpdir(), 'headgate-shop-'));
const readme = fencesOf(readFileSync('examples/shop/README.md', 'utf8'));
const atEnd = readme.findIndex(({ text }) => text.includes('headgate stop'));
let machine: Server;

function sh(script: string, isOk = true): string {
  const { PATH, HOME } = process.env;
  const env = {
    PATH: `${join(root, 'bin')}:${PATH}`,
    HOME,
    XDG_STATE_HOME: join(root, 'state'),
    XDG_CONFIG_HOME: join(root, 'config'),
  };
  const { status, stdout } = spawnSync('bash', ['-euo', 'pipefail', '-c', `exec 2>&1\n${script}`], {
    cwd: root,
    env,
    encoding: 'utf8',
    timeout: 300_000,
  });
  if (isOk) expect(status, `${script}\n${stdout}`).toBe(0);
  return stdout;
}

/** What does not match what is shown. */
function runFences(fences: readonly Fence[]): readonly string[] {
  const exported: string[] = [];
  const faults: string[] = [];
  let output = '';
  for (const { language, info, text, line } of fences) {
    if (language === 'sh') {
      output = sh(`${exported.join('\n')}\n${text}`);
      exported.push(...text.split('\n').filter((one) => one.startsWith('export ')));
    } else if (info === 'output' && text.trimEnd() !== output.trimEnd())
      faults.push(`line ${line}: the output is\n${output}`);
  }
  return faults;
}

beforeAll(async () => {
  for (const folder of ['examples/shop', 'manifests']) cpSync(folder, join(root, folder), { recursive: true });
  // A checkout, as far as anybody looks.
  spawnSync('git', ['init', '-q', root]);
  mkdirSync(join(root, 'bin'));
  const npx = join(root, 'bin', 'npx');
  writeFileSync(npx, `#!/bin/sh\nshift\nexec '${process.execPath}' '${resolve('dist/cli.cjs')}' "$@"\n`);
  chmodSync(npx, 0o755);
  machine = createServer((_, response) => response.end('machine'));
  await new Promise<void>((done) => machine.listen(0, '0.0.0.0', done));
});

afterAll(() => {
  machine?.close();
  sh('npx headgate stop', false);
  const volumes = ownVolumes();
  if (volumes.length > 0) spawnSync('docker', ['volume', 'rm', ...volumes]);
  rmSync(root, { recursive: true, force: true });
});

/** Of the storage of this copy of the example alone. */
function ownVolumes(): readonly string[] {
  const runs = join(root, 'state/headgate/runs');
  const [id] = existsSync(runs) ? readdirSync(runs) : [];
  if (id === undefined) return [];
  const text = readFileSync(join(runs, id, 'compose/compose.yaml'), 'utf8');
  return [...text.matchAll(/name: "(headgate_[^"]*)"/g)].map(([, name]) => name as string);
}

it('opens, sells and refuses as its README says', () => {
  expect(runFences(readme.slice(0, atEnd))).toEqual([]);
});

it('from every place lets through what the checker computed of its files, and nothing else', async () => {
  const [id = ''] = readdirSync(join(root, 'state/headgate/runs'));
  const folder = join(root, 'state/headgate/runs', id, 'compose');
  const files = new Map(filesBelow(folder).map((path) => [path, readFileSync(join(folder, path), 'utf8')]));
  const prefix = /HEADGATE_SUBNET=(.*)/.exec(readFileSync(join(folder, '.env'), 'utf8'))?.[1] ?? '';
  const format = '{{.ID}} {{.Label "com.docker.compose.service"}} {{.Label "headgate.dev/moniker"}}';
  const listed = spawnSync(
    'docker',
    ['ps', '--filter', `label=com.docker.compose.project=${projectName(id)}`, '--format', format],
    { encoding: 'utf8' },
  );
  const places = listed.stdout
    .trim()
    .split('\n')
    .flatMap((line): readonly Place[] => {
      const [container = '', service = '', moniker = ''] = line.split(' ');
      return moniker === '' ? [] : [{ container, service, moniker }];
    });
  expect(places).toHaveLength(18);
  const { port } = machine.address() as AddressInfo;
  const found = await liveReach(files, prefix, places, [port, 28080, 28081, 28082]);
  const computed = composeReach(files).filter((fact) => !fact.startsWith('loopback '));
  expect(found).toEqual(computed.map((fact) => fact.replace(/ -> .*$/, '')).sort());
  expect(found).toHaveLength(23);
});

it('ends, keeps what it stored, and leaves no secret', () => {
  expect(runFences(readme.slice(atEnd))).toEqual([]);
  expect(sh('grep -rl tok-4711 state || true')).toBe('');
  expect(ownVolumes()).toHaveLength(2);
});
