/** What a run tells of itself as a record: exactly what happened. */
import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCli } from '../support/cli.ts';
import { headgate, launch, type RunOptions } from '../support/run/cli-run.ts';
import { journalLines, type Line } from '../support/run/journal.ts';
import { python, scenarioOf, task } from '../support/run/scenarios.ts';
import { exported, textOf, useRuns } from '../support/run/use-runs.ts';

const { folder, lay, options, start } = useRuns();

interface Event {
  readonly seq: number;
  readonly at: string;
  readonly type: string;
  readonly action: string | null;
  readonly attempt: number | null;
  readonly idempotencyKey: string | null;
  readonly details: Readonly<Record<string, unknown>>;
}

interface Told {
  readonly state: string;
  readonly outcome: unknown;
  readonly plan: string;
  readonly journal: { readonly entries: number };
  readonly actions: readonly {
    readonly id: string;
    readonly state: string;
    readonly attempts: number;
    readonly restarts: number;
  }[];
  readonly events: readonly Event[];
}

const told = (id: string, given: RunOptions, ...flags: readonly string[]): string => {
  const { status, stdout, stderr } = headgate(['contract', 'export', id, ...flags], given);
  expect(status, stderr).toBe(0);
  return stdout;
};
const recordOf = (id: string, given: RunOptions): Told => JSON.parse(told(id, given, '--record')) as Told;

function expectValid(text: string, name: string): void {
  const path = join(folder, name);
  writeFileSync(path, text);
  const { status, stderr } = runCli(['contract', 'validate', path], { cwd: folder });
  expect(status, stderr).toBe(0);
}

/** By somebody who knows the table of docs/contracts.md, and shares no code with the one who writes records. */
function typeOf({ type, data }: Line): string {
  const ends: Readonly<{ [state: string]: string }> = {
    ...{ succeeded: 'complete', failed: 'failure', unknown: 'failure', cancelled: 'cancel', skipped: 'cancel' },
    ...{ COMPLETE: 'complete', BLOCKED: 'failure', FAILED: 'failure', CANCELLED: 'cancel' },
  };
  if (type === 'intent') return 'start';
  return ['outcome', 'reconciled', 'gate'].includes(type) ? (ends[String(data['state'])] as string) : type;
}

/** Nothing more, nothing less, and nothing in another order. */
function expectWholeJournal(record: Told, lines: readonly Line[]): void {
  expect(record.journal.entries).toBe(lines.length);
  expect(
    record.events.map(({ seq, at, type, action, attempt, idempotencyKey, details }) => ({
      ...{ seq, at, type, action, attempt, idempotencyKey, entry: details['entry'], exit: details['exit'] },
    })),
  ).toEqual(
    lines.map((line) => ({
      ...{ seq: line.seq, at: line.at, type: typeOf(line), action: line.actionId, attempt: line.attempt },
      ...{ idempotencyKey: line.idempotencyKey, entry: line.type, exit: line.data['exit'] },
    })),
  );
}

const canary = 'canary-7d20b1c4e9';
/** Fails twice before it listens, and says its secret each time. */
const failing = python(
  `
import os, sys, http.server
with open('/state/starts', 'a') as f: f.write('x')
starts = len(open('/state/starts').read())
print('my token is', os.environ['TOKEN'], flush=True)
if starts < 3: sys.exit(6 + starts)
http.server.HTTPServer(('127.0.0.1', 8080), http.server.SimpleHTTPRequestHandler).serve_forever()
`,
  {
    port: 8080,
    env: { TOKEN: '${config.token}' },
    program: { mounts: [{ path: '/state', from: 'resources.state' }] },
    manifest: {
      resources: { state: { kind: 'storage' } },
      config_schema: { type: 'object', properties: { token: { type: 'string', secret: true } }, required: ['token'] },
    },
  },
);
const scenario = (): string =>
  lay(
    scenarioOf(
      { web: failing, one: task('one') },
      {
        config_schema: { type: 'object', properties: { token: { type: 'string', secret: true } }, required: ['token'] },
        components: { web: { manifest: './web.json', config: { token: '${config.token}' } }, one: './one.json' },
        ...exported('web'),
      },
    ),
  );

