/** Shapes of a graph that have to be started somehow, and shapes that cannot be. */
import { describe, expect, it } from 'vitest';
import { headgate, type LiveRun, until } from '../support/run/cli-run.ts';
import { journalLines, runFolders } from '../support/run/journal.ts';
import { expectNothingOf } from '../support/run/leftovers.ts';
import { counting, python, scenarioOf } from '../support/run/scenarios.ts';
import { descendantsOf } from '../support/run/traces.ts';
import { exported, textOf, useRuns } from '../support/run/use-runs.ts';

const { lay, options, start } = useRuns();

/** GET /name says it; GET /up asks the slot `up` for /name; GET / says how often it was asked over its slots. */
const peer = (name: string, slots: readonly string[], delay = 0) =>
  python(
    `
import http.server, os, time, urllib.request
time.sleep(${delay})
open_ = urllib.request.build_opener(urllib.request.ProxyHandler({})).open
class H(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        slot = self.path[1:].upper()
        body = b'${name}' if slot == 'NAME' else b'${name} asks ' + open_(os.environ[slot] + '/name', timeout=9).read()
        self.send_response(200); self.send_header('content-length', str(len(body))); self.end_headers(); self.wfile.write(body)
    def log_message(self, *a): pass
http.server.ThreadingHTTPServer(('127.0.0.1', 8080), H).serve_forever()
`,
    {
      port: 8080,
      slots: Object.fromEntries(slots.map((slot) => [slot, { kind: 'http' }])),
      env: Object.fromEntries(slots.map((slot) => [slot.toUpperCase(), `\${slots.${slot}.url}`])),
    },
  );
const bind = (to: string, from: string, weak = false): object => ({ to, from, ...(weak ? { weak } : {}) });

describe('7.6: components that need one another', () => {
  it('over a weak edge start, whichever is slower, and reach one another both ways', async () => {
    for (const [slowA, slowB] of [
      [0.8, 0],
      [0, 0.8],
    ] as const) {
      const parts = { a: peer('a', ['up'], slowA), b: peer('b', ['up'], slowB) };
      const root = {
        bindings: [bind('#a.up', '#b.http', true), bind('#b.up', '#a.http')],
        ...exported('a', 'b'),
      };
      const run = await start(lay(scenarioOf(parts, root)), options());
      expect(await textOf(`${run.exports['a']}/up`)).toBe('a asks b');
      expect(await textOf(`${run.exports['b']}/up`)).toBe('b asks a');
      await run.stop();
    }
  });

  it('in a ring of three with one weak edge', async () => {
    const parts = { a: peer('a', ['up']), b: peer('b', ['up']), c: peer('c', ['up']) };
    const root = {
      bindings: [bind('#a.up', '#b.http'), bind('#b.up', '#c.http'), bind('#c.up', '#a.http', true)],
      ...exported('a', 'c'),
    };
    const run = await start(lay(scenarioOf(parts, root)), options());
    expect(await textOf(`${run.exports['a']}/up`)).toBe('a asks b');
    expect(await textOf(`${run.exports['c']}/up`)).toBe('c asks a');
  });

  it('over strong edges only are refused, with the way around, before anything starts', () => {
    const parts = { a: peer('a', ['up']), b: peer('b', ['up']) };
    const root = { bindings: [bind('#a.up', '#b.http'), bind('#b.up', '#a.http')], ...exported('a') };
    const given = options();
    const end = headgate(['run', lay(scenarioOf(parts, root))], given);
    expect(end.status, end.stderr).toBe(2);
    expect(end.stderr).toMatch(/cycle/);
    expect(end.stderr).toMatch(/\/a\b[\s\S]*\/b\b/);
    expect(runFolders(given.stateDir)).toEqual([]);
  });

  it('a component that is bound to itself reaches its own port, and no edge is made for it', async () => {
    const root = { bindings: [bind('#a.up', '#a.http', true)], ...exported('a') };
    const given = options();
    const run = await start(lay(scenarioOf({ a: peer('a', ['up']) }, root)), given);
    expect(await textOf(`${run.exports['a']}/up`)).toBe('a asks a');
    const intents = journalLines(given.stateDir, run.id).filter(({ type }) => type === 'intent');
    expect(intents.map(({ actionId }) => actionId)).toEqual([
      'env.probe',
      'grant.apply:exports.a',
      'secret.bind',
      'process.start:/a',
    ]);
  });

  it('two slots of one component to one provider, and one provider of many, are each their own', async () => {
    const parts = { a: peer('a', ['up', 'other']), b: peer('b', ['up']), c: peer('c', []) };
    const root = {
      bindings: [bind('#a.up', '#c.http'), bind('#a.other', '#c.http'), bind('#b.up', '#c.http')],
      ...exported('a', 'b'),
    };
    const run = await start(lay(scenarioOf(parts, root)), options());
    for (const [name, slot] of [
      ['a', 'up'],
      ['a', 'other'],
      ['b', 'up'],
    ] as const)
      expect(await textOf(`${run.exports[name]}/${slot}`)).toBe(`${name} asks c`);
  });
});

