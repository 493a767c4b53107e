/** The folder of a real run: verified from a copy, and refused by name whatever was changed in it. */
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readPublicKey } from '../../src/adapters/files/ed25519.ts';
import { createFolderReader } from '../../src/adapters/files/folder-reader.ts';
import { verifyRun } from '../../src/plan/verify/verify.ts';
import { runCli } from '../support/cli.ts';
import { headgate, type LiveRun, type RunOptions, startRun, until } from '../support/run/cli-run.ts';
import { journalLines, runFolders } from '../support/run/journal.ts';
import { expectNoProcess } from '../support/run/leftovers.ts';
import { type Files, memoryReader } from '../support/run/run-folder.ts';
import { expectSameEndOf } from '../support/run/same-end.ts';
import { counting, python, scenarioOf, task } from '../support/run/scenarios.ts';
import { countCalls, strace, sweepTime } from '../support/run/sweep.ts';
import { createTempFolder } from '../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(async () => {
  await expectNoProcess(temp.path);
  temp.remove();
});

let states = 0;
const fresh = (): RunOptions => ({ stateDir: join(temp.path, `state${states++}`), cwd: temp.path });
const folderOf = ({ stateDir }: RunOptions): string => join(stateDir, 'runs', runFolders(stateDir)[0] as string);
const verify = (args: readonly string[]): ReturnType<typeof runCli> =>
  runCli(['verify-run', ...args], { cwd: temp.path });

const key = join(temp.path, 'release.key');
const otherKey = join(temp.path, 'other.key');
const asker = python(
  `
import http.server, os, urllib.request
class H(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers(); self.wfile.write(urllib.request.urlopen(os.environ['SVC']).read())
    def log_message(self, *a): pass
print('asker starts', flush=True)
http.server.ThreadingHTTPServer(('127.0.0.1', 8081), H).serve_forever()
`,
  { port: 8081, slots: { svc: { kind: 'http' } }, env: { SVC: '${slots.svc.url}' } },
);
const everything = join(
  temp.lay(
    scenarioOf(
      { one: task('one'), two: task('two'), svc: counting('svc'), asker },
      {
        bindings: [{ to: '#asker.svc', from: '#svc.http' }],
        exports: { svc: '#svc.http', asker: '#asker.http' },
      },
    ),
  ),
  'scenario.json',
);
const tasks = join(temp.lay(scenarioOf({ one: task('one'), two: task('two') })), 'scenario.json');

/** With tasks, services, storage, an edge, a restart and the matrix of its edges, signed, and ended by SIGINT. */
let folder = '';
beforeAll(async () => {
  for (const out of [key, otherKey])
    expect(runCli(['attest', 'keygen', '--out', out], { cwd: temp.path }).status).toBe(0);
  const options: RunOptions = { ...fresh(), args: ['--sign-key', key, '--prove-enforcement'] };
  const run: LiveRun = await startRun(everything, options);
  await until(
    () =>
      journalLines(options.stateDir, run.id).some(
        (line) => line.actionId === 'enforcement.prove' && line.type === 'outcome',
      ),
    (isSo) => isSo,
    60_000,
  );
  await fetch(`${run.exports['svc']}/exit`).catch(() => {});
  await until(
    () => fetch(`${run.exports['asker']}/`).then((answer) => answer.text(), String),
    (text) => text === 'svc 2',
    30_000,
  );
  const end = await run.stop();
  expect(end.status, end.stderr).toBe(5);
  expect(end.stderr).toMatch(/^verdict signed by [0-9a-f]{64}$/m);
  // Elsewhere, and without the store, the scenario and the state folder.
  folder = join(temp.path, 'copy');
  expect(spawnSync('cp', ['-a', folderOf(options), folder]).status).toBe(0);
  rmSync(options.stateDir, { recursive: true });
}, 180_000);

