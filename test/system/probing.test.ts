/** What probes can do on this machine: run something in the place of a component, and reach what a binding leads to. */
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PlanProbe } from '../../src/ir/plan-probe-schema.ts';
import type { Executed, Execution } from '../../src/ports/execution.ts';
import { until } from '../support/run/cli-run.ts';
import { openProbePlace, type ProbePlace } from '../support/run/probe-place.ts';
import { counting, python, scenarioOf } from '../support/run/scenarios.ts';
import { processesOf } from '../support/run/traces.ts';

const interposer = `
import http.server, os, urllib.request
class H(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = b'interposed ' + urllib.request.urlopen(os.environ['UP'] + self.path).read()
        self.send_response(200); self.send_header('content-length', str(len(body))); self.end_headers(); self.wfile.write(body)
    def log_message(self, *a): pass
http.server.ThreadingHTTPServer(('127.0.0.1', 9000), H).serve_forever()
`;

/** Python that answers with a text. */
const answering = (text: string, port: number): string => `
import http.server
class H(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = b'${text}'
        self.send_response(200); self.send_header('content-length', str(len(body))); self.end_headers(); self.wfile.write(body)
    def log_message(self, *a): pass
http.server.ThreadingHTTPServer(('127.0.0.1', ${port}), H).serve_forever()
`;

const config = { type: 'object', properties: { greeting: { type: 'string' } }, required: ['greeting'] };
const policy = JSON.stringify({
  manifest_version: '0.4.0',
  program: { path: '/bin/true', network: { endpoints: [{ name: 'policy', port: 8000 }] } },
  provides: { apply: { kind: 'http', profile: 'policy', endpoint: 'policy' } },
  exports: { apply: 'provides.apply' },
});

const parts = {
  web: counting('web', {
    slots: { up: { kind: 'http' } },
    env: { UP: '${slots.up.url}', GREETING: '${config.greeting}' },
    manifest: { config_schema: config, resources: { state: { kind: 'storage' } } },
  }),
  backend: python(answering('backend', 8081), { port: 8081 }),
  lonely: python(answering('lonely', 8082), { port: 8082 }),
  small: python('import time; time.sleep(1e6)'),
  cached: python(
    `
import http.server, os
open('/cache/mark', 'w').close()
class H(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = b'there' if os.path.exists('/cache/mark') else b'gone'
        self.send_response(200); self.send_header('content-length', str(len(body))); self.end_headers(); self.wfile.write(body)
    def log_message(self, *a): pass
http.server.ThreadingHTTPServer(('127.0.0.1', 8083), H).serve_forever()
`,
    {
      port: 8083,
      program: { mounts: [{ path: '/cache', from: 'resources.cache' }] },
      manifest: { resources: { cache: { kind: 'storage', params: { retention: 'ephemeral' } } } },
    },
  ),
  once: {
    restart: 'never' as const,
    manifest: {
      program: {
        path: '/bin/sh',
        args: ['-c', 'echo done > /state/out'],
        mounts: [{ path: '/state', from: 'resources.state' }],
      },
      resources: { state: { kind: 'storage' } },
    },
  },
};

const asking = (provide: string): PlanProbe => ({
  kind: 'api_smoke',
  required: true,
  target: { provide },
  requests: [{ method: 'GET', path: '/', expect: {} }],
  startupSeconds: 1,
});

let place: ProbePlace;

beforeAll(async () => {
  const root = {
    config_schema: config,
    components: {
      ...Object.fromEntries(Object.keys(parts).map((name) => [name, `./${name}.json`])),
      web: { manifest: './web.json', config: { greeting: '${config.greeting}' } },
    },
    bindings: [{ to: '#web.up', from: '#backend.http' }],
    exports: { site: '#web.http' },
    use: { watch: './policy.json' },
    policies: ['#watch.apply'],
  };
  const { 'scenario.json': scenario = '', ...files } = scenarioOf(parts, root);
  place = await openProbePlace({
    files: { ...files, 'scenario.yaml': scenario, 'policy.json': policy, 'tools/tool.py': 'print("a tool")' },
    components: { '/once': { restart: 'never' }, '/small': { limits: { memoryMiB: 64 } } },
    probes: { a: asking('/lonely.http'), b: asking('/cached.http') },
    env: { HEADGATE_CONFIG_GREETING: 'hello there' },
    answer: () => ({ interpositions: [inFront(0)] }),
  });
});

afterAll(async () => {
  await place.close();
});

