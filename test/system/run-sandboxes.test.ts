/** Sandboxes by name: what is wider inside, and what of it survives. */
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { PlanProfile, PlanSandbox } from '../../src/ir/plan-profile-schema.ts';
import { openRegistry } from '../support/loopback-registry.ts';
import { serveWheel } from '../support/pip-stand-in.ts';
import { headgate, launch, type RunEnd, type RunOptions } from '../support/run/cli-run.ts';
import { planWith } from '../support/run/profiled.ts';
import { type Part, scenarioOf } from '../support/run/scenarios.ts';
import { useRuns } from '../support/run/use-runs.ts';

const { lay, options, folder } = useRuns();

const shell = (script: string): Part => ({
  restart: 'never',
  manifest: { program: { path: '/bin/sh', args: ['-ec', script] } },
});
const profile = (more: Partial<PlanProfile> = {}): PlanProfile => ({
  runtime: { mode: 'evidence' },
  sandbox: { mode: 'ref', ref: 's' },
  permissions: 'approve-reads',
  ...more,
});

/** The plan of tasks in sandboxes of their own name. */
const planOf = (parts: Readonly<Record<string, Part>>, sandbox: PlanSandbox, more?: Partial<PlanProfile>): string =>
  planWith(lay(scenarioOf(parts)), {
    components: Object.fromEntries(Object.keys(parts).map((name) => [`/${name}`, { profile: 'p' }])),
    profiles: { p: profile(more) },
    sandboxes: { s: sandbox },
  });

const runIn = (plan: string, run: RunOptions): RunEnd => headgate(['run', plan, '--trust-settings'], run);
const at = (plan: string, more: Partial<RunOptions> = {}): RunOptions => options({ cwd: dirname(plan), ...more });
/** Folders of caches, from the state folder. */
const cachesIn = (stateDir: string): readonly string[] => {
  const top = join(stateDir, 'cache');
  if (!existsSync(top)) return [];
  return readdirSync(top).flatMap((scenario) =>
    readdirSync(join(top, scenario)).map((key) => join(top, scenario, key)),
  );
};

