/**
 * Process ids of both sandboxes, each by itself: without the gate, which refuses to start a program that sees too many, something
 * stands in for what must not be reached, and the program tries to end it.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { type Bubblewrap, findBubblewrap } from '../../../src/adapters/sandbox/bubblewrap.ts';
import { confineArguments } from '../../../src/adapters/sandbox/confine.ts';
import { prepare } from '../../../src/adapters/sandbox/prepare.ts';
import { openWorkplace, type Workplace } from '../../../src/adapters/sandbox/workplace.ts';
import { componentLimits } from '../edge-fixture.ts';

let bubblewrap: Bubblewrap;
let workplace: Workplace;
let bystander: ChildProcess | undefined;
beforeAll(async () => {
  bubblewrap = (await findBubblewrap()) as Bubblewrap;
  workplace = openWorkplace();
});
afterEach(() => {
  bystander?.kill('SIGKILL');
});
afterAll(() => workplace.remove());

/** Runs a shell's script in the first sandbox as headgate lays it out, in the place of the agent. */
function inFirst(script: string, ...args: readonly string[]): string {
  const prepared = prepare({
    ...{ workplace, bubblewrap, argv: ['true'], env: {}, cwd: null, files: [], provides: [], slots: [] },
    limits: componentLimits,
  });
  if ('fault' in prepared || !prepared.args) throw new Error('there is no sandbox');
  const { status, stdout, stderr } = spawnSync(
    bubblewrap.path,
    [...prepared.args([]), '--', '/bin/sh', '-c', script, 'sh', ...args],
    { stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe'], encoding: 'utf8' },
  );
  expect(status, stderr).toBe(0);
  return stdout.trim();
}

it('the first: what it holds ends no process of the host, by whatever number', async () => {
  bystander = spawn('sleep', ['600'], { stdio: 'ignore' });
  const ended = new Promise((done) => bystander?.once('exit', done));
  const said = inFirst(
    'kill -9 "$1" 2>/dev/null && echo ended; kill -0 "$1" 2>/dev/null && echo seen; echo tried',
    `${bystander.pid}`,
  );
  expect(said).toBe('tried');
  process.kill(bystander.pid as number, 'SIGTERM');
  await ended;
  // Ended by this signal, and by none before.
  expect(bystander.signalCode).toBe('SIGTERM');
});

it('the second: the program ends nothing of the first, by whatever number', () => {
  const args = confineArguments(bubblewrap, { cwd: '/', filtered: false, nests: false });
  // A /proc can be mounted only together with new process ids; the attack needs none.
  const withoutProc = [...args.slice(0, args.indexOf('--proc')), ...args.slice(args.indexOf('--chdir'))];
  const attack = 'for pid in $(seq 2 400); do [ "$pid" = $$ ] || kill -9 "$pid" 2>/dev/null; done; echo tried';
  const said = inFirst(
    'sleep 600 & agent=$!; "$@"; kill -0 $agent && echo "the agent lives"; kill -9 $agent',
    ...[bubblewrap.path, ...withoutProc, '--', '/bin/sh', '-c', attack],
  );
  expect(said).toBe('tried\nthe agent lives');
});