/** In front of the backend, with something to say. */
const inFront = (target: number): object => ({
  interposer: {
    program: {
      path: '/usr/bin/env',
      args: ['python3', '-u', '-c', interposer],
      env: { UP: '${slots.up.url}' },
      network: { endpoints: [{ name: 'down', port: 9000 }] },
    },
    slots: { up: { kind: 'http' } },
    provides: { down: { kind: 'http', endpoint: 'down' } },
  },
  attachments: [{ target, interposer_slot: 'up', interposer_provide: 'down' }],
});

const execute = (moniker: string, argv: readonly string[], more: Partial<Execution> = {}): Promise<Executed> =>
  place.probing.execute(moniker, {
    argv,
    budgetMs: 60_000,
    graceMs: 5_000,
    mostOutputBytes: 1024 * 1024,
    signal: new AbortController().signal,
    ...more,
  });
const sh = (script: string): readonly string[] => ['/bin/sh', '-c', script];
const out = ({ stdout }: Executed): string => Buffer.from(stdout.bytes).toString();

const textAt = async (target: Parameters<ProbePlace['probing']['reach']>[0]): Promise<string> => {
  const reached = await place.probing.reach(target);
  if (!reached) return 'no way';
  return new Promise((done) => {
    const at = 'socket' in reached ? { socketPath: reached.socket } : { port: reached.port };
    const asked = request({ ...at, path: '/' }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      answer.on('end', () => done(text));
    });
    asked.on('error', ({ message }) => done(message)).end();
  });
};

describe('what is run in the place of a component', () => {
  it('has its environment, its storage, its slots and its own provides, beside the live service', async () => {
    const script = `
import json, os, urllib.request
get = lambda url: urllib.request.urlopen(url).read().decode()
print(json.dumps({ 'greeting': os.environ['GREETING'], 'extra': os.environ['EXTRA'], 'starts': open('/state/starts').read(),
  'own': get('http://127.0.0.1:8080/'), 'up': get(os.environ['UP']), 'cwd': os.listdir('.'), 'procs': sorted(int(p) for p in os.listdir('/proc') if p.isdigit())[:1] }))
`;
    const found = await execute('/web', ['python3', '-c', script], { env: { EXTRA: 'more' } });
    expect(found, Buffer.from(found.stderr.bytes).toString()).toMatchObject({ ended: 'exited', code: 0, signal: null });
    expect(JSON.parse(out(found))).toMatchObject({
      greeting: 'hello there',
      extra: 'more',
      starts: 'web\n',
      own: 'web 1',
      up: 'interposed backend',
    });
    expect(found.measured).toMatchObject({ noNewPrivileges: true });
    expect(found.usage?.cpuSeconds).toBeGreaterThan(0);
    expect(found.usage?.peakBytes).toBeGreaterThan(1024 * 1024);
  });

  it('is a program of the scenario by a relative path, and begins where it is told', async () => {
    const tool = await execute('/web', ['python3', 'tools/tool.py']);
    expect([tool.code, out(tool)]).toEqual([0, 'a tool\n']);
    const inside = await execute('/web', sh('pwd; ls'), { cwd: 'tools' });
    expect(out(inside)).toBe(`${place.folder}/tools\ntool.py\n`);
    expect(out(await execute('/web', sh('pwd'), { cwd: '/state' }))).toBe('/state\n');
  });

  it('reads what it is given, byte by byte, and nothing otherwise', async () => {
    const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * 7) % 256));
    const found = await execute('/web', ['cat'], { stdin: bytes });
    expect(Buffer.from(found.stdout.bytes).equals(bytes)).toBe(true);
    expect(out(await execute('/web', ['cat']))).toBe('');
    expect(out(await execute('/web', ['wc', '-c'], { stdin: new Uint8Array() }))).toBe('0\n');
  });

  it('is shown files, which it cannot change', async () => {
    const shown = { '/probe/tool.py': `${place.folder}/tools/tool.py` };
    const found = await execute('/web', sh('cat /probe/tool.py; echo x > /probe/tool.py || echo refused'), { shown });
    expect(out(found)).toBe('print("a tool")refused\n');
  });

  it('has ephemeral storage of its own, and leaves that of the component as it is', async () => {
    expect(out(await execute('/cached', sh('ls /cache; echo x > /cache/mine; ls /cache')))).toBe('mine\n');
    expect(out(await execute('/cached', sh('ls /cache')))).toBe('');
    expect(await textAt({ provide: '/cached.http' })).toBe('there');
  });

  it('runs after a task as well, with what that left', async () => {
    expect(out(await execute('/once', sh('cat /state/out')))).toBe('done\n');
  });

  it('reaches an export, and is given nothing else in the place of an export', async () => {
    const get =
      'import urllib.request as u, os; print(u.urlopen("http://127.0.0.1:9999/").read().decode(), os.environ.get("GREETING"), os.path.exists("/state"))';
    const reaches = [{ export: 'site', port: 9999 }];
    expect(out(await execute('/web', ['python3', '-c', get], { reaches }))).toBe('web 1 hello there True\n');
    expect(out(await execute('exports.site', ['python3', '-c', get], { reaches }))).toBe('web 1 None False\n');
    expect(await execute('/web', ['true'], { reaches: [{ export: 'sit', port: 1 }] })).toMatchObject({
      ended: 'error',
      fault: 'the export `sit` leads nowhere',
    });
  });
});

