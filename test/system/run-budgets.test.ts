/** Budgets of profiles that run out: the run is cancelled, says which it was, and nothing of it is left. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SpentBudget } from '../../src/ir/budget.ts';
import { statusOf } from '../../src/runtime/status.ts';
import { headgate, launch, type RunOptions } from '../support/run/cli-run.ts';
import { journalLines, runFolders } from '../support/run/journal.ts';
import { expectNoProcess } from '../support/run/leftovers.ts';
import { type Part, python, scenarioOf } from '../support/run/scenarios.ts';
import { useRuns } from '../support/run/use-runs.ts';

const { lay, options } = useRuns();
const MiB = 1024 * 1024;

interface Given {
  readonly budget: object;
  /** By name of the part. */
  readonly parts: Readonly<Record<string, Part>>;
  /** More about each of them. */
  readonly settings?: object;
}

/** All of one profile, `p`. */
const scenario = ({ budget, parts, settings = {} }: Given): string =>
  lay({
    ...scenarioOf(parts),
    'headgate.yaml': JSON.stringify({
      components: Object.fromEntries(
        Object.keys(parts).map((name) => [`/${name}`, { restart: 'never', ...settings, profile: 'p' }]),
      ),
      profiles: { p: { budget } },
    }),
  });

const lastRun = (stateDir: string): string => runFolders(stateDir).at(-1) ?? '';

/** Runs it to its end, which is told in every place. */
async function spentIn(
  path: string,
  given: RunOptions,
  more: readonly string[] = [],
): Promise<SpentBudget | undefined> {
  // This process goes on meanwhile: it may be what is called.
  const end = await launch(['run', path, '--trust-settings', ...more], given).ended;
  expect(end.status, end.stderr).toBe(5);
  await expectNoProcess(given.stateDir);
  const id = lastRun(given.stateDir);
  const lines = journalLines(given.stateDir, id);
  const gate = lines.at(-1);
  expect(gate).toMatchObject({ type: 'gate', data: { state: 'CANCELLED' } });
  const status = statusOf(given.stateDir, id);
  expect(status?.state).toBe('CANCELLED');
  expect(status?.spent).toEqual(gate?.data['budget']);
  expect(lines.find(({ type }) => type === 'cancel')?.data['budget']).toEqual(status?.spent);
  expect(end.stderr).toContain(`cancelled: ${status?.reasons[0]}`);
  expect(status?.reasons[0]).toMatch(/^budget: /);
  const shown = headgate(['status', id], given).stdout;
  expect(shown).toMatch(
    new RegExp(`p +${status?.spent?.budget} +[0-9.]+ +${status?.spent?.limit} +(enforced|metered)`),
  );
  return status?.spent;
}

const spin = 'while True: pass';

