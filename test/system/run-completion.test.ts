/** The completion gate through the command line, with real processes: what its probes find decides, whatever the entry is. */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cliPath } from '../support/cli.ts';
import { headgate, launch, type RunEnd, type RunOptions, until } from '../support/run/cli-run.ts';
import { ask, socketOf } from '../support/run/control.ts';
import { checkChain, journalLines, runFolders } from '../support/run/journal.ts';
import { useRuns } from '../support/run/use-runs.ts';

const { lay, options, folder } = useRuns();

const server = `
import http.server
class H(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers(); self.wfile.write(b'{}')
    def log_message(self, *a): pass
http.server.ThreadingHTTPServer(('127.0.0.1', 8000), H).serve_forever()
`;

/** A service and a task; whether the probe `builds` passes is up to the root config, which a resume reads anew. */
const manifest = {
  manifest_version: '0.4.0',
  config_schema: { type: 'object', properties: { exit: { type: 'string' } }, required: ['exit'] },
  components: {
    web: { manifest: './web.json', config: { exit: '${config.exit}' } },
    once: './once.json',
  },
  exports: { web: '#web.http' },
};
const web = {
  manifest_version: '0.4.0',
  config_schema: { type: 'object', properties: { exit: { type: 'string' } }, required: ['exit'] },
  program: {
    path: '/usr/bin/env',
    args: ['python3', '-u', '-c', server],
    env: { EXIT: '${config.exit}' },
    network: { endpoints: [{ name: 'http', port: 8000 }] },
  },
  provides: { http: { kind: 'http', endpoint: 'http' } },
  exports: { http: 'provides.http' },
};
const once = { manifest_version: '0.4.0', program: { path: '/bin/sh', args: ['-c', 'echo once has run'] } };

const answers = { kind: 'api_smoke', export: 'web', requests: [{ method: 'GET', path: '/', expect: { status: 200 } }] };
const builds = { kind: 'headless_run', component: '/web', argv: ['/bin/sh', '-c', 'exit $EXIT'], budgetSeconds: 30 };

// biome-ignore lint/suspicious/noThenProperty: the file calls it so, and it is never a function
const staying = { then: 'stay' };

interface Given {
  readonly probes?: object;
  readonly completion?: object;
  readonly profile?: object;
}

const scenario = ({
  probes = { answers, builds },
  completion,
  profile = { runtime: { mode: 'evidence' } },
}: Given = {}) =>
  lay({
    'scenario.json': JSON.stringify(manifest),
    'web.json': JSON.stringify(web),
    'once.json': JSON.stringify(once),
    'good.json': '{ "exit": "0" }',
    'bad.json': '{ "exit": "4" }',
    'headgate.yaml': JSON.stringify({
      profiles: { measured: profile },
      components: { '/web': { profile: 'measured' }, '/once': { restart: 'never' } },
      probes,
      ...(completion ? { completion } : {}),
    }),
  });
const config = (path: string, name: 'good' | 'bad'): readonly string[] => [
  '--config',
  path.replace(/[^/]*$/, `${name}.json`),
];

interface Status {
  readonly state: string;
  readonly completionBasis?: string;
  readonly blocked: readonly { readonly gate: string; readonly subject: string; readonly remedy: string }[];
  readonly runtimeProbeEvidence: readonly Readonly<Record<string, unknown>>[];
}
const statusText = (given: RunOptions, id: string): RunEnd => headgate(['status', id, '--format', 'json'], given);
const statusOf = (given: RunOptions, id: string): Status => JSON.parse(statusText(given, id).stdout) as Status;
const onlyRun = ({ stateDir }: RunOptions): string => {
  const ids = runFolders(stateDir);
  expect(ids).toHaveLength(1);
  return ids[0] as string;
};
const verdicts = ({ runtimeProbeEvidence }: Status): readonly unknown[] =>
  runtimeProbeEvidence.map(({ probe, passed, outcome }) => [probe, passed, outcome]);
const gatesOf = ({ blocked }: Status): readonly string[] => blocked.map(({ gate, subject }) => `${gate} ${subject}`);
const probeAttempts = ({ stateDir }: RunOptions, id: string): readonly string[] =>
  journalLines(stateDir, id).flatMap(({ type, actionId, data }) =>
    type === 'outcome' && String(actionId).startsWith('probe.run')
      ? [`${String(actionId)} ${String(data['state'])}${(data['probe'] as { reused?: true }).reused ? ' reused' : ''}`]
      : [],
  );