describe('how it ends', () => {
  it.each([
    ['a status', 'exit 7', { ended: 'exited', code: 7, signal: null }],
    ['a signal, as a shell tells it', 'kill -SEGV $$', { ended: 'exited', code: 139, signal: null }],
    ['a command of a shell that is missing, which the program tells', 'no-such-thing', { ended: 'exited', code: 127 }],
  ])('is told: %s', async (_, script, end) => {
    expect(await execute('/web', sh(script))).toMatchObject(end);
  });

  it.each([
    ['a program that is missing', ['./no-such-thing'], {}, /no-such-thing/],
    ['a program that is missing everywhere', ['no-such-thing'], {}, /no-such-thing/],
    ['a file that is not executable', ['./web.json'], {}, /web\.json/],
    ['a folder that is missing', ['true'], { cwd: 'no-such-folder' }, /no-such-folder/],
    ['a folder that is a file', ['true'], { cwd: 'web.json' }, /web\.json/],
    ['more arguments than the system takes', ['echo', 'x'.repeat(3_000_000)], {}, /larger than the system takes/],
  ] as const)('is a fault, and no exit: %s', async (_, argv, more, fault) => {
    const found = await execute('/web', argv, more);
    expect(found).toMatchObject({ ended: 'error', code: null, fault: expect.stringMatching(fault) });
  });

  it('is a fault in the place of a component that is not there', async () => {
    expect(await execute('/nobody', ['true'])).toMatchObject({ ended: 'error', fault: 'nothing of /nobody runs here' });
  });

  it('is a fault when it takes more memory than its component may', async () => {
    const found = await execute('/small', ['python3', '-c', 'b = bytearray(256 * 1024 * 1024); print(len(b))']);
    expect(found).toMatchObject({ ended: 'error', fault: expect.stringMatching(/64 MiB/) });
  });

  it('leaves nothing, also not what has left its session', async () => {
    const word = `left-behind-${process.pid}`;
    const script = `
import os, time, sys
for times in range(3):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            os.closerange(0, 3)
            time.sleep(10000)
        os._exit(0)
time.sleep(0.2)
print('parent ends')
`;
    const found = await execute('/web', ['python3', '-c', script, word]);
    expect(out(found)).toBe('parent ends\n');
    expect(processesOf(word)).toEqual([]);
    expect(place.started('/web').pid).toSatisfy((pid: number) => process.kill(pid, 0));
  });

  it('is asked for when its budget is over: one that listens ends by itself, and says so', async () => {
    const found = await execute('/web', sh('trap "echo asked; exit 3" TERM; while :; do sleep 0.05; done'), {
      budgetMs: 300,
    });
    expect(found).toMatchObject({ ended: 'budget', code: 3, signal: null });
    expect(out(found)).toBe('asked\n');
    expect(found.durationMs).toBeGreaterThanOrEqual(299);
  });

  it('is made when its grace is over as well: of the program, and of all that it started', async () => {
    const word = `deaf-${process.pid}`;
    const script = `
import os, signal, time
signal.signal(signal.SIGTERM, lambda *a: print('heard', flush=True))
if os.fork() == 0: os.setsid()
while True: time.sleep(1)
`;
    const began = performance.now();
    const found = await execute('/web', ['python3', '-u', '-c', script, word], { budgetMs: 500, graceMs: 700 });
    expect(found).toMatchObject({ ended: 'budget', code: 137 });
    expect(out(found)).toBe('heard\nheard\n');
    expect(performance.now() - began).toBeGreaterThanOrEqual(1_200);
    expect(processesOf(word)).toEqual([]);
  });

  it('by the run is told apart from its budget, before and during', async () => {
    const before = await execute('/web', ['true'], { signal: AbortSignal.abort() });
    expect(before).toMatchObject({ ended: 'stopped', code: null });
    const stop = new AbortController();
    const word = `stopped-${process.pid}`;
    const program = ['python3', '-c', 'import time; time.sleep(1e6)', word];
    const during = execute('/web', program, { signal: stop.signal, graceMs: 600_000 });
    // Asleep by its own will, and not for the first time that somebody looks.
    let looks = 0;
    await until(
      () => processesOf(word),
      (found) => found.some(({ command, state }) => command.includes('python3 -c') && state === 'S') && ++looks > 10,
    );
    stop.abort();
    expect(await during).toMatchObject({ ended: 'stopped', code: 143 });
    const soon = new AbortController();
    const starting = execute('/web', program, { signal: soon.signal, graceMs: 600_000 });
    soon.abort();
    expect(await starting).toMatchObject({ ended: 'stopped' });
    expect(processesOf(word)).toEqual([]);
  });
});