describe('a copy of the folder', () => {
  it('is enough', () => {
    const { status, stdout, stderr } = verify(['./copy', '--key', `${key}.pub`]);
    expect(status, stderr).toBe(0);
    expect(stdout).toMatch(/^VERIFIED \S+: CANCELLED\n/);
    expect(stdout).toMatch(/signed by [0-9a-f]{64}, as asked/);
    expect(stdout).toMatch(/edges and non-edges were tried: (\d+) of \1 rows are as the plan says/);
  });

  it('is told as JSON, with the statement', () => {
    const { status, stdout } = verify(['./copy', '--format', 'json']);
    expect(status).toBe(0);
    const told = JSON.parse(stdout) as Record<string, unknown>;
    expect(told).toMatchObject({ version: 1, verified: true, verdict: { state: 'CANCELLED' }, refused: [] });
    expect(told['signature']).toMatchObject({ compared: false });
    const { programs, enforcement } = told['statement'] as Record<string, Record<string, unknown>[]>;
    expect(programs?.map(({ component, attempt }) => `${component} ${attempt}`).sort()).toEqual([
      '/asker 1',
      '/one 1',
      '/svc 1',
      '/svc 2',
      '/two 1',
    ]);
    expect(enforcement).toMatchObject({ evidence: expect.stringMatching(/^[0-9a-f]{64}$/) });
  });

  it('is held against a plan and a key', () => {
    const plan = join(temp.path, 'plan.json');
    expect(runCli(['compile', everything, '--emit', `plan=${plan}`], { cwd: temp.path }).status).toBe(0);
    expect(verify(['./copy', '--plan', plan]).status).toBe(0);
    expect(runCli(['compile', tasks, '--emit', `plan=${plan}`], { cwd: temp.path }).status).toBe(0);
    const other = verify(['./copy', '--plan', plan]);
    expect(other.status).toBe(3);
    expect(other.stderr).toMatch(/\[plan_differs\]/);
    const wrong = verify(['./copy', '--key', `${otherKey}.pub`]);
    expect(wrong.status).toBe(3);
    expect(wrong.stderr).toMatch(/\[signature_invalid\][^\n]* verdict\.dsse\.json/);
  });

  it.each([
    [['./none']],
    [['./release.key']],
    [['./copy', '--key', 'release.key']],
    [['./copy', '--key', 'none.pub']],
    [['./copy', '--plan', 'release.key']],
    [['20300101-000000-0000', '--state-dir', 'nothing-here']],
  ])('used wrongly as %j it answers 2', (args) => {
    const { status, stderr } = verify(args);
    expect(status, stderr).toBe(2);
    expect(stderr).toMatch(/^error: /);
  });
});

/** As the verifier reads it from the disk, so that a sweep need not write. */
function load(): Files {
  const list = createFolderReader(folder).list();
  if (typeof list === 'string') throw new Error(list);
  return new Map(list.map(({ name }) => [name, readFileSync(join(folder, name))]));
}
const refusedIn = (files: Files): readonly string[] =>
  verifyRun(memoryReader(files), { keys: { wanted: undefined, read: readPublicKey } }).refused.map(
    ({ gate, subject }) => `${gate} ${subject}`,
  );

/** All of it where that was asked for; else so many by seed, of every file. */
const isWhole = process.env['HEADGATE_WHOLE_SWEEP'] === '1';
const seed = Number(process.env['HEADGATE_SWEEP_SEED'] ?? '1');
function* random(from: number): Generator<number, never> {
  for (let state = from; ; ) {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    yield state / 2 ** 32;
  }
}
function sampled(length: number, wanted: number, from: number): readonly number[] {
  if (isWhole || length <= wanted) return Array.from({ length }, (_, at) => at);
  const next = random(from);
  return Array.from({ length: wanted }, () => Math.floor(next.next().value * length));
}

describe('the sweep', () => {
  it('has what a run can have', () => {
    const names = [...load().keys()];
    expect(names.filter((name) => name.startsWith('logs/')).length).toBe(4);
    expect(names.filter((name) => name.startsWith('ends/')).length).toBe(2);
    expect(names.filter((name) => name.startsWith('evidence/')).length).toBeGreaterThan(5);
    expect(refusedIn(load())).toEqual([]);
  });

  it('one byte that is another one, anywhere, is refused by the name of its file', { timeout: sweepTime * 10 }, () => {
    const files = load();
    const next = random(seed);
    for (const [name, bytes] of files) {
      for (const at of sampled(bytes.length, 25, seed + name.length)) {
        const changed = Buffer.from(bytes);
        changed[at] = (bytes[at] as number) ^ (1 + Math.floor(next.next().value * 255));
        const refused = refusedIn(new Map(files).set(name, changed));
        expect(
          refused.some((one) => one.includes(` ${name}`)),
          `${name} at ${at}: ${refused.join()}`,
        ).toBe(true);
      }
    }
  });

  it('one byte less, and one more, is refused by the name of its file', () => {
    const files = load();
    for (const [name, bytes] of files) {
      for (const at of sampled(bytes.length, 4, seed)) {
        const less = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)]);
        const more = Buffer.concat([bytes.subarray(0, at), Buffer.from(' '), bytes.subarray(at)]);
        for (const changed of [less, more])
          expect(refusedIn(new Map(files).set(name, changed)).join(), `${name} at ${at}`).toContain(` ${name}`);
      }
    }
  });

  it('a line less, anywhere, and a file less, is refused by its name', { timeout: sweepTime }, () => {
    const files = load();
    for (const [name, bytes] of files) {
      const lines = bytes.toString('latin1').split(/(?<=\n)/);
      for (const at of sampled(lines.length, 40, seed)) {
        const rest = lines.filter((_, line) => line !== at).join('');
        const refused = refusedIn(new Map(files).set(name, Buffer.from(rest, 'latin1')));
        expect(refused.join(), `${name} line ${at + 1}`).toContain(` ${name}`);
      }
      const without = new Map(files);
      without.delete(name);
      expect(refusedIn(without).join(), name).toContain(` ${name}`);
    }
  });

  it('two lines of the journal in each other’s place, and one twice, are refused', () => {
    const files = load();
    const lines = String(files.get('journal.ndjson')).split(/(?<=\n)/);
    for (const at of sampled(lines.length - 1, 20, seed)) {
      const swapped = [...lines.slice(0, at), lines[at + 1], lines[at], ...lines.slice(at + 2)].join('');
      const twice = [...lines.slice(0, at + 1), ...lines.slice(at)].join('');
      for (const text of [swapped, twice])
        expect(refusedIn(new Map(files).set('journal.ndjson', Buffer.from(text))).join()).toContain('journal_corrupt');
    }
  });
});