describe('001-12: through the command line', () => {
  it('a run whose probes pass ends by itself as COMPLETE', () => {
    const given = options();
    const path = scenario();
    const end = headgate(['run', path, ...config(path, 'good')], given);
    expect(end.status, end.stderr).toBe(0);
    expect(end.stderr).toMatch(/^COMPLETE \(probes_passed: every probe that is required has passed\) \S+$/m);
    const id = onlyRun(given);
    const status = statusOf(given, id);
    expect(status).toMatchObject({ state: 'COMPLETE', completionBasis: 'probes_passed', blocked: [] });
    expect(Object.keys(status)).toEqual(
      expect.arrayContaining(['runtimeProbeEvidence', 'components', 'exports', 'workspaces', 'interactions']),
    );
    expect(status.runtimeProbeEvidence).toEqual(
      ['answers', 'builds'].map((probe) => ({
        probe,
        kind: probe === 'answers' ? 'api_smoke' : 'headless_run',
        passed: true,
        outcome: 'completed',
        summary: expect.any(String),
        durationSeconds: expect.any(Number),
        subjectDigest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
        statement: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      })),
    );
    expect(checkChain(given.stateDir, id)).toMatchObject({ whole: true });
    // 001-8: the gate's own entry is the last.
    expect(journalLines(given.stateDir, id).at(-1)).toMatchObject({
      type: 'gate',
      data: { state: 'COMPLETE', basis: 'probes_passed' },
    });
    // Everything was stopped after the gate had judged.
    const lines = journalLines(given.stateDir, id);
    const at = (what: (line: (typeof lines)[number]) => boolean): number => lines.findIndex(what);
    expect(at(({ actionId }) => actionId === 'process.stop:/web')).toBeGreaterThan(
      at(({ data }) => data['event'] === 'judged'),
    );
  });

  it('001-6: a failing one is exit 3, and repaired and resumed it is 0, with the evidence of the others as it was', () => {
    const given = options();
    const path = scenario();
    const end = headgate(['run', path, ...config(path, 'bad')], given);
    expect(end.status, end.stderr).toBe(3);
    expect(end.stderr).toContain('blocked[probe_failed]: builds: ');
    const id = onlyRun(given);
    expect(end.stderr).toContain(`\`headgate resume ${id}\` runs it again`);
    const before = statusOf(given, id);
    expect(gatesOf(before)).toEqual(['probe_failed builds']);
    expect(verdicts(before)).toEqual([
      ['answers', true, 'completed'],
      ['builds', false, 'completed'],
    ]);
    const again = headgate(['resume', id, ...config(path, 'bad')], given);
    expect(again.status).toBe(3);
    const good = headgate(['resume', id, ...config(path, 'good')], given);
    expect(good.status, good.stderr).toBe(0);
    const after = statusOf(given, id);
    expect(after).toMatchObject({ state: 'COMPLETE', completionBasis: 'probes_passed' });
    expect(after.runtimeProbeEvidence[0]).toEqual(before.runtimeProbeEvidence[0]);
    expect(probeAttempts(given, id)).toEqual([
      'probe.run:probes.answers succeeded',
      'probe.run:probes.builds failed',
      'probe.run:probes.answers succeeded reused',
      'probe.run:probes.builds failed',
      'probe.run:probes.answers succeeded reused',
      'probe.run:probes.builds succeeded',
    ]);
    // What was done once is not done again.
    expect(
      journalLines(given.stateDir, id).filter(
        ({ actionId, type }) => actionId === 'task.run:/once' && type === 'intent',
      ),
    ).toHaveLength(1);
    const redone = headgate(['resume', id, '--redo', '/once', ...config(path, 'good')], given);
    expect([redone.status, redone.stderr]).toEqual([
      0,
      `${id} is COMPLETE already\nnothing is run again, --redo or not: a run that is COMPLETE is not gone on with; begin a new one with \`headgate run\`\n`,
    ]);
  });

  it('001-7: one whose runner breaks is exit 3 by another name, and with --detach alike', () => {
    for (const detached of [[], ['--detach']]) {
      const given = options();
      const path = scenario({ probes: { answers, builds: { ...builds, argv: ['/no/such/program'] } } });
      const end = headgate(['run', path, ...detached, ...config(path, 'good')], given);
      expect(end.status, end.stderr).toBe(3);
      expect(gatesOf(statusOf(given, onlyRun(given)))).toEqual(['probe_runner_error builds']);
    }
  });

  it('a task that is asked for again after a verdict is looked at again', () => {
    const given = options();
    const path = scenario();
    expect(headgate(['run', path, ...config(path, 'bad')], given).status).toBe(3);
    const id = onlyRun(given);
    const end = headgate(['resume', id, '--redo', '/once', ...config(path, 'good')], given);
    expect(end.status, end.stderr).toBe(0);
    expect(probeAttempts(given, id).slice(2)).toEqual([
      'probe.run:probes.answers succeeded',
      'probe.run:probes.builds succeeded',
    ]);
  });

  it('a plan goes through it as its scenario does, and with --detach', () => {
    const given = options();
    const path = scenario();
    const plan = path.replace(/[^/]*$/, 'p.plan.json');
    const compiled = spawnSync(process.execPath, [cliPath, 'compile', path, '--emit', `plan=${plan}`]);
    expect(compiled.status, compiled.stderr.toString()).toBe(0);
    for (const detached of [[], ['--detach']]) {
      const end = headgate(['run', plan, ...detached, ...config(path, 'bad')], given);
      expect(end.status, end.stderr).toBe(3);
    }
    for (const id of runFolders(given.stateDir)) expect(gatesOf(statusOf(given, id))).toEqual(['probe_failed builds']);
  });

  it('what executes something needs evidence mode: BLOCKED before anything starts', () => {
    const given = options();
    const path = scenario({ profile: {} });
    const end = headgate(['run', path, ...config(path, 'good')], given);
    expect(end.status, end.stderr).toBe(3);
    expect(end.stderr).toContain('blocked[probe_requires_evidence_mode]: builds: ');
    expect(journalLines(given.stateDir, onlyRun(given)).map(({ actionId }) => actionId)).not.toContain(
      'process.start:/web',
    );
    const asks = scenario({ profile: {}, probes: { answers } });
    const other = headgate(['run', asks, ...config(asks, 'good')], options());
    expect(other.status, other.stderr).toBe(0);
  });

  it('an advisory one is shown and does not block', () => {
    const given = options();
    const path = scenario({ probes: { answers, builds: { ...builds, required: false } } });
    const end = headgate(['run', path, ...config(path, 'bad')], given);
    expect(end.status, end.stderr).toBe(0);
    expect(verdicts(statusOf(given, onlyRun(given)))[1]).toEqual(['builds', false, 'completed']);
    const shown = headgate(['status'], given).stdout;
    expect(shown).toMatch(/^PROBE +KIND +VERDICT +TOOK +RUNS IT AGAIN +WHAT IT FOUND$/m);
    expect(shown).toMatch(/^builds +headless_run +failed +[\d.]+ s +headgate resume \S+ +\S/m);
  });
});