describe('what it says', () => {
  it('is kept up to a bound, and the rest is counted: a gigabyte takes no memory', async () => {
    const before = process.memoryUsage().rss;
    let most = 0;
    const look = setInterval(() => {
      most = Math.max(most, process.memoryUsage().rss - before);
    }, 20);
    const found = await execute('/web', sh('head -c 1073741824 /dev/zero; head -c 3000000 /dev/zero >&2'));
    clearInterval(look);
    expect(found).toMatchObject({ ended: 'exited', code: 0 });
    expect([found.stdout.bytes.length, found.stdout.dropped]).toEqual([1024 * 1024, 1023 * 1024 * 1024]);
    expect([found.stderr.bytes.length, found.stderr.dropped]).toEqual([1024 * 1024, 3_000_000 - 1024 * 1024]);
    expect(most).toBeLessThan(256 * 1024 * 1024);
  });

  it('is whole, whatever this process does meanwhile', async () => {
    const busy = setInterval(() => {
      const until = performance.now() + 150;
      while (performance.now() < until);
    }, 1);
    const found = await Promise.all(
      Array.from({ length: 4 }, () => execute('/web', sh('head -c 200000 /dev/zero'))),
    ).finally(() => clearInterval(busy));
    expect(found.map(({ stdout }) => stdout.bytes.length)).toEqual([200_000, 200_000, 200_000, 200_000]);
  });

  it('fills no disk: what is not storage is held in memory, up to a size', async () => {
    const found = await execute('/web', sh('head -c 1073741824 /dev/zero > /tmp/big; echo $?; stat -c %s /tmp/big'));
    const [status, size] = out(found).split('\n').map(Number);
    expect([found.ended, status]).toEqual(['exited', 1]);
    expect(size).toBeLessThanOrEqual(256 * 1024 * 1024);
  });
});

describe('the way to what a binding leads to', () => {
  it('leads to an export, to an edge as its consumer sees it, and past interposers to a provide', async () => {
    expect(await textAt({ export: 'site' })).toBe('web 1');
    expect(await textAt({ edge: '/web.up' })).toBe('interposed backend');
    expect(await textAt({ provide: '/backend.http' })).toBe('backend');
  });

  it('leads to a provide that nobody is bound to', async () => {
    expect(await textAt({ provide: '/lonely.http' })).toBe('lonely');
  });

  it.each([{ export: 'sit' }, { edge: '/web.down' }, { provide: '/web.htt' }, { provide: '/nobody.http' }])(
    'is none to %j',
    async (target) => {
      expect(await place.probing.reach(target)).toBeUndefined();
    },
  );

  // The last one: it ends what the others use.
  it('ends with who answers there, for probes inside as well', async () => {
    await place.end('/web');
    expect(await textAt({ export: 'site' })).toMatch(/ENOENT|ECONNREFUSED/);
    const get = 'import urllib.request as u; u.urlopen("http://127.0.0.1:8080/")';
    const found = await execute('/web', ['python3', '-c', get]);
    expect(found).toMatchObject({ ended: 'exited', code: 1 });
    await place.end('/lonely');
    expect(await textAt({ provide: '/lonely.http' })).toMatch(/ENOENT|ECONNREFUSED/);
  });
});
