/** What dies in a run comes back, and takes nothing along. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { nameOfOuter } from '../../src/adapters/sandbox/private-folder.ts';
import { headgate, type LiveRun, type RunOptions, startRun, until } from '../support/run/cli-run.ts';
import { checkChain } from '../support/run/journal.ts';
import { expectNoProcess } from '../support/run/leftovers.ts';
import { counting, python, scenarioOf } from '../support/run/scenarios.ts';
import { descendantsOf, type Process, processOf } from '../support/run/traces.ts';
import { createTempFolder } from '../support/temp-folder.ts';

const temp = createTempFolder();
let run: LiveRun | undefined;
let options: RunOptions;
let states = 0;
afterEach(async () => {
  await run?.stop();
  run = undefined;
  await expectNoProcess(temp.path);
});
afterAll(temp.remove);

const start = async (files: Readonly<Record<string, string>>): Promise<LiveRun> => {
  options = { stateDir: join(temp.path, `state${states++}`), cwd: temp.path };
  run = await startRun(join(temp.lay(files), 'scenario.json'), options);
  return run;
};
const text = async (url: string): Promise<string> => {
  try {
    return await (await fetch(url, { signal: AbortSignal.timeout(3_000) })).text();
  } catch (error) {
    return String(error);
  }
};
const asks = python(
  `
import os, urllib.request, http.server
class H(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        try: body = b'via ' + urllib.request.build_opener(urllib.request.ProxyHandler({})).open(os.environ['UP'], timeout=2).read()
        except OSError as e: body = repr(e).encode()
        self.send_response(200); self.end_headers(); self.wfile.write(body)
    def log_message(self, *a): pass
http.server.ThreadingHTTPServer(('127.0.0.1', 8080), H).serve_forever()
`,
  { port: 8080, slots: { up: { kind: 'http' } }, env: { UP: '${slots.up.url}' } },
);
const pair = scenarioOf(
  { asks, web: counting('web'), other: counting('other') },
  {
    bindings: [{ to: '#asks.up', from: '#web.http' }],
    exports: { asks: '#asks.http', web: '#web.http', other: '#other.http' },
  },
);
const below = (live: LiveRun): readonly Process[] => descendantsOf(live.child.pid as number);
const programOf = (live: LiveRun, word: string): Process => {
  const found = below(live).filter(({ command }) => command.startsWith('python3') && command.includes(word));
  expect(found).toHaveLength(1);
  return found[0] as Process;
};
/** The processes from headgate down to the program, without both. */
const between = (live: LiveRun, program: Process): readonly Process[] => {
  const chain: Process[] = [];
  for (let one = processOf(program.parent); one && one.pid !== live.child.pid; one = processOf(one.parent))
    chain.push(one);
  return chain;
};

describe('kill -9', () => {
  it('4.3(5): of a program: it is started again, and who is bound to it reaches it without a restart', async () => {
    const live = await start(pair);
    const asking = programOf(live, 'via ').pid;
    const other = programOf(live, "'other").pid;
    process.kill(programOf(live, "'web").pid, 'SIGKILL');
    await until(
      () => text(live.exports['asks'] as string),
      (said) => said === 'via web 2',
      15_000,
    );
    expect([programOf(live, 'via ').pid, programOf(live, "'other").pid]).toEqual([asking, other]);
    expect(await text(live.exports['other'] as string)).toBe('other 1');
    const status = headgate(['status', live.id, '--format', 'json'], options).stdout;
    expect(status).toMatch(/status 137 \(SIGKILL\)/);
    expect(checkChain(options.stateDir, live.id).whole).toBe(true);
  });

  it('of everything between headgate and a program, one after the other', async () => {
    const live = await start(pair);
    const depth = between(live, programOf(live, "'web")).length;
    expect(depth).toBeGreaterThan(0);
    for (let level = 0; level < depth; level++) {
      const before = programOf(live, "'web").pid;
      const one = between(live, programOf(live, "'web"))[level] as Process;
      process.kill(one.pid, 'SIGKILL');
      await until(
        () => text(live.exports['asks'] as string),
        (said) => said === `via web ${level + 2}`,
        20_000,
      );
      expect(processOf(before), one.command).toBeUndefined();
    }
    expect(await text(live.exports['other'] as string)).toBe('other 1');
  });

  it('of a program with children: they go with it', async () => {
    const parent = python(
      "import subprocess, time\nsubprocess.Popen(['sh', '-c', 'trap \"\" TERM HUP; setsid sleep 4711 & sleep 4711'])\nprint('up', flush=True)\ntime.sleep(60)",
      { restart: 'never' },
    );
    const live = await start(scenarioOf({ parent, web: counting('web') }, { exports: { web: '#web.http' } }));
    const sleeping = (): readonly Process[] => below(live).filter(({ command }) => /^sleep 4711/.test(command));
    await until(sleeping, (list) => list.length === 2);
    process.kill(programOf(live, 'subprocess').pid, 'SIGKILL');
    await until(sleeping, (list) => list.length === 0);
    expect(await text(live.exports['web'] as string)).toBe('web 1');
  });
});

it('a sandbox that was half made when its headgate was killed is ended by the next one', async () => {
  const gone = spawnSync('true');
  const namespace = Number(/\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0]).toString(36);
  const folder = `/tmp/hg-${gone.pid.toString(36)}-1-${namespace}-abcdef`;
  mkdirSync(folder, { mode: 0o700 });
  const name = nameOfOuter(folder);
  const script = `exec -a ${name} ${process.execPath} -e 'setTimeout(() => {}, 60000)'`;
  const waiting = spawn('bash', ['-c', script]);
  const ended = new Promise((done) => waiting.on('exit', (_, signal) => done(signal)));
  await until(
    () => processOf(waiting.pid as number)?.command ?? '',
    (command) => command.startsWith(`${name} `),
  );
  await start(scenarioOf({ web: counting('web') }, { exports: { web: '#web.http' } }));
  expect(await ended).toBe('SIGKILL');
  expect(existsSync(folder)).toBe(false);
});