describe('a budget that runs out', () => {
  it('of the time of the run', async () => {
    const path = scenario({ budget: { wallClockSeconds: 1 }, parts: { a: python('import time\ntime.sleep(60)') } });
    expect(await spentIn(path, options())).toEqual({ budget: 'wallClockSeconds', profile: 'p', used: 1, limit: 1 });
  });

  it('of processors, by one process', async () => {
    const path = scenario({ budget: { cpuGpuComputeSeconds: 1 }, parts: { a: python(spin) } });
    const spent = await spentIn(path, options());
    expect(spent).toMatchObject({ budget: 'cpuGpuComputeSeconds', profile: 'p', component: '/a', limit: 1 });
    expect(spent?.used).toBeGreaterThanOrEqual(1);
  });

  it('of processors, by many processes of many components together', async () => {
    // No process takes as much as one may.
    const part = python(
      'import os, time\nfor _ in range(30):\n  if os.fork() == 0:\n    end = time.process_time() + 0.2\n    while time.process_time() < end: pass\n    os._exit(0)\n  os.wait()\ntime.sleep(60)',
    );
    const path = scenario({ budget: { cpuGpuComputeSeconds: 2 }, parts: { a: part, b: part } });
    const spent = await spentIn(path, options());
    expect(spent).toMatchObject({ budget: 'cpuGpuComputeSeconds', profile: 'p', limit: 2 });
    expect(spent?.used).toBeGreaterThanOrEqual(2);
    expect(spent?.used).toBeLessThan(5);
  });

  it('of processors, by a child that the kernel ends, of a program that ends well', async () => {
    const source = `import os, time\nif os.fork() == 0:\n  while True: pass\nos.wait()`;
    const path = scenario({ budget: { cpuGpuComputeSeconds: 1 }, parts: { a: python(source) } });
    const spent = await spentIn(path, options());
    expect(spent).toMatchObject({ budget: 'cpuGpuComputeSeconds', profile: 'p', component: '/a', limit: 1 });
    expect(spent?.used).toBeGreaterThanOrEqual(1);
  });

  it('of memory, by one component', async () => {
    const source = 'x = []\nwhile True: x.append(bytearray(b"x") * (8 << 20))';
    const path = scenario({ budget: { sandboxMemoryBytes: 64 * MiB }, parts: { a: python(source) } });
    expect(await spentIn(path, options())).toMatchObject({
      budget: 'sandboxMemoryBytes',
      component: '/a',
      limit: 64 * MiB,
    });
  });

  it('of memory, by two components of which neither takes all of it', async () => {
    const part = python('import time\nx = bytearray(b"x") * (80 << 20)\ntime.sleep(60)');
    const path = scenario({ budget: { sandboxMemoryBytes: 150 * MiB }, parts: { a: part, b: part } });
    const spent = await spentIn(path, options());
    expect(spent).toMatchObject({ budget: 'sandboxMemoryBytes', limit: 150 * MiB });
    expect(spent?.used).toBeGreaterThan(150 * MiB);
  });

  it('of the disk, over all places that a component can write to', async () => {
    const part = python(
      'import time\nopen("/tmp/a", "wb").write(bytes(3 << 20))\nopen("/dev/shm/b", "wb").write(bytes(3 << 20))\ntime.sleep(60)',
    );
    const path = scenario({ budget: { localDiskBytes: 5 * MiB }, parts: { a: part } });
    const spent = await spentIn(path, options());
    expect(spent).toMatchObject({ budget: 'localDiskBytes', component: '/a', limit: 5 * MiB });
    expect(spent?.used).toBeGreaterThan(5 * MiB);
  });

  it('of the disk, by one file', async () => {
    const part = python('f = open("/tmp/a", "wb")\nwhile True: f.write(bytes(1 << 20))');
    const path = scenario({ budget: { localDiskBytes: 5 * MiB }, parts: { a: part } });
    expect(await spentIn(path, options())).toMatchObject({ budget: 'localDiskBytes', component: '/a', limit: 5 * MiB });
  });

  it.each(['never', 'always'])(
    'of the disk, by files without a name, of a program that restarts %s',
    async (restart) => {
      const source =
        'import os, time\nfiles = []\nfor i in range(12):\n  f = open("/data/f", "wb"); os.unlink("/data/f"); f.write(bytes(1 << 20)); f.flush(); files.append(f)\ntime.sleep(60)';
      const part = python(source, {
        program: { mounts: [{ from: 'resources.data', path: '/data' }] },
        manifest: { resources: { data: { kind: 'storage' } } },
      });
      const path = scenario({ budget: { localDiskBytes: 5 * MiB }, parts: { a: part }, settings: { restart } });
      const spent = await spentIn(path, options());
      expect(spent).toMatchObject({ budget: 'localDiskBytes', profile: 'p', component: '/a', limit: 5 * MiB });
      expect(spent?.used).toBeGreaterThanOrEqual(5 * MiB);
    },
  );

  it('is no matter of a limit of the component itself', async () => {
    const given = options();
    const path = scenario({
      budget: { cpuGpuComputeSeconds: 60 },
      parts: { a: python(spin) },
      settings: { limits: { cpuSeconds: 1 } },
    });
    const end = headgate(['run', path, '--trust-settings'], given);
    expect(end.status, end.stderr).toBe(4);
    expect(end.stderr).toContain('failed: /a: it used up its CPU time');
    const used = statusOf(given.stateDir, lastRun(given.stateDir))?.budgets;
    expect(used).toMatchObject([{ budget: 'cpuGpuComputeSeconds', limit: 60, kept: 'metered' }]);
    expect(used?.[0]?.used).toBeGreaterThan(0.5);
    await expectNoProcess(given.stateDir);
  });

  it('is not had again by a run that is resumed', async () => {
    const given = options();
    const path = scenario({ budget: { cpuGpuComputeSeconds: 1 }, parts: { a: python(spin) } });
    await spentIn(path, given);
    const id = lastRun(given.stateDir);
    const before = statusOf(given.stateDir, id)?.budgets?.[0]?.used ?? 0;
    const again = headgate(['resume', id, '--redo', '/a'], given);
    expect(again.status, again.stderr).toBe(5);
    expect(again.stderr).toContain('cpuGpuComputeSeconds');
    expect(statusOf(given.stateDir, id)?.budgets?.[0]?.used).toBeGreaterThanOrEqual(before);
    await expectNoProcess(given.stateDir);
  });
});

