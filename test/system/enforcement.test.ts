/**
 * What a linked edge is worth: the examples run as a user runs them, and a program in every sandbox tries whatever it was not given.
 * Numbers in names are those of weaknesses that were measured in comparable runtimes; each is closed here.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../support/cli.ts';
import { attacksOn, type Bait, layBait, type Sandbox, type Surroundings } from '../support/run/attack.ts';
import { type LiveRun, startRun } from '../support/run/cli-run.ts';
import { getJson, ownAddresses, type Probe, probe } from '../support/run/probes.ts';
import { layRedactionVariant } from '../support/run/redaction-variant.ts';
import { networkOf, processesOf, processOf, unixSockets } from '../support/run/traces.ts';
import { createTempFolder } from '../support/temp-folder.ts';

interface Plan {
  readonly components: readonly {
    readonly moniker: string;
    readonly provides: Readonly<Record<string, { readonly endpoint: string | null }>>;
    readonly program: { readonly network: { readonly endpoints: readonly { readonly port: number }[] } };
  }[];
  readonly edges: readonly {
    readonly id: string;
    readonly from: { readonly component: string };
    readonly to: { readonly component: string };
  }[];
}
interface Finding extends Probe {
  readonly scenario: string;
  readonly from: string;
  readonly expected: 'connected' | 'refused';
}
interface Live {
  readonly run: LiveRun;
  readonly plan: Plan;
  readonly sandboxes: readonly Sandbox[];
  readonly around: Surroundings;
}

const temp = createTempFolder();
const evidence: Finding[] = [];
const socketsBefore = new Set(unixSockets());
let bait: Bait;
const live = new Map<string, Live>();

const cases = [
  {
    name: 'isolation',
    lay: (folder: string): string => {
      cpSync(resolve('examples/isolation'), folder, { recursive: true });
      return join(folder, 'scenario.yaml');
    },
    ways: ({ exports }: LiveRun): readonly Sandbox[] => [
      ...['a', 'b', 'x'].map((name) => ({ moniker: `/${name}`, at: exports[name] as string, ports: [8080] })),
      { moniker: '/p', at: exports['p'] as string, ports: [8080, 9090] },
      { moniker: '/__overlay_0_0', at: `${exports['a']}/to/p/interposer`, ports: [8080] },
    ],
    /** Ports of programs that no provide names. */
    hidden: [9090],
  },
  {
    name: 'redaction',
    lay: layRedactionVariant,
    ways: ({ exports }: LiveRun): readonly Sandbox[] =>
      [
        { moniker: '/caller', port: 18100, way: '' },
        { moniker: '/__overlay_0_0', port: 18130, way: '/__ask' },
        { moniker: '/responder', port: 18101, way: '/__ask' },
      ].map(({ moniker, port, way }) => ({ moniker, at: `${exports['status']}${way}/__probe/${port}`, ports: [port] })),
    hidden: [],
  },
] as const;

/** The answer of examples/redaction is asked without `/probe`. */
const ask = (sandbox: Sandbox, target: string): Promise<Probe> =>
  sandbox.at.includes('__probe')
    ? (getJson(`${sandbox.at}?target=${encodeURIComponent(target)}`) as Promise<Probe>)
    : probe(sandbox.at, target);

const state = (name: string): string => join(temp.path, `state-${name}`);
const filesBelow = (folder: string): readonly string[] =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name))
    : [];

async function start(one: (typeof cases)[number]): Promise<Live> {
  const scenario = one.lay(join(temp.path, one.name));
  const compiled = runCli(['compile', scenario], { cwd: temp.path });
  expect(compiled.status, compiled.stderr).toBe(0);
  const plan = JSON.parse(compiled.stdout) as Plan;
  const run = await startRun(scenario, { stateDir: state(one.name), cwd: temp.path });
  const declared = plan.components.flatMap(({ program }) => program?.network.endpoints.map(({ port }) => port) ?? []);
  const around = {
    bait,
    ports: [...new Set([...declared, ...one.hidden])],
    exportPorts: Object.values(run.exports).map((url) => Number(new URL(url).port)),
    sockets: unixSockets().filter(
      (name) => !socketsBefore.has(name) && /headgate|hg-/.test(name) && !name.includes('bait'),
    ),
    monikers: plan.components.map(({ moniker }) => moniker),
    files: filesBelow(state(one.name)).slice(0, 12),
  };
  return { run, plan, sandboxes: one.ways(run), around };
}