describe('a run that stays', () => {
  it('goes on after its verdict, is probed again while it lives, and ends as it was judged', async () => {
    const given = options();
    const path = scenario({ completion: staying });
    const begun = launch(['run', path, ...config(path, 'good')], given);
    await until(
      () => journalLines(given.stateDir, runFolders(given.stateDir)[0] ?? '-'),
      (lines) => lines.some(({ data }) => data['event'] === 'judged'),
      60_000,
    );
    const id = onlyRun(given);
    expect(statusOf(given, id)).toMatchObject({ state: 'RUNNING', completionBasis: 'probes_passed' });
    const one = headgate(['probe', 'run', id, 'builds', '--format', 'json'], given);
    expect(one.status, one.stderr).toBe(0);
    expect(JSON.parse(one.stdout)).toMatchObject({
      id,
      probes: [{ probe: 'builds', passed: true }],
      completionBasis: 'probes_passed',
    });
    expect(probeAttempts(given, id)).toHaveLength(3);
    const unknown = headgate(['probe', 'run', id, 'bilds'], given);
    expect([unknown.status, unknown.stderr]).toEqual([2, expect.stringContaining('did you mean `builds`?')]);
    const socket = socketOf(given.stateDir, id) ?? '';
    expect(
      JSON.parse((await ask(socket, '/v1/probes', { method: 'POST', body: '{"probes":["x"]}' })).text),
    ).toMatchObject({ code: 'probe_unknown' });
    expect((await ask(socket, '/v1/probes', { method: 'POST', body: '{"probes":[]}' })).status).toBe(400);
    expect(headgate(['probe', 'list', id], given).stdout).toMatch(/^builds +headless_run +yes +passed /m);
    expect(headgate(['stop', id], given).stdout).toBe(`${id} COMPLETE\n`);
    expect(await begun.ended).toMatchObject({ status: 0 });
    const late = headgate(['probe', 'run', id], given);
    expect([late.status, late.stderr]).toEqual([1, expect.stringContaining(`error[run_over]: run ${id} is COMPLETE`)]);
  });

  it('returns with the verdict from --detach, 0 or 3, and goes on', () => {
    for (const [name, code, end] of [
      ['good', 0, 'COMPLETE'],
      ['bad', 3, 'BLOCKED'],
    ] as const) {
      const given = options();
      const path = scenario({ completion: staying });
      const began = headgate(['run', path, '--detach', ...config(path, name)], given);
      expect(began.status, began.stderr).toBe(code);
      const id = onlyRun(given);
      expect(statusOf(given, id).state).toBe('RUNNING');
      expect(headgate(['stop', id], given).stdout).toBe(`${id} ${end}\n`);
    }
  });
});