describe('calls out of the scenario', () => {
  let server: Server;
  let port = 0;
  const asked: string[] = [];
  beforeAll(async () => {
    server = createServer((request, response) => {
      asked.push(request.url ?? '');
      response.end('ok');
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    ({ port } = server.address() as AddressInfo);
  });
  afterAll(() => new Promise((done) => server.close(done)));

  it('over the proxy are counted, and the one too many does not leave', async () => {
    asked.length = 0;
    const source = `import urllib.request, time\nfor i in range(9):\n  try: urllib.request.urlopen("http://127.0.0.1:${port}/" + str(i)).read()\n  except Exception as e: print(e)\ntime.sleep(60)`;
    const path = scenario({
      budget: { connectorCalls: 3 },
      parts: { a: python(source) },
      settings: { egress: [`127.0.0.1:${port}`] },
    });
    const given = options();
    expect(await spentIn(path, given)).toEqual({
      budget: 'connectorCalls',
      profile: 'p',
      component: '/a',
      used: 3,
      limit: 3,
    });
    expect(asked).toEqual(['/0', '/1', '/2']);
  });

  it('over a slot of the root are counted, requests on one connection each', async () => {
    asked.length = 0;
    const source =
      'import http.client, os, time\nfrom urllib.parse import urlparse\nu = urlparse(os.environ["UP"])\nc = http.client.HTTPConnection(u.hostname, u.port)\nfor i in range(9):\n  c.request("GET", "/" + str(i))\n  r = c.getresponse(); r.read()\n  if r.status != 200: break\ntime.sleep(60)';
    const root = {
      manifest_version: '0.4.0',
      slots: { up: { kind: 'http' } },
      components: { a: './a.json' },
      bindings: [{ to: '#a.up', from: 'slots.up', weak: true }],
    };
    const files = scenarioOf({
      a: python(source, { slots: { up: { kind: 'http' } }, env: { UP: `\${slots.up.url}` } }),
    });
    const path = lay({
      ...files,
      'scenario.json': JSON.stringify(root),
      'headgate.yaml': JSON.stringify({
        components: { '/a': { restart: 'never', profile: 'p' } },
        profiles: { p: { budget: { connectorCalls: 2 } } },
      }),
    });
    const spent = await spentIn(path, options(), ['--slot', `up=http://127.0.0.1:${port}`]);
    expect(spent).toMatchObject({ budget: 'connectorCalls', component: '/a', used: 2, limit: 2 });
    expect(asked).toEqual(['/0', '/1']);
  });
});

describe('programs at a time', () => {
  it('are as many as the profile allows, in the order of the plan', async () => {
    const given = options();
    const part = python('import time\ntime.sleep(0.6)');
    const path = scenario({ budget: { agentConcurrency: 2 }, parts: { a: part, b: part, c: part, d: part, e: part } });
    const end = headgate(['run', path, '--trust-settings'], given);
    expect(end.status, end.stderr).toBe(0);
    const lines = journalLines(given.stateDir, lastRun(given.stateDir));
    let now = 0;
    let most = 0;
    const began: string[] = [];
    for (const { type, actionId } of lines) {
      if (!actionId?.startsWith('task.run:')) continue;
      if (type === 'intent') {
        began.push(actionId.slice('task.run:'.length));
        now++;
      }
      if (type === 'outcome') now--;
      most = Math.max(most, now);
    }
    expect(most).toBe(2);
    expect(began).toEqual(['/a', '/b', '/c', '/d', '/e']);
    const [use] = statusOf(given.stateDir, lastRun(given.stateDir))?.budgets ?? [];
    expect(use).toEqual({ profile: 'p', budget: 'agentConcurrency', used: 2, limit: 2, kept: 'enforced' });
  });
});