beforeAll(async () => {
  bait = await layBait();
  for (const one of cases) live.set(one.name, await start(one));
});
afterAll(async () => {
  for (const { run } of live.values()) await run.stop();
  await bait?.close();
  mkdirSync('test/system/actual', { recursive: true });
  const bypasses = evidence.filter(({ expected, result }) => !result.startsWith(expected)).length;
  writeFileSync('test/system/actual/enforcement.json', `${JSON.stringify({ bypasses, evidence }, null, 1)}\n`);
  temp.remove();
});

const of = (name: string): Live => live.get(name) as Live;

async function expectAll(
  name: string,
  sandbox: Sandbox,
  expected: Finding['expected'],
  targets: readonly string[],
): Promise<void> {
  const found: Finding[] = [];
  for (let at = 0; at < targets.length; at += 12) {
    const answers = await Promise.all(targets.slice(at, at + 12).map((target) => ask(sandbox, target)));
    found.push(...answers.map((answer) => ({ scenario: name, from: sandbox.moniker, expected, ...answer })));
  }
  evidence.push(...found);
  expect(found.filter(({ result }) => !result.startsWith(expected))).toEqual([]);
}

describe.each(cases)('examples/$name', ({ name, hidden }) => {
  it('can be asked in every sandbox', async () => {
    expect(
      of(name)
        .sandboxes.map(({ moniker }) => moniker)
        .sort(),
    ).toEqual(
      of(name)
        .plan.components.filter(({ program }) => program)
        .map(({ moniker }) => moniker)
        .sort(),
    );
    for (const sandbox of of(name).sandboxes)
      await expectAll(
        name,
        sandbox,
        'connected',
        sandbox.ports.map((port) => `tcp:127.0.0.1:${port}`),
      );
  });

  it('0.5, 0.6, 0.7, 4.2(2), 4.2(3): nobody reaches another port, the host, its exports, the world, by any address', async () => {
    const { sandboxes, around } = of(name);
    expect(around.sockets.length).toBeGreaterThan(0);
    expect(around.files.length).toBeGreaterThan(0);
    await Promise.all(sandboxes.map((sandbox) => expectAll(name, sandbox, 'refused', attacksOn(sandbox, around))));
    expect(bait.reached()).toBe(0);
  });

  it('every sandbox has its own ports and one for each slot, and no other', async () => {
    const { sandboxes, plan } = of(name);
    for (const sandbox of sandboxes) {
      const slots = plan.edges.filter(({ to }) => to.component === sandbox.moniker).length;
      for (const host of ['127.0.0.1', '::1']) {
        const { result } = await ask(sandbox, `open:${host}`);
        const open = result.split(' ').slice(1).map(Number);
        expect(open.length, `${sandbox.moniker} at ${host}: ${result}`).toBeLessThanOrEqual(
          sandbox.ports.length + slots,
        );
        if (host === '127.0.0.1') expect(open).toHaveLength(sandbox.ports.length + slots);
        if (host === '127.0.0.1') expect(open).toEqual(expect.arrayContaining([...sandbox.ports]));
        evidence.push({ scenario: name, from: sandbox.moniker, target: `open:${host}`, expected: 'connected', result });
      }
    }
  });

  it('no program finds the socket of an edge', async () => {
    const { sandboxes } = of(name);
    for (const sandbox of sandboxes)
      for (const folder of ['/run/headgate/agent', '/run/headgate/agent/edges'])
        expect((await ask(sandbox, `list:${folder}`)).result).not.toMatch(/\/s\b/);
  });

  it('every edge of the plan is reached only through the sandboxes that it joins', () => {
    const { plan } = of(name);
    expect(plan.edges.length).toBeGreaterThan(1);
    expect(
      evidence.filter(({ scenario, expected }) => scenario === name && expected === 'refused').length,
    ).toBeGreaterThan(plan.edges.length * 50);
    expect(hidden.every((port) => of(name).around.ports.includes(port))).toBe(true);
  });

  it('4.5(1): the host listens on nothing but the exports, on loopback alone', () => {
    const { around } = of(name);
    const lines = ['tcp', 'tcp6'].flatMap((file) => readFileSync(`/proc/net/${file}`, 'utf8').split('\n').slice(1));
    for (const port of around.exportPorts) {
      const hex = port.toString(16).toUpperCase().padStart(4, '0');
      const where = lines.flatMap((line) => {
        const [, local = '', , status] = line.trim().split(/\s+/);
        return status === '0A' && local.endsWith(`:${hex}`) ? [local] : [];
      });
      expect(where.length).toBeGreaterThan(0);
      expect(where.filter((local) => !/^(0100007F|00000000000000000000000001000000):/.test(local))).toEqual([]);
    }
  });

  it('from the host nothing is reached but the exports', async () => {
    const inside = processesOf(join(temp.path, name)).filter(({ command }) => command.startsWith('python3 '));
    expect(inside.length).toBeGreaterThanOrEqual(of(name).sandboxes.length);
    const networks = inside.map(({ pid }) => networkOf(pid));
    expect(networks).not.toContain(networkOf('self'));
    expect(new Set(networks).size).toBe(of(name).sandboxes.length);
    for (const port of of(name).around.exportPorts)
      for (const host of ownAddresses()) expect(await dial(host, port), `${host} ${port}`).toBe('refused');
  });

  it('0.7, 4.2(1): no capability, no new privileges, no other user, no device, limits', () => {
    const inside = processesOf(join(temp.path, name)).filter(
      ({ command }) => /component|caller|responder|python3 -u -c/.test(command) && !/bwrap/.test(command),
    );
    expect(inside.length).toBeGreaterThan(0);
    for (const { pid } of inside) {
      const status = readFileSync(`/proc/${pid}/status`, 'utf8');
      expect(status).toMatch(/^CapEff:\s*0+$/m);
      expect(status).toMatch(/^CapBnd:\s*0+$/m);
      expect(status).toMatch(/^NoNewPrivs:\s*1$/m);
      expect(
        readFileSync(`/proc/${pid}/net/dev`, 'utf8')
          .match(/^\s*\w+:/gm)
          ?.map((line) => line.trim()),
      ).toEqual(['lo:']);
      expect(readFileSync(`/proc/${pid}/limits`, 'utf8')).not.toMatch(/^Max open files\s+unlimited/m);
      expect(processOf(pid)?.state).not.toBe('Z');
    }
  });
});