describe('004-6: the record of a run', () => {
  it('in which a component failed twice and was restarted, and which was then cancelled, holds exactly that', async () => {
    const given = options({ env: { HEADGATE_CONFIG_TOKEN: canary } });
    const run = await start(scenario(), given);
    expect(await textOf(run.exports['web'])).toContain('Directory listing');
    const during = recordOf(run.id, given);
    expect([during.state, during.outcome]).toEqual(['running', null]);
    expect(during.actions.find(({ id }) => id === 'process.start:/web')).toMatchObject({
      state: 'running',
      restarts: 2,
    });
    expectValid(told(run.id, given, '--record'), 'during.json');
    expectValid(told(run.id, given), 'during-contract.json');
    const end = await run.stop();
    expect(end.status, end.stderr).toBe(5);

    const lines = journalLines(given.stateDir, run.id);
    const record = recordOf(run.id, given);
    expectWholeJournal(record, lines);
    // What was told before was not changed by what came later.
    expect(record.events.slice(0, during.events.length)).toEqual(during.events);
    const of = (id: string): readonly string[] =>
      record.events.flatMap(({ action, type, attempt }) => (action === id ? [`${type} ${attempt}`] : []));
    expect(of('process.start:/web')).toEqual([
      ...['start 1', 'failure 1', 'retry 1'],
      ...['start 2', 'failure 2', 'retry 2'],
      ...['start 3', 'complete 3', 'cancel 3'],
    ]);
    expect(of('process.stop:/web')).toEqual(['start 1', 'complete 1']);
    expect(of('task.run:/one')).toEqual(['start 1', 'progress 1', 'complete 1']);
    const failures = record.events.filter(({ type }) => type === 'failure');
    expect(failures.map(({ details }) => details['exit'])).toEqual([
      'it ended with status 7',
      'it ended with status 8',
    ]);
    const retries = record.events.filter(({ type }) => type === 'retry').map(({ details }) => details['restart']);
    expect(retries).toEqual([1, 2]);
    expect(record.events.filter(({ action, type }) => action === null && type === 'cancel')).toHaveLength(2);
    expect([record.state, record.outcome]).toMatchObject(['cancelled', { state: 'CANCELLED' }]);
    expect(record.actions.find(({ id }) => id === 'process.start:/web')).toMatchObject({
      ...{ state: 'cancelled', attempts: 3, restarts: 2 },
    });

    const [text, contract] = [told(run.id, given, '--record'), told(run.id, given)];
    expectValid(text, 'record.json');
    expectValid(contract, 'contract.json');
    // However often, and from a copy, also of the newest run by its short name.
    const copy = `${given.stateDir}-copy`;
    cpSync(given.stateDir, copy, { recursive: true });
    expect(told(run.id, given, '--record')).toBe(text);
    expect(told('last', { ...given, stateDir: copy }, '--record')).toBe(text);
    expect(told('last', { ...given, stateDir: copy })).toBe(contract);
    expect(JSON.parse(contract)).toMatchObject({ operationTask: { state: 'cancelled' } });
    // The output of the program holds the secret, and is no part of it.
    expect(end.stderr).toContain('my token is');
    expect(text + contract).not.toContain(canary);
    expect(text + contract).not.toContain(Buffer.from(canary).toString('base64').slice(0, 16));
  });

  it('whose headgate was killed, and which was gone on with, tells of both processes', async () => {
    const given = options({ env: { HEADGATE_CONFIG_TOKEN: canary } });
    const first = await start(scenario(), given);
    first.child.kill('SIGKILL');
    await first.ended;
    const cut = recordOf(first.id, given);
    // The journal does not say that nobody writes it any more: `status` does.
    expect([cut.state, cut.outcome]).toEqual(['running', null]);
    expect(headgate(['status', first.id], given).stdout).toContain('INTERRUPTED');
    const resumed = await launch(['resume', first.id], given).ready;
    const end = await resumed.stop();
    expect(end.status, end.stderr).toBe(5);
    const record = recordOf(first.id, given);
    expectWholeJournal(record, journalLines(given.stateDir, first.id));
    const starts = record.events.filter(({ action, type }) => action === null && type === 'start');
    expect(starts.map(({ details }) => details['resumed'])).toEqual([false, true]);
    expect(record.events.slice(0, cut.events.length)).toEqual(cut.events);
    // A task that had come to its end is not done again, and its key is the same.
    const keys = record.events.flatMap(({ action, idempotencyKey }) =>
      action === 'task.run:/one' ? (idempotencyKey ?? []) : [],
    );
    expect(new Set(keys).size).toBe(1);
    expect(record.state).toBe('cancelled');
  });
});

describe('004-4, 004-5: the contract of a run', () => {
  it('with a program outside of any sandbox says that it overstates, and of which component', () => {
    const path = lay({
      'scenario.json': JSON.stringify({
        manifest_version: '0.4.0',
        program: { path: '/bin/sh', args: ['-c', 'echo done'] },
      }),
      'headgate.yaml': JSON.stringify({
        components: { '/': { restart: 'never', profile: 'host' } },
        profiles: {
          host: { sandbox: { mode: 'none' }, type: 'user_owned_model', budget: { wallClockSeconds: 600 } },
        },
      }),
    });
    const given = options();
    const ran = headgate(['run', path, '--trust-settings', '--no-sandbox'], given);
    expect(ran.status, ran.stderr).toBe(0);
    const { status, stdout, stderr } = headgate(['contract', 'export', 'last'], given);
    expect(status).toBe(0);
    expect(stderr).toMatch(/^warning\[contract_overstates\]: \/: it runs without a sandbox/);
    expectValid(stdout, 'host.json');
    const contract = JSON.parse(stdout) as {
      readonly artifacts: { readonly agentMachineProfile: object };
      readonly controls: { readonly budget: object };
    };
    expect(contract.artifacts.agentMachineProfile).toMatchObject({ profileType: 'user_owned_model' });
    expect(contract.controls.budget).toMatchObject({
      wallClockSeconds: 600,
      sandboxMemoryBytes: Number.MAX_SAFE_INTEGER,
    });
    expect(headgate(['contract', 'export', 'last', '--record'], given).stderr).toBe('');
  });
});
