/** Keys of whoever calls headgate: a sandbox begins in a keyring of its own, whatever the filter of system calls would let through. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { withOwnKeyring } from '../../../src/adapters/sandbox/own-keyring.ts';
import { deniedCalls } from '../../../src/adapters/sandbox/seccomp/denied-calls.ts';
import { architectureOf } from '../../../src/adapters/sandbox/seccomp/filter.ts';
import { cliPath } from '../../support/cli.ts';
import { runEnvironment } from '../../support/run/cli-run.ts';
import { python, scenarioOf } from '../../support/run/scenarios.ts';
import { createTempFolder } from '../../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);
const architecture = architectureOf(process.arch) ?? 'x86_64';
const number = (name: string): number => deniedCalls.find((call) => call.name === name)?.[architecture] as number;

/** Joins a new keyring of the session, puts a key there that whoever has it may read, and becomes its arguments. */
const holder = `import ctypes, os, sys
call = ctypes.CDLL(None, use_errno=True).syscall
assert call(${number('keyctl')}, 1, None) > 0
key = call(${number('add_key')}, b'user', b'headgate-test', b'canary-9133', 11, -3)
assert key > 0 and call(${number('keyctl')}, 5, key, 0x3f3f3f3f) == 0
os.execv(sys.argv[1], sys.argv[1:])`;
const reader = `import ctypes
libc = ctypes.CDLL(None)
buffer = ctypes.create_string_buffer(64)
key = libc.syscall(${number('request_key')}, b'user', b'headgate-test', None, 0)
libc.syscall(${number('keyctl')}, 11, key, buffer, 64)
print(key > 0, buffer.value.decode())`;

const read = { file: '/usr/bin/python3', args: ['-c', reader] };
const asCaller = ({ file, args }: { readonly file: string; readonly args: readonly string[] }): string => {
  const { stdout, stderr } = spawnSync('/usr/bin/python3', ['-c', holder, file, ...args], { encoding: 'utf8' });
  return stdout + stderr;
};

describe('a key in the keyring of the session', () => {
  it('is read by whoever is started in it, without a filter', () => expect(asCaller(read)).toBe('True canary-9133\n'));

  it('is not there for what begins in a keyring of its own', () => {
    expect(asCaller(withOwnKeyring(read))).toBe('False \n');
  });
});

it('every sandbox begins in one', () => {
  const folder = temp.lay(scenarioOf({ a: python('print("a")', { restart: 'never' }) }));
  const trace = join(temp.path, 'trace');
  const { status, stderr } = spawnSync(
    '/usr/bin/strace',
    [
      '-f',
      '-e',
      'trace=keyctl,execve',
      '-o',
      trace,
      process.execPath,
      cliPath,
      'run',
      join(folder, 'scenario.json'),
      '--state-dir',
      join(temp.path, 'state'),
    ],
    { encoding: 'utf8', env: runEnvironment() },
  );
  expect(status, stderr).toBe(0);
  const calls = readFileSync(trace, 'utf8').split('\n');
  const outer = calls.filter((line) => /execve\("[^"]*bwrap", \[[^\]]*"--args"/.test(line) && / = 0$/.test(line));
  const own = new Set(
    calls
      .filter((line) => /keyctl\(KEYCTL_JOIN_SESSION_KEYRING, NULL\)\s+= \d+/.test(line))
      .map((line) => line.split(' ')[0]),
  );
  expect(own.size).toBeGreaterThan(0);
  expect(outer.filter((line) => own.has(line.split(' ')[0] as string))).toHaveLength(own.size);
});
