/** A component that never opens its port: the run waits as long as it was told, starts it again as often, and says so. */
import { describe, expect, it } from 'vitest';
import { headgate, launch, until } from '../support/run/cli-run.ts';
import { journalLines, runFolders } from '../support/run/journal.ts';
import { python, scenarioOf } from '../support/run/scenarios.ts';
import { useRuns } from '../support/run/use-runs.ts';

const { lay, options } = useRuns();

const elsewhere = python(
  `
import socket, time
s = socket.create_server(('127.0.0.1', 3000))
print('up', flush=True)
while True: time.sleep(1)
`,
  { port: 8080 },
);
const user = python('import time; time.sleep(60)', {
  slots: { up: { kind: 'http' } },
  env: { UP: '${slots.up.url}' },
});
const scenario = (restarts: number): string =>
  lay({
    ...scenarioOf({ web: elsewhere, user }, { bindings: [{ to: '#user.up', from: '#web.http' }] }),
    'headgate.yaml': JSON.stringify({ components: { '/web': { readySeconds: 1, restarts } } }),
  });

const once = 'nothing listened on port 8080 within 1 s; it listens on port 3000 instead';
const failed = [
  'failed: /user: it needs /web, which did not start, or did not end well',
  `failed: /web: ${once}, after 1 restart`,
].join('\n');

describe('a component that never opens its port', () => {
  it('is started again as often as it may, and the run ends as FAILED, in the foreground and the background', () => {
    const given = options();
    const root = scenario(1);
    const begun = headgate(['run', root], given);
    expect([begun.status, begun.stdout], begun.stderr).toEqual([4, '']);
    expect(begun.stderr).toContain(`/web | [${once}]\n`);
    expect(begun.stderr).toContain('/web | [starts again in 500 ms, restart 1 of 1]\n');
    expect(begun.stderr).toContain(`\n${failed}\nFAILED `);

    const [id = ''] = runFolders(given.stateDir);
    const status = headgate(['status', id], given).stdout;
    expect(status).toMatch(/^\S+ FAILED$/m);
    expect(status).toContain(`  /web: ${once}, after 1 restart\n`);
    expect(status).toMatch(new RegExp(`^/web +failed +- +1 +${once}$`, 'm'));

    const resumed = headgate(['resume', id, '--detach'], given);
    expect([resumed.status, resumed.stdout], resumed.stderr).toEqual([4, '']);
    expect(resumed.stderr).toContain(`\n${failed}\nFAILED ${id}`);
    const retries = journalLines(given.stateDir, id).filter(({ type }) => type === 'retry');
    expect(retries.map(({ data }) => data['afterMs'])).toEqual([500, 500]);

    const detached = headgate(['run', root, '--detach'], given);
    expect([detached.status, detached.stdout], detached.stderr).toEqual([4, '']);
    expect(detached.stderr).toContain(`\n${failed}\nFAILED `);
  });

  it('meanwhile is shown with its restarts and why, and can be stopped', async () => {
    const given = options();
    const run = launch(['run', scenario(100)], given);
    const said = await until(
      () => headgate(['status'], given).stdout,
      (text) => /^\/web .* 1 +nothing listened/m.test(text),
      120_000,
    );
    expect(said).toMatch(/^\S+ RUNNING$/m);
    expect(said).toMatch(new RegExp(`^/web +(starting|restarting) +- +1 +${once}$`, 'm'));
    expect(headgate(['stop'], given).stdout).toMatch(/ CANCELLED$/m);
    expect((await run.ended).status).toBe(5);
  });
});