describe('on the disk', () => {
  let damaged = 0;
  const damage = (change: (folder: string) => void): ReturnType<typeof runCli> => {
    const to = join(temp.path, `damaged${damaged++}`);
    cpSync(folder, to, { recursive: true });
    change(to);
    return verify([`./${basename(to)}`]);
  };
  it.each<[string, (at: string) => void, RegExp]>([
    [
      'a pipe in the place of the plan',
      (at) => {
        rmSync(join(at, 'plan.json'));
        spawnSync('mkfifo', [join(at, 'plan.json')]);
      },
      /\[file_changed\][^\n]*plan\.json/,
    ],
    [
      'a pipe in the place of the statement',
      (at) => {
        rmSync(join(at, 'verdict.dsse.json'));
        spawnSync('mkfifo', [join(at, 'verdict.dsse.json')]);
      },
      /\[statement_missing\][^\n]*verdict\.dsse\.json/,
    ],
    [
      'a link in the place of the journal',
      (at) => {
        renameSync(join(at, 'journal.ndjson'), `${at}.journal`);
        symlinkSync(`${at}.journal`, join(at, 'journal.ndjson'));
      },
      /\[file_changed\][^\n]*journal\.ndjson/,
    ],
    [
      'a folder in the place of a log',
      (at) => {
        rmSync(join(at, 'logs/one.log'));
        mkdirSync(join(at, 'logs/one.log'));
      },
      /\[file_missing\][^\n]*logs\/one\.log/,
    ],
    ['a link to itself', (at) => symlinkSync('.', join(at, 'around')), /\[file_unexpected\][^\n]*around/],
    ['a file with a strange name', (at) => writeFileSync(join(at, 'a\n\u001b[2Jb'), ''), /\[file_unexpected\]/],
    [
      'a huge file',
      (at) => spawnSync('truncate', ['-s', '9G', join(at, 'plan.json')]),
      /\[file_changed\][^\n]*plan\.json/,
    ],
    [
      'a journal without an end',
      (at) => spawnSync('truncate', ['-s', '5G', join(at, 'journal.ndjson')]),
      /\[file_changed\][^\n]*journal\.ndjson/,
    ],
    [
      'nothing at all',
      (at) => {
        for (const name of readdirSync(at)) rmSync(join(at, name), { recursive: true });
      },
      /\[statement_missing\]/,
    ],
    [
      'a lock that somebody left',
      (at) => writeFileSync(join(at, 'owner.json'), '{}'),
      /\[file_unexpected\][^\n]*owner\.json/,
    ],
  ])('%s is refused by name', (_, change, wanted) => {
    const { status, stdout, stderr } = damage(change);
    expect(status, stderr).toBe(3);
    expect(stdout).toMatch(/^REFUSED /);
    expect(stderr).toMatch(wanted);
    expect(stderr).not.toMatch(/ at .*\.(ts|js):|\u001b/);
  });
});