describe('what is bound works', () => {
  it('A reaches P through the interposer, P reaches B, and the interposer saw what went its way', async () => {
    const { exports } = of('isolation').run;
    expect(await getJson(`${exports['a']}/to/p/`)).toMatchObject({ name: 'p', seen_by: ['interposer'] });
    expect(await getJson(`${exports['p']}/to/b/`)).toMatchObject({ name: 'b', seen_by: [] });
    expect(await getJson(`${exports['a']}/to/p/to/b/`)).toMatchObject({ name: 'b' });
    expect(await getJson(`${exports['x']}/`)).toMatchObject({ name: 'x', slots: {} });
  });

  it('2.10(4): a component that nobody binds to runs all the same', async () => {
    expect(await getJson(`${of('isolation').run.exports['x']}/`)).toMatchObject({ name: 'x' });
  });

  it('the redactor stands between caller and responder', async () => {
    const status = (await getJson(`${of('redaction').run.exports['status']}/status`)) as Record<string, string>;
    expect(status['sent']).toContain('ORBIT-7731');
    expect(status['received']).not.toContain('ORBIT-7731');
    expect(status['received']).toContain('[REDACTED]');
  });

  it('0.13, 2.10(2): the plan does not depend on where the scenario lies', () => {
    const digests = ['one', 'two/deeper'].map((place) => {
      const folder = join(temp.path, place);
      cpSync(resolve('examples/isolation'), folder, { recursive: true });
      return JSON.parse(runCli(['compile', join(folder, 'scenario.yaml')], { cwd: temp.path }).stdout)
        .planDigest as string;
    });
    expect(digests[0]).toBe(digests[1]);
  });

  it('2.10(5): the commands of the README are those of the command line', () => {
    const readme = readFileSync('examples/isolation/README.md', 'utf8');
    const commands = [...readme.matchAll(/^npx headgate (\w+)/gm)].map((match) => match[1] as string);
    expect(commands.length).toBeGreaterThan(0);
    for (const command of commands)
      expect(spawnSync(process.execPath, ['dist/cli.cjs', command, '--help']).status).toBe(0);
  });
});

const dial = (host: string, port: number): Promise<string> =>
  new Promise((done) => {
    const socket = connect({ host, port });
    socket.setTimeout(1000, () => {
      socket.destroy();
      done('refused');
    });
    socket.on('connect', () => {
      socket.destroy();
      done('connected');
    });
    socket.on('error', () => done('refused'));
  });
