/** examples/redaction on Compose, as it stands: the interposer is on the only way, whatever language it is written in. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { composeReach } from '../../src/plan/targets/compose/check.ts';
import { projectName } from '../../src/runtime/deploy/compose/project.ts';
import { cliPath } from '../support/cli.ts';
import { liveReach, type Place } from '../support/compose-live.ts';
import { filesBelow } from '../support/harness.ts';
import { command } from './images.ts';

const root = mkdtempSync(join(tmpdir(), 'headgate-redaction-'));
const programs = `headgate-redaction-test:${process.pid}`;
const gate = `headgate-redaction-gate:${process.pid}`;
const runs = join(root, 'state/runs');

function headgate(...args: readonly string[]): { readonly code: number | null; readonly out: string } {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [cliPath, ...args, '--state-dir', join(root, 'state')],
    { encoding: 'utf8', timeout: 300_000, env: { ...process.env, HEADGATE_GATE_IMAGE: gate, NO_COLOR: '1' } },
  );
  return { code: status, out: `${stdout}${stderr}` };
}

beforeAll(() => {
  command('test/kubernetes/support/image.sh', join(root, 'programs'));
  command('sh', '-c', `tar -c -C '${root}/programs' . | docker import -c 'ENV PATH=/usr/bin' - ${programs}`);
  mkdirSync(join(root, 'gate'));
  command('test/docker/compose-image.sh', gate, join(root, 'gate'));
  cpSync('examples/redaction', join(root, 'scenario'), { recursive: true });
  const lines = ['/caller', '/responder', '/__overlay_0_0'].map(
    (moniker) => `  ${moniker}: { image: "${programs}" }\n`,
  );
  writeFileSync(join(root, 'scenario/headgate.yaml'), `version: 1\ncomponents:\n${lines.join('')}`);
});

afterAll(() => {
  headgate('stop');
  spawnSync('docker', ['rmi', '-f', programs, gate]);
  rmSync(root, { recursive: true, force: true });
});

it.each(['scenario.yaml', 'scenario-js.yaml'])(
  '%s shows the redaction, and there is no way around it',
  async (file) => {
    const { code, out } = headgate('run', join(root, 'scenario', file), '--on', 'compose', '--detach');
    expect(code, out).toBe(0);
    const { id, exports } = JSON.parse(headgate('status', '--format', 'json').out) as {
      readonly id: string;
      readonly exports: { readonly status: string };
    };
    const shown = await vi.waitFor(
      async () => {
        const answer = (await (await fetch(`${exports.status}/status`)).json()) as Record<string, string | null>;
        expect(answer['received']).not.toBeNull();
        return answer;
      },
      { timeout: 60_000, interval: 500 },
    );
    expect(shown['sent']).toContain('ORBIT-7731');
    expect(shown['received']).toContain('[REDACTED]');
    expect(shown['received']).not.toMatch(/ORBIT-7731|key-4f1d9a/);

    const folder = join(runs, id, 'compose');
    const files = new Map(filesBelow(folder).map((path) => [path, readFileSync(join(folder, path), 'utf8')]));
    const prefix = /HEADGATE_SUBNET=(.*)/.exec(readFileSync(join(folder, '.env'), 'utf8'))?.[1] ?? '';
    const format = '{{.ID}} {{.Label "com.docker.compose.service"}} {{.Label "headgate.dev/moniker"}}';
    const places = command(
      'docker',
      'ps',
      '--filter',
      `label=com.docker.compose.project=${projectName(id)}`,
      '--format',
      format,
    )
      .trim()
      .split('\n')
      .flatMap((line): readonly Place[] => {
        const [container = '', service = '', moniker = ''] = line.split(' ');
        return moniker === '' ? [] : [{ container, service, moniker }];
      });
    expect(places).toHaveLength(3);
    const computed = composeReach(files).filter((fact) => !fact.startsWith('loopback '));
    const found = await liveReach(files, prefix, places, [Number(new URL(exports.status).port)]);
    expect(found).toEqual(computed.map((fact) => fact.replace(/ -> .*$/, '')).sort());
    expect(found).toHaveLength(2);
    expect(headgate('stop').out).toContain('CANCELLED');
    expect(readdirSync(runs)).toContain(id);
  },
);