describe('every end has its statement', () => {
  const failing = join(temp.lay(scenarioOf({ one: task('one', 7), two: task('two') })), 'scenario.json');
  const blocked = join(
    temp.lay(scenarioOf({ one: { restart: 'never', manifest: { program: { path: '/no/such/program', args: [] } } } })),
    'scenario.json',
  );
  it.each([
    ['COMPLETE', tasks, 0],
    ['FAILED', failing, 4],
    ['BLOCKED', blocked, 3],
  ] as const)('%s', (state, scenario, code) => {
    const options = fresh();
    const end = headgate(['run', scenario], options);
    expect(end.status, end.stderr).toBe(code);
    expect(end.stderr).toMatch(/^verdict not signed$/m);
    const verified = verify([folderOf(options)]);
    expect(verified.status, verified.stderr).toBe(0);
    expect(verified.stdout).toMatch(new RegExp(`^VERIFIED \\S+: ${state}`));
    expect(verified.stdout).toMatch(/not signed: whoever could write/);
    expect(verify([folderOf(options), '--key', `${key}.pub`]).status).toBe(3);
    const status = headgate(['status', 'last'], options);
    expect(status.stdout).toMatch(/^ {2}verdict not signed$/m);
    expect(existsSync(join(folderOf(options), 'reserve'))).toBe(false);
  });

  it('a run that goes on has the statement of an earlier end, and then its own', async () => {
    const options = fresh();
    expect(headgate(['run', failing], options).status).toBe(4);
    const [id = ''] = runFolders(options.stateDir);
    const before = readFileSync(join(folderOf(options), 'verdict.dsse.json'));
    const again = headgate(['resume', id, '--redo', '/one'], { ...options, args: ['--sign-key', key] });
    expect(again.status, again.stderr).toBe(4);
    expect(readFileSync(join(folderOf(options), 'verdict.dsse.json')).equals(before)).toBe(false);
    expect(verify([folderOf(options), '--key', `${key}.pub`]).status).toBe(0);
  });

  it('one that was lost is written again by resume, and signed where it was not; one that was changed is not', () => {
    const options = fresh();
    expect(headgate(['run', tasks], options).status).toBe(0);
    const [id = ''] = runFolders(options.stateDir);
    const path = join(folderOf(options), 'verdict.dsse.json');
    const written = readFileSync(path);
    rmSync(path);
    rmSync(join(folderOf(options), 'evidence'), { recursive: true });
    expect(verify([folderOf(options)]).stderr).toMatch(/\[statement_missing\]/);
    expect(headgate(['status', id], options).stdout).toMatch(/verdict not written down/);
    expect(headgate(['resume', id], options).status).toBe(0);
    expect(readFileSync(path).equals(written)).toBe(true);
    const signed = headgate(['resume', id], { ...options, args: ['--sign-key', key] });
    expect(signed.stderr).toMatch(/^verdict signed by/m);
    expect(verify([folderOf(options), '--key', `${key}.pub`]).status).toBe(0);
    writeFileSync(join(folderOf(options), 'logs', 'one.log'), 'other\n');
    const refused = headgate(['resume', id], { ...options, args: ['--sign-key', otherKey] });
    expect(refused.status).toBe(3);
    expect(refused.stderr).toMatch(/\[file_changed\][^\n]*logs\/one\.log/);
  });

  it('is not begun with a key that cannot sign', () => {
    const options = fresh();
    const end = headgate(['run', tasks], { ...options, args: ['--sign-key', `${key}.pub`] });
    expect(end.status).toBe(2);
    expect(end.stderr).toMatch(/--sign-key: .* cannot be used: it is a public key/);
    expect(runFolders(options.stateDir)).toEqual([]);
  });
});

describe('kill -9 while the statement is made', () => {
  it.each([
    ['write', 8],
    ['fsync', 8],
    ['rename,renameat,renameat2', 8],
    ['link,linkat', 8],
    ['unlink,unlinkat', 8],
  ] as const)('at each of the last %s', { timeout: sweepTime }, async (calls, most) => {
    const log = join(temp.path, 'calls');
    const untouched = { ...fresh(), wrap: countCalls(calls, log) };
    expect(headgate(['run', tasks], untouched).status).toBe(0);
    const last = readFileSync(log, 'utf8')
      .split('\n')
      .filter((line) => /^(write|fsync|rename|link|unlink)/.test(line)).length;
    expect(last).toBeGreaterThan(0);
    for (let n = Math.max(1, last - most + 1); n <= last; n++) {
      const options = fresh();
      headgate(['run', tasks], { ...options, wrap: strace(calls, 'signal=SIGKILL', String(n)) });
      const [id = ''] = runFolders(options.stateDir);
      const isOver = journalLines(options.stateDir, id).at(-1)?.type === 'gate';
      const found = verify([folderOf(options)]);
      // Either it is whole, or what is missing has a name.
      if (found.status !== 0) expect(found.stderr).toMatch(isOver ? named : /\[statement_missing\]/);
      await expectSameEndOf(tasks, options, `${calls} ${n} of ${last}`);
      rmSync(options.stateDir, { recursive: true });
    }
  });
});

const named = /\[(statement_missing|file_unexpected)\]/;
