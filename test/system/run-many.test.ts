/** Many components, which start a few at once. */
import { describe, expect, it } from 'vitest';
import { launch, until } from '../support/run/cli-run.ts';
import { expectNoProcess } from '../support/run/leftovers.ts';
import { type Part, python, scenarioOf } from '../support/run/scenarios.ts';
import { processesOf } from '../support/run/traces.ts';
import { useRuns } from '../support/run/use-runs.ts';

const { lay, options, start } = useRuns();

/** Stands in the arguments of every program of these tests, and of no other. */
const marker = `headgate-many-${process.pid}`;

const server = (delay: number): string => `
import socket, time # ${marker}
time.sleep(${delay})
s = socket.create_server(('127.0.0.1', 8080))
while True: s.accept()[0].close()
`;

describe('many components', () => {
  it('a chain, of which each waits for the next, comes up from its end', async () => {
    const names = Array.from({ length: 14 }, (_, n) => `c${n}`);
    const parts = names.map((name, n): [string, Part] => {
      const last = n === names.length - 1;
      const up = last ? {} : { slots: { up: { kind: 'http' } }, env: { UP: '${slots.up.url}' } };
      return [name, python(server(0), { port: 8080, ...up })];
    });
    const bindings = names.slice(1).map((name, n) => ({ to: `#${names[n]}.up`, from: `#${name}.http` }));
    const root = { bindings, exports: { http: '#c0.http' } };
    const run = await start(lay(scenarioOf(Object.fromEntries(parts), root)), options());
    expect(Object.keys(run.exports)).toEqual(['http']);
    expect((await run.stop()).status).toBe(5);
  });

  it('those that are slow to be ready do not keep the others waiting', async () => {
    const parts = Array.from({ length: 16 }, (_, n): [string, Part] => [
      `c${String(n).padStart(2, '0')}`,
      python(server(n < 12 ? 20 : 0), { port: 8080 }),
    ]);
    const given = options();
    const { child, ended } = launch(['run', lay(scenarioOf(Object.fromEntries(parts)))], given);
    // Of twelve slow ones four or more have their turn for a second.
    await until(
      () => processesOf(marker).length,
      (count) => count >= 16,
      15_000,
    );
    child.kill('SIGINT');
    expect((await ended).status).toBe(5);
  });

  it('ended while they start, none starts any more', async () => {
    const parts = Array.from({ length: 40 }, (_, n): [string, Part] => [`c${n}`, python(server(0), { port: 8080 })]);
    const given = options();
    const { child, ended } = launch(['run', lay(scenarioOf(Object.fromEntries(parts)))], given);
    await until(
      () => processesOf(marker).length,
      (count) => count >= 3,
    );
    child.kill('SIGINT');
    const end = await ended;
    expect([end.status, end.stdout]).toEqual([5, '']);
    await expectNoProcess(marker);
  });
});
