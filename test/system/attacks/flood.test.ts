/** Programs that say more than anybody reads: they wait, and headgate does not grow. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { cliPath } from '../../support/cli.ts';
import { asUser, ownedByUser } from '../../support/run/as-user.ts';
import { identities } from '../../support/run/attacks.ts';
import { launch, runEnvironment, until } from '../../support/run/cli-run.ts';
import { storedLines } from '../../support/run/leftovers.ts';
import { python, scenarioOf } from '../../support/run/scenarios.ts';
import { useRuns } from '../../support/run/use-runs.ts';

const { folder, lay, options } = useRuns();

/** MiB that the process has at most been, or is now, in memory. */
function memoryOf(pid: number | undefined, what: 'VmHWM' | 'VmRSS'): number {
  const text = readFileSync(`/proc/${pid}/status`, 'latin1');
  return Number(new RegExp(`^${what}:\\s*(\\d+)`, 'm').exec(text)?.[1]) / 1024;
}

const linesInPiece = 80;
/** Writes `pieces` of 16,000 bytes to a descriptor, and after each how many there were. */
const flood = (descriptor: number, pieces: number): string => `
import os
text = (b'x' * 199 + b'\\n') * ${linesInPiece}
for i in range(${pieces}):
    left = memoryview(text)
    while left: left = left[os.write(${descriptor}, left):]
    with open('/data/count', 'w') as f: f.write('%d\\n' % (i + 1))
`;

describe.each(identities)('as %s', (as) => {
  it.each([
    ['standard error', 2],
    ['standard output', 1],
  ])('%s that nobody reads makes the program wait, and is whole when it is read', async (_, descriptor) => {
    const pieces = 4_000;
    const flooding = python(flood(descriptor, pieces), {
      restart: 'never',
      program: { mounts: [{ path: '/data', from: 'resources.data' }] },
      manifest: { resources: { data: { kind: 'storage' } } },
    });
    const stateDir = as === 'user' ? ownedByUser(folder, `flood${descriptor}`) : join(folder, `of-root${descriptor}`);
    const given = options({ stateDir, wrap: as === 'user' ? asUser(folder) : [] });
    const { child, ended } = launch(['run', lay(scenarioOf({ flooding }))], given);
    child.stderr?.pause();
    const written = (): number => Number(storedLines(given.stateDir, 'count')[0] ?? 0);
    // Until it waits, or has written everything.
    let before = -1;
    while (written() === 0 || written() !== before) {
      before = written();
      await sleep(1_500);
      expect(child.exitCode).toBeNull();
    }
    expect(before).toBeLessThan(pieces / 10);
    expect(memoryOf(child.pid, 'VmRSS')).toBeLessThan(200);
    child.stderr?.resume();
    const { status, stderr } = await ended;
    expect(status, stderr.slice(-500)).toBe(0);
    expect(written()).toBe(pieces);
    expect(stderr.match(/ \/flooding \| x{199}\n/g)).toHaveLength(pieces * linesInPiece);
  });
});

it('standard error of a policy is read to its end, and of it the end alone is kept', async () => {
  const answer = `
class H(__import__('http.server').server.BaseHTTPRequestHandler):
    def log_message(self, *args): pass
    def do_POST(self):
        self.rfile.read(int(self.headers['content-length'])); body = b'{"interpositions":[]}'
        self.send_response(200); self.send_header('content-type', 'application/json')
        self.send_header('content-length', str(len(body))); self.end_headers(); self.wfile.write(body)
__import__('http.server').server.HTTPServer(('127.0.0.1', 18400), H).serve_forever()
`;
  const policy = {
    manifest_version: '0.4.0',
    program: {
      path: '/usr/bin/env',
      args: ['python3', '-c', flood(2, 20_000).replace(/ {4}with open.*\n/, '') + answer],
      network: { endpoints: [{ name: 'policy', port: 18_400 }] },
    },
    provides: { edges: { kind: 'http', profile: 'policy', endpoint: 'policy' } },
    exports: { edges: 'provides.edges' },
  };
  const scenario = lay({
    'scenario.json': JSON.stringify({ manifest_version: '0.4.0', use: { p: './p.json' }, policies: ['#p.edges'] }),
    'p.json': JSON.stringify(policy),
  });
  const plan = ['--emit', `plan=${join(scenario, '../plan.json')}`];
  const child = spawn(process.execPath, [cliPath, 'compile', scenario, ...plan], { env: runEnvironment() });
  let most = 0;
  let said = '';
  child.stderr.on('data', (chunk) => {
    said += chunk;
  });
  await until(
    () => {
      if (child.exitCode === null) most = Math.max(most, memoryOf(child.pid, 'VmHWM') || 0);
      return child.exitCode;
    },
    (code) => code !== null,
    120_000,
  );
  expect(child.exitCode, said).toBe(0);
  expect(most).toBeGreaterThan(20);
  expect(most).toBeLessThan(250);
});