describe('tools', () => {
  it('that are missing are told at once, by name, before anything starts', () => {
    const plan = planOf(
      { w: shell('echo started'), v: shell('echo started') },
      { tools: ['no-such-browser', 'no-such-simulator', 'sh'] },
    );
    const { status, stderr } = runIn(plan, at(plan));
    expect(status).toBe(3);
    expect(stderr.match(/^blocked\[.*$/gm)).toEqual(
      ['no-such-browser', 'no-such-simulator'].map(
        (name) => `blocked[tool_missing]: ${name}: /v, /w have sandboxes that name it, and it is not installed`,
      ),
    );
    expect(stderr).not.toContain('started');
  });

  it('that only the PATH of the user knows are on that of the program', () => {
    const tools = join(folder, 'tools', 'bin');
    const plan = planOf({ w: shell('odd-tool; command -v odd-tool') }, { tools: ['odd-tool'] });
    const without = planOf({ w: shell('odd-tool') }, {});
    rmSync(dirname(tools), { recursive: true, force: true });
    writeTool(join(tools, 'odd-tool'), '#!/bin/sh\necho it is odd\n');
    const env = { PATH: `${tools}:${process.env['PATH']}` };
    const { status, stderr } = runIn(plan, at(plan, { env }));
    expect([status, stderr.includes('it is odd')], stderr).toEqual([0, true]);
    expect(runIn(without, at(without, { env })).status).toBe(4);
  });
});

describe('limits', () => {
  it('are those of the sandbox, of the component, or of the budget, whichever is least', () => {
    const many = shell('i=0; while [ $i -lt 200 ]; do sleep 3 & i=$((i+1)); done; sleep 1; echo all there');
    const plan = planOf({ w: many }, { processes: 512 });
    expect(runIn(plan, at(plan)).stderr).toContain('all there');
    const narrow = planOf({ w: many }, {});
    expect(runIn(narrow, at(narrow)).stderr).toContain('128 are allowed');
  });

  it('of a budget hold: room on the disk, and time', () => {
    const disk = planOf(
      {
        w: shell(
          'head -c 3000000 /dev/zero > /tmp/x && echo it fits; head -c 1000 /dev/zero > /tmp/y && echo small fits',
        ),
      },
      {},
      { budget: { localDiskBytes: 2_000_000 } },
    );
    const { stderr } = runIn(disk, at(disk));
    expect(stderr).not.toContain('it fits');
    const time = planOf({ w: shell('sleep 30') }, {}, { budget: { wallClockSeconds: 1 } });
    const ended = runIn(time, at(time));
    expect(ended.status, ended.stderr).toBe(5);
    expect(ended.stderr).toContain('budget: 1 s are all that profile');
  });
});

describe('the cache', () => {
  const count = shell('echo x >> $HEADGATE_CACHE/n; echo "count $(wc -l < $HEADGATE_CACHE/n)"');

  it('survives, is private, and belongs to one way of being configured', () => {
    const plan = planOf({ w: count, v: shell('true') }, { cacheMiB: 16 });
    const run = at(plan);
    expect(runIn(plan, run).stderr).toContain('count 1');
    expect(runIn(plan, run).stderr).toContain('count 2');
    const [cache = ''] = cachesIn(run.stateDir);
    for (const path of [dirname(dirname(cache)), dirname(cache), cache, join(cache, 'data')])
      expect(statSync(path).mode & 0o777, path).toBe(0o700);
    // Configured otherwise, from the same place: guidance is enough.
    const scenario = join(dirname(plan), 'scenario.json');
    for (const differs of [{ guidance: 'other' }, { budget: { wallClockSeconds: 60 } }] as const) {
      planWith(scenario, {
        components: { '/w': { profile: 'p' } },
        profiles: { p: profile(differs) },
        sandboxes: { s: { cacheMiB: 16 } },
      });
      expect(runIn(plan, run).stderr, JSON.stringify(differs)).toContain('count 1');
    }
    expect(cachesIn(run.stateDir)).toHaveLength(3);
  });

  it('is used by two runs at once', async () => {
    const plan = planOf(
      {
        w: shell(
          'echo x >> $HEADGATE_CACHE/n; while [ $(wc -l < $HEADGATE_CACHE/n) -lt 2 ]; do sleep 0.05; done; echo both',
        ),
      },
      { cacheMiB: 16 },
    );
    const run = at(plan);
    const ends = await Promise.all([1, 2].map(() => launch(['run', plan, '--trust-settings'], run).ended));
    for (const { status, stderr } of ends) expect([status, stderr.includes('both')], stderr).toEqual([0, true]);
    expect(readdirSync(join(cachesIn(run.stateDir)[0] ?? '', 'users'))).toEqual([]);
  });

  it('ends a program that writes more than it may, and is empty for the next run', () => {
    const plan = planOf(
      {
        w: shell(
          '[ -e $HEADGATE_CACHE/big ] && echo still there; head -c 3000000 /dev/zero > $HEADGATE_CACHE/big; sleep 5',
        ),
      },
      { cacheMiB: 1 },
    );
    const run = at(plan);
    for (const _ of [1, 2]) {
      const { status, stderr } = runIn(plan, run);
      expect([status, stderr.includes('still there')], stderr).toEqual([4, false]);
      expect(stderr).toContain('its cache at /var/cache/headgate holds 3 MiB, and 1 MiB are allowed');
    }
  });

  it('is what npm and pip install from once the registry is gone', async () => {
    const registry = await openRegistry('node_modules');
    const wheels = await serveWheel(folder);
    const script = `
export HOME=/tmp
npm install --no-audit --no-fund --prefer-offline --fetch-retries 0 --registry ${registry.url} --prefix /tmp/app picocolors
node -e 'console.log("npm has", require("/tmp/app/node_modules/picocolors/package.json").name)'
python3 -m pip install --quiet --no-deps --retries 0 --disable-pip-version-check --trusted-host 127.0.0.1 --target /tmp/py ${wheels.url}
PYTHONPATH=/tmp/py python3 -c 'import stand_in; print("pip has", stand_in.answer)'
`;
    const near = [registry.url, wheels.url].map((url) => new URL(url).host).sort();
    const plan = planOf({ w: shell(script) }, { cacheMiB: 64, egress: near, tools: ['npm', 'node', 'python3'] });
    const run = at(plan);
    const installs = async (): Promise<RunEnd> => launch(['run', plan, '--trust-settings'], run).ended;
    const first = await installs();
    expect([first.status, first.stderr.match(/(npm|pip) has \w+/g)], first.stderr).toEqual([
      0,
      ['npm has picocolors', 'pip has 42'],
    ]);
    expect(wheels.asked()).toBe(1);
    await registry.close();
    await wheels.close();
    const second = await installs();
    expect([second.status, second.stderr.match(/(npm|pip) has \w+/g)], second.stderr).toEqual([
      0,
      ['npm has picocolors', 'pip has 42'],
    ]);
    // Without the cache there is nothing to install from.
    rmSync(join(run.stateDir, 'cache'), { recursive: true });
    expect((await installs()).status).toBe(4);
  });
});

describe('chromium', () => {
  it('renders a page of the program in evidence mode', () => {
    const script = `
python3 -m http.server --bind 127.0.0.1 8000 --directory /tmp >/dev/null 2>&1 &
echo '<title>from inside</title><script>document.title += " and run";</script>' > /tmp/index.html
until python3 -c 'import socket; socket.create_connection(("127.0.0.1", 8000))' 2>/dev/null; do sleep 0.1; done
chromium --headless --no-sandbox --disable-gpu --user-data-dir=/tmp/profile --virtual-time-budget=2000 --dump-dom http://127.0.0.1:8000/ 2>/tmp/said || { tail -5 /tmp/said; exit 1; }
`;
    const plan = planOf(
      { w: shell(script) },
      { tools: ['chromium', 'python3'], processes: 512, memoryMiB: 4096 },
      { permissions: 'approve-all' },
    );
    const { status, stderr } = runIn(plan, at(plan));
    expect(status, stderr).toBe(0);
    expect(stderr).toContain('<title>from inside and run</title>');
    expect(stderr).not.toContain('warning[');
  });
});

function writeTool(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text, { mode: 0o755 });
}