describe('001-11, 001-13: evidence lasts', () => {
  const complete = (): readonly [RunOptions, string] => {
    const given = options();
    const path = scenario();
    expect(headgate(['run', path, ...config(path, 'good')], given).status).toBe(0);
    return [given, onlyRun(given)];
  };
  const blobPath = (stateDir: string, digest: unknown): string => {
    const hex = String(digest).replace('sha256:', '');
    return join(stateDir, 'store/sha256', hex.slice(0, 2), hex.slice(2));
  };

  it('byte for byte: asked again, after resume, and from a copy of the state folder', () => {
    const [given, id] = complete();
    const first = statusText(given, id).stdout;
    expect(statusText(given, id).stdout).toBe(first);
    headgate(['resume', id], given);
    expect(statusText(given, id).stdout).toBe(first);
    const copy = join(folder, `copy-of-${id}`);
    cpSync(given.stateDir, copy, { recursive: true });
    expect(statusText({ ...given, stateDir: copy }, id).stdout).toBe(first);
  });

  it('marked but absent, or changed: BLOCKED by name, whatever the journal says', () => {
    const [given, id] = complete();
    const [, builds_] = statusOf(given, id).runtimeProbeEvidence;
    const path = blobPath(given.stateDir, builds_?.['statement']);
    const bytes = readFileSync(path);
    for (const [gate, spoil] of [
      ['evidence_corrupt', () => writeFileSync(path, bytes.toString().replace('"passed":true', '"passed":null'))],
      ['evidence_missing', () => rmSync(path)],
    ] as const) {
      spoil();
      const end = statusText(given, id);
      const status = JSON.parse(end.stdout) as Status;
      expect([end.status, status.state, status.completionBasis]).toEqual([3, 'BLOCKED', undefined]);
      expect(gatesOf(status)).toEqual([`${gate} builds`]);
      expect(end.stderr).toContain(`blocked[${gate}]: builds`);
      const resumed = headgate(['resume', id], given);
      expect([resumed.status, resumed.stderr]).toEqual([3, expect.stringContaining(`blocked[${gate}]: builds`)]);
    }
    writeFileSync(path, bytes);
    expect(statusOf(given, id).state).toBe('COMPLETE');
  });

  it('what a probe left beside its statement counts alike', () => {
    const [given, id] = complete();
    const blobs = journalLines(given.stateDir, id).flatMap(({ actionId, data }) =>
      String(actionId).startsWith('probe.run') ? ((data['blobs'] ?? []) as string[]) : [],
    );
    expect(blobs.length).toBeGreaterThan(0);
    for (const digest of new Set(blobs)) expect(statSync(blobPath(given.stateDir, digest)).isFile()).toBe(true);
    rmSync(blobPath(given.stateDir, blobs[0]));
    expect(gatesOf(statusOf(given, id)).join()).toMatch(/^evidence_missing (answers|builds)/);
  });

  it('evidence of a run that failed says nothing of the next attempt of its task', () => {
    const given = options();
    const path = scenario();
    expect(headgate(['run', path, ...config(path, 'bad')], given).status).toBe(3);
    const id = onlyRun(given);
    const failing = statusOf(given, id).runtimeProbeEvidence.find(({ probe }) => probe === 'builds');
    expect(failing).toMatchObject({ passed: false });
    expect(headgate(['resume', id, ...config(path, 'good')], given).status).toBe(0);
    const passing = statusOf(given, id).runtimeProbeEvidence.find(({ probe }) => probe === 'builds');
    expect(passing).toMatchObject({ passed: true });
    expect(passing?.['statement']).not.toBe(failing?.['statement']);
    // What it was blocked by stays in the store, as the journal says.
    expect(existsSync(blobPath(given.stateDir, failing?.['statement']))).toBe(true);
  });
});