describe('what a program finds', () => {
  it('0.4: the address of a slot is a literal one on its own loopback, in every run the same', () => {
    const asks = python('import os; print(os.environ["UP"], os.environ["OTHER"])', {
      restart: 'never',
      slots: { up: { kind: 'http' }, other: { kind: 'http' } },
      env: { UP: '${slots.up.url}', OTHER: '${slots.other.url}' },
    });
    const done = python('pass', { port: 8080, restart: 'never' });
    const root = { bindings: [bind('#asks.up', '#done.http', true), bind('#asks.other', '#done.http', true)] };
    for (let again = 0; again < 2; again++) {
      const end = headgate(['run', lay(scenarioOf({ asks, done }, root))], options());
      expect(end.stderr).toMatch(/\/asks \| http:\/\/127\.0\.0\.1:2000[01] http:\/\/127\.0\.0\.1:2000[01]$/m);
    }
  });

  it('4.2(4): no resolver of the host: a name is refused at once, and not after a time', () => {
    const asks = python(
      `
import os, socket, time
began = time.monotonic()
try: socket.getaddrinfo('example.com', 80); print('found')
except OSError: print('refused at once' if time.monotonic() - began < 2 else 'refused late')
print('resolv.conf', os.path.exists('/etc/resolv.conf'))
`,
      { restart: 'never' },
    );
    const end = headgate(['run', lay(scenarioOf({ asks }))], options());
    expect(end.stderr).toMatch(/\/asks \| refused at once/);
    expect(end.stderr).toMatch(/\/asks \| resolv\.conf False/);
  });
});

describe('0.12: a program of another kind', () => {
  it.each([
    ['a virtual machine', { vm: { image: './disk.img', cpus: 1, memory_mib: 256 } }, {}],
    ['a container image', { image: 'busybox', entrypoint: ['sleep'] }, { environment: 'local' }],
    ['a `path` program', { path: '/bin/sh', args: ['-c', 'true'] }, { environment: 'docker' }],
  ])('%s where it cannot run is BLOCKED with its name, and nothing starts', (what, program, settings) => {
    const other = { manifest: { program } };
    const given = options();
    const files = scenarioOf({ other, web: counting('web') }, exported('web'));
    const headgateYaml = JSON.stringify({ components: { '/other': settings } });
    const end = headgate(['run', lay({ ...files, 'headgate.yaml': headgateYaml })], given);
    expect(end.status, end.stderr).toBe(3);
    expect(end.stderr).toContain(`blocked[program_kind]: /other: it is ${what}`);
    expect(end.stderr).not.toMatch(/web starts/);
  });
});

describe('0.2, 4.1(1): the processes of a run', () => {
  it('are two of each sandbox, the agent and the program for each component, and no other', async () => {
    const parts = { a: peer('a', ['up']), b: peer('b', []) };
    const run = await start(
      lay(scenarioOf(parts, { bindings: [bind('#a.up', '#b.http')], ...exported('a') })),
      options(),
    );
    const found = await until(
      () => descendantsOf(run.child.pid as number),
      (list) => list.length === 12,
    );
    const kinds = found.map(({ command }) => (/^\S*?(bwrap|node|python3)\b/.exec(command)?.[1] ?? command).trim());
    expect(kinds.sort()).toEqual([...Array(8).fill('bwrap'), 'node', 'node', 'python3', 'python3']);
  });

  it('4.3(10), 4.3(9): two runs of one scenario live beside each other, and each leaves nothing in /tmp', async () => {
    const scenario = lay(scenarioOf({ web: counting('web') }, exported('web')));
    const both = [options(), options()];
    const stateDirs = both.map(({ stateDir }) => stateDir);
    const [one, two] = (await Promise.all(both.map((given) => start(scenario, given)))) as [LiveRun, LiveRun];
    expect(one.exports['web']).not.toBe(two.exports['web']);
    expect([await textOf(one.exports['web']), await textOf(two.exports['web'])]).toEqual(['web 1', 'web 1']);
    await one.stop();
    await expectNothingOf(one, stateDirs[0] as string);
    expect(await textOf(two.exports['web'])).toBe('web 1');
  });
});
