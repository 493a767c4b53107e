// biome-ignore-all lint/suspicious/noThenProperty: the settings call it so, and it is never a function
/** Calls of models and their tokens: counted by the meter that the plan has put there, cut by the run, and gone on with when it is resumed. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { statusOf } from '../../src/runtime/status.ts';
import { headgate, launch, type RunOptions } from '../support/run/cli-run.ts';
import { journalLines, runFolders } from '../support/run/journal.ts';
import { expectNoProcess } from '../support/run/leftovers.ts';
import { python, scenarioOf } from '../support/run/scenarios.ts';
import { useRuns } from '../support/run/use-runs.ts';

const { lay, options } = useRuns();

let provider: Server;
let asked = 0;
let url = '';
beforeAll(async () => {
  provider = createServer((request, response) => {
    asked++;
    request.resume();
    const usage = { prompt_tokens: 30, completion_tokens: 10, total_tokens: 40 };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ choices: [], usage }));
  });
  await new Promise<void>((done) => provider.listen(0, '127.0.0.1', done));
  url = `http://127.0.0.1:${(provider.address() as AddressInfo).port}`;
});
afterAll(() => {
  provider.closeAllConnections();
  provider.close();
});
beforeEach(() => {
  asked = 0;
});

/** Asks `times` times, says each status, and tries whatever else a component could try. */
const agent = (times: number, last = 'time.sleep(60)'): string => `
import os, time, urllib.request, urllib.error
for i in range(${times}):
  try:
    with urllib.request.urlopen(urllib.request.Request(os.environ['MODEL'] + '/v1/chat/completions', b'{}', {'content-type': 'application/json'})) as r: r.read(); print('said', r.status)
  except urllib.error.HTTPError as e: print('said', e.code)
print('control', os.environ.get('HEADGATE_CONTROL_URL'))
${last}`;

interface Given {
  readonly budget: object;
  readonly source: string;
  readonly grants?: object;
  readonly policies?: boolean;
}

const scenario = ({ budget, source, grants = { usage: true }, policies = true }: Given): string => {
  const slot = { kind: 'llm', profile: 'model_provider' };
  const root = {
    slots: { model: slot },
    bindings: [{ to: '#a.model', from: 'slots.model', weak: true }],
    ...(policies
      ? { use: { meter: { manifest: resolve('manifests/model-meter/manifest.yaml') } }, policies: ['#meter.apply'] }
      : {}),
  };
  return lay({
    ...scenarioOf({ a: python(source, { slots: { model: slot }, env: { MODEL: '${slots.model.url}' } }) }, root),
    'headgate.yaml': JSON.stringify({
      components: { '/a': { restart: 'never', profile: 'p' } },
      profiles: { p: { budget } },
      // The meter would go on.
      completion: { then: 'stop' },
      ...(policies ? { policies: { '#meter.apply': { grants } } } : {}),
    }),
  });
};

const runs = (path: string, given: RunOptions) =>
  launch(['run', path, '--trust-settings', '--slot', `model=${url}`], given).ended;
const lastRun = (stateDir: string): string => runFolders(stateDir).at(-1) ?? '';

describe('a budget of models', () => {
  it.each([
    ['modelCalls', { modelCalls: 3 }, 3, 3],
    ['tokens', { tokens: 100 }, 120, 3],
  ])('%s runs out: the run is cancelled, and no call more reaches the provider', async (budget, set, used, made) => {
    const given = options();
    const end = await runs(scenario({ budget: set, source: agent(9) }), given);
    expect(end.status, end.stderr).toBe(5);
    expect(asked).toBe(made);
    const id = lastRun(given.stateDir);
    const limit = Object.values(set)[0];
    const spent = { budget, profile: 'p', component: '/a', used, limit };
    expect(statusOf(given.stateDir, id)).toMatchObject({ state: 'CANCELLED', spent });
    expect(headgate(['status', id], given).stdout).toMatch(new RegExp(`p +${budget} +${used} +${limit} +metered`));
    expect(journalLines(given.stateDir, id).at(-1)?.data).toMatchObject({ state: 'CANCELLED', budget: spent });
    // The component itself has no way to its run.
    expect(end.stderr).not.toMatch(/control http/);
    await expectNoProcess(given.stateDir);
  });

  it('is gone on with by a run that is resumed', async () => {
    const given = options();
    const path = scenario({ budget: { modelCalls: 5 }, source: agent(2, 'raise SystemExit(1)') });
    expect((await runs(path, given)).status).toBe(4);
    const id = lastRun(given.stateDir);
    for (const [status, used] of [
      [4, 4],
      [5, 5],
    ]) {
      const end = await launch(['resume', id, '--redo', '/a'], given).ended;
      expect(end.status, end.stderr).toBe(status);
      expect(statusOf(given.stateDir, id)?.budgets).toMatchObject([
        { budget: 'modelCalls', used },
        { budget: 'tokens' },
      ]);
    }
    expect(asked).toBe(5);
    const usage = journalLines(given.stateDir, id).filter(({ type }) => type === 'usage');
    // Not a line for each call.
    expect(usage.length).toBeLessThanOrEqual(3);
    const record = JSON.parse(headgate(['contract', 'export', id, '--record'], given).stdout) as {
      readonly outcome: object;
      readonly events: readonly { readonly type: string; readonly details: { readonly entry: string } }[];
    };
    const contract = headgate(['contract', 'export', id], given).stdout;
    expect(contract.match(/"modelCalls": \d+/g)).toEqual(['"modelCalls": 5', '"modelCalls": 5']);
    expect(record.outcome).toMatchObject({ state: 'CANCELLED', budget: { budget: 'modelCalls', used: 5 } });
    expect(record.events.filter(({ details }) => details.entry === 'usage').map(({ type }) => type)).toEqual(
      usage.map(() => 'progress'),
    );
  });

  it('that nobody counts is told when it is compiled, with what to add', async () => {
    const path = scenario({ budget: { modelCalls: 3 }, source: agent(1, ''), policies: false });
    const given = options();
    const end = await runs(path, given);
    expect(end.status, end.stderr).toBe(0);
    const told = end.stderr.replaceAll(/\s+/g, ' ');
    expect(told).toMatch(/warning\[settings\/budget-unsupported\].*`modelCalls`.*`\/a\.model`.*model-meter/);
    const { budgets } = statusOf(given.stateDir, lastRun(given.stateDir)) ?? {};
    expect(budgets).toMatchObject([{ budget: 'modelCalls', used: 0, limit: 3, kept: 'unsupported' }]);
  });

  it('is not counted by a meter that may not tell, and then no call is made', async () => {
    const given = options();
    const path = scenario({ budget: { modelCalls: 3 }, source: agent(1, ''), grants: {} });
    const end = await runs(path, given);
    expect(end.stderr).toMatch(/warning\[settings\/budget-unsupported\]/);
    expect(end.stderr).toContain('said 503');
    expect(asked).toBe(0);
  });

  it('takes a right that somebody has trusted', () => {
    const path = scenario({ budget: { modelCalls: 3 }, source: agent(1, '') });
    const end = headgate(['run', path, '--slot', `model=${url}`], options());
    expect(end.status).toBe(3);
    expect(end.stderr).toContain('what policy `#meter.apply` inserts may tell the run what a model was used for');
  });
});