describe('001-14: time', () => {
  /** As many seconds as the root config says. */
  const sleeps = { ...builds, argv: ['/bin/sh', '-c', 'sleep $EXIT'] };
  const configured = (path: string, exit: string): readonly string[] => {
    const file = path.replace(/[^/]*$/, `${exit}.json`);
    writeFileSync(file, JSON.stringify({ exit }));
    return ['--config', file];
  };

  it("of a probe that is up is its verdict; of the run, CANCELLED, with the probe's evidence kept", () => {
    for (const [own, whole, code, gate] of [
      [1, 600, 3, 'timeout'],
      [300, 4, 5, 'cancelled'],
    ] as const) {
      const given = options();
      const profile = { runtime: { mode: 'evidence' }, budget: { wallClockSeconds: whole } };
      const path = scenario({ probes: { answers, builds: { ...sleeps, budgetSeconds: own } }, profile });
      const end = headgate(['run', path, ...configured(path, '300')], given);
      expect(end.status, end.stderr).toBe(code);
      const status = statusOf(given, onlyRun(given));
      expect(verdicts(status)[1]).toEqual(['builds', gate === 'timeout' ? false : null, gate]);
      if (code === 5) expect(end.stderr).toMatch(/^CANCELLED \S+$/m);
      else expect(gatesOf(status)).toEqual(['probe_failed builds']);
    }
  });

  it('of headgate that is over in the middle of a probe has it looked at again by resume', async () => {
    const given = options();
    const path = scenario({ probes: { answers, builds: sleeps } });
    const begun = launch(['run', path, ...configured(path, '25')], given);
    await until(
      () => journalLines(given.stateDir, runFolders(given.stateDir)[0] ?? '-'),
      (lines) => lines.some(({ type, actionId }) => type === 'intent' && actionId === 'probe.run:probes.builds'),
      60_000,
    );
    begun.child.kill('SIGKILL');
    await begun.ended;
    const id = onlyRun(given);
    expect(statusOf(given, id)).toMatchObject({ state: 'INTERRUPTED', runtimeProbeEvidence: [{ probe: 'answers' }] });
    const end = headgate(['resume', id, ...configured(path, '0')], given);
    expect(end.status, end.stderr).toBe(0);
    expect(probeAttempts(given, id)).toEqual([
      'probe.run:probes.answers succeeded',
      'probe.run:probes.answers succeeded reused',
      'probe.run:probes.builds succeeded',
    ]);
    expect(checkChain(given.stateDir, id)).toMatchObject({ whole: true });
  });
});

describe('reports', () => {
  it('are written for run and resume: JUnit, SARIF and annotations', () => {
    const given = options();
    const path = scenario();
    const out = join(folder, `reports-${readdirSync(folder).length}`);
    mkdirSync(out);
    const reports = ['junit=j.xml', 'sarif=s.json', 'github=g.txt'].flatMap((one) => [
      '--report',
      one.replace('=', `=${out}/`),
    ]);
    expect(headgate(['run', path, ...reports, ...config(path, 'bad')], given).status).toBe(3);
    const read = (name: string): string => readFileSync(join(out, name), 'utf8');
    expect(read('j.xml')).toMatch(/tests="3" failures="1" errors="1"/);
    expect(JSON.parse(read('s.json'))).toMatchObject({
      runs: [{ results: [{ ruleId: 'probe_failed', level: 'error' }] }],
    });
    expect(read('g.txt')).toMatch(/^::error title=probe_failed builds::/);
    expect(headgate(['resume', ...reports, ...config(path, 'good')], given).status).toBe(0);
    expect(read('j.xml')).toMatch(/tests="3" failures="0" errors="0"/);
    expect(read('g.txt')).toBe('');
    for (const [flag, says] of [
      ['junt=x', 'did you mean `junit`?'],
      ['junit', '--report junit=FILE'],
      ['junit=/no/such/folder/x', 'there is no folder'],
    ] as const) {
      const end = headgate(['run', path, '--report', flag, ...config(path, 'bad')], given);
      expect([end.status, end.stderr]).toEqual([2, expect.stringContaining(says)]);
    }
  });
});
