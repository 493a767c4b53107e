/** `run --prove-enforcement`: what is found from inside real sandboxes, and that nobody is disturbed by it. */

import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { headgate, type RunOptions, startRun, until } from '../support/run/cli-run.ts';
import { journalLines } from '../support/run/journal.ts';
import { expectNoProcess } from '../support/run/leftovers.ts';
import { python, scenarioOf } from '../support/run/scenarios.ts';
import { createTempFolder } from '../support/temp-folder.ts';

const temp = createTempFolder();
const outside = createServer((_, response) => response.end('outside'));
await new Promise<void>((done) => outside.listen(0, '127.0.0.1', done));
const { port } = outside.address() as AddressInfo;
afterAll(async () => {
  outside.close();
  await expectNoProcess(temp.path);
  temp.remove();
});

/** Counts connections and bytes that came. */
const counter = `
import socket, threading
seen = {'connections': 0, 'bytes': 0}
def serve(c):
    data = c.recv(65536)
    if data.startswith(b'GET /seen'):
        body = ('%(connections)d %(bytes)d' % seen).encode()
        c.sendall(b'HTTP/1.1 200 OK\\r\\ncontent-length: %d\\r\\nconnection: close\\r\\n\\r\\n' % len(body) + body)
    else:
        seen['connections'] += 1
        seen['bytes'] += len(data)
    c.close()
server = socket.create_server(('127.0.0.1', 8080), backlog=64)
while True: threading.Thread(target=serve, args=(server.accept()[0],), daemon=True).start()
`;
const idle = `
import socket, time
server = socket.create_server(('127.0.0.1', 8081))
while True: time.sleep(60)
`;

it('every row is as the plan says: edges, exports, the machine and the ways out; nothing is sent', async () => {
  const files = scenarioOf(
    {
      served: python(counter, { port: 8080 }),
      user: python(idle, { port: 8081, slots: { up: { kind: 'http' } }, env: { UP: '${slots.up.url}' } }),
      out: python(idle, { port: 8081 }),
    },
    {
      bindings: [{ to: '#user.up', from: '#served.http' }],
      exports: { seen: '#served.http' },
    },
  );
  const settings = { components: { '/out': { egress: [`127.0.0.1:${port}`] }, '/user': { egress: ['127.0.0.1:1'] } } };
  const scenario = join(temp.lay({ ...files, 'headgate.yaml': JSON.stringify(settings) }), 'scenario.json');
  const options: RunOptions = {
    stateDir: join(temp.path, 'state'),
    cwd: temp.path,
    args: ['--prove-enforcement', '--trust-settings'],
  };
  const run = await startRun(scenario, options);
  const outcome = await until(
    () =>
      journalLines(options.stateDir, run.id).find(
        (line) => line.actionId === 'enforcement.prove' && line.type === 'outcome',
      ),
    (line) => line !== undefined,
    60_000,
  );
  const seen = await (await fetch(`${run.exports['seen']}/seen`)).text();
  expect((await run.stop()).status).toBe(5);
  const folder = join(options.stateDir, 'runs', run.id);
  const blob = (digest: string): unknown =>
    JSON.parse(readFileSync(join(folder, 'evidence', digest.replace('sha256:', '')), 'utf8'));
  const { predicate } = blob(String(outcome?.data['evidence'])) as {
    readonly predicate: { readonly passed: boolean | null; readonly blobs: readonly { readonly digest: string }[] };
  };
  const { rows, untried } = blob(predicate.blobs[0]?.digest ?? '') as {
    readonly rows: readonly {
      readonly from: string;
      readonly what: string;
      readonly target: string;
      readonly found: string;
    }[];
    readonly untried: readonly string[];
  };
  const of = (from: string, what: string): readonly string[] =>
    rows.filter((row) => row.from === from && row.what === what).map(({ target, found }) => `${target} ${found}`);
  expect(predicate.passed).toBe(true);
  expect(untried).toEqual([]);
  expect(of('/user', 'edge')).toEqual(['/user.up#0 open']);
  expect(of('/out', 'egress')).toEqual([`127.0.0.1:${port} status 200`]);
  expect(of('/out', 'other-egress')).toEqual(['127.0.0.1:1 status 403', 'not-granted.invalid:443 status 403']);
  expect(of('/user', 'other-egress')).toContain(`127.0.0.1:${port} status 403`);
  expect(of('/served', 'egress')).toEqual([]);
  expect(of('/out', 'provide')).toEqual(expect.arrayContaining(['/served:8080 at 127.0.0.1 refused ECONNREFUSED']));
  expect(of('/out', 'outside')).toEqual(['192.0.2.1:443 refused ENETUNREACH']);
  expect(of('/out', 'export').length).toBeGreaterThanOrEqual(2);
  expect(of('/out', 'socket').length).toBeGreaterThanOrEqual(2);
  expect(new Set(rows.filter(({ what }) => what === 'socket').map(({ found }) => found))).toEqual(
    new Set(['refused ENOENT']),
  );
  // The edge was opened once, and closed without a byte.
  expect(seen).toBe('1 0');
  expect(headgate(['verify-run', run.id], { ...options, args: [] }).status).toBe(0);
}, 120_000);
