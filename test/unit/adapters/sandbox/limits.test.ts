/** What is put in front of a program that limits it, within what holds for headgate already. */
import { expect, it } from 'vitest';
import { type HostLimits, mostTasks, prlimitCommand, standardLimits } from '../../../../src/adapters/sandbox/limits.ts';

const own = (more: Readonly<Record<string, string>> = {}): string =>
  Object.entries({
    'data size': 'unlimited',
    'open files': '1048576',
    'cpu time': 'unlimited',
    'file size': 'unlimited',
    processes: 'unlimited',
    ...more,
  })
    .map(([name, hard]) => `Max ${name.padEnd(22)}unlimited            ${hard.padEnd(21)}units`)
    .join('\n');
const host: HostLimits = { root: false, kernel: '6.1.0', own: own() };
const { dataBytes, fileBytes } = standardLimits;

it('every limit is set, and the program gets no dump of its memory', () => {
  expect(prlimitCommand('/usr/bin/prlimit', standardLimits, host)).toEqual([
    '/usr/bin/prlimit',
    `--data=${dataBytes}`,
    '--nofile=1024',
    '--core=0',
    '--cpu=60:65',
    `--fsize=${fileBytes}`,
    `--nproc=${mostTasks(standardLimits)}`,
    '--',
  ]);
});

it('what has no limit is not limited', () => {
  expect(
    prlimitCommand('p', { ...standardLimits, cpuSeconds: null, fileBytes: null }, { ...host, root: true }),
  ).toEqual(['p', `--data=${dataBytes}`, '--nofile=1024', '--core=0', '--']);
});

it('nobody gets more than headgate has', () => {
  const less = own({ 'data size': '4096', 'open files': '7', 'cpu time': '3', 'file size': '5', processes: '9' });
  expect(prlimitCommand('p', standardLimits, { ...host, own: less })).toEqual([
    'p',
    '--data=4096',
    '--nofile=7',
    '--core=0',
    '--cpu=3:3',
    '--fsize=5',
    '--nproc=9',
    '--',
  ]);
});

it.each([
  ['5.13.19', false],
  ['5.14.0-generic', true],
  ['6.0', true],
  ['4.19.0', false],
])('processes of a user are limited where a namespace counts its own: %s', (kernel, limited) => {
  const command = prlimitCommand('p', standardLimits, { ...host, kernel });
  expect(command.some((arg) => arg.startsWith('--nproc='))).toBe(limited);
});

it('threads and processes are eight times as many as processes', () => {
  expect(mostTasks({ processes: 128 })).toBe(1024);
});
