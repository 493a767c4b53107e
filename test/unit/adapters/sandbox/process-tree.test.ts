/** Processes below another, found in both ways that a kernel may allow. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { childrenBySearch, childrenOf, descendants, numbersOf } from '../../../../src/adapters/sandbox/process-tree.ts';

let shell: ChildProcess;
/** Of the shell, and of its child with an odd name. */
let pids: readonly number[] = [];
beforeAll(async () => {
  const script = 'exec -a "a ) S 1 (b" sleep 60 & echo $!; wait';
  shell = spawn('bash', ['-c', script], { stdio: ['ignore', 'pipe', 'ignore'] });
  const [line] = (await once(shell.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
  pids = [shell.pid as number, Number(line.toString())];
});
afterAll(async () => {
  for (const pid of pids) process.kill(pid, 'SIGKILL');
  await once(shell, 'close');
});

it('children, of whatever name', () => {
  const [parent = 0, child = 0] = pids;
  expect(childrenOf(parent)).toEqual([child]);
  expect(childrenBySearch(parent)).toEqual([child]);
  expect(childrenBySearch(process.pid)).toEqual(expect.arrayContaining([parent]));
  expect(childrenOf(child)).toEqual([]);
});

it('all below, and none of a process that is gone', () => {
  const [parent = 0, child = 0] = pids;
  expect(descendants(process.pid)).toEqual(expect.arrayContaining([parent, child]));
  expect(descendants(parent)).toEqual([child]);
  expect(descendants(2 ** 22 + 1)).toEqual([]);
});

it('numbers in each namespace', () => {
  expect(numbersOf(process.pid).at(-1)).toBe(process.pid);
  expect(numbersOf(2 ** 22 + 1)).toEqual([]);
});
