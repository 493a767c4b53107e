import { describe, expect, it } from 'vitest';
import type { Said } from '../../../../../src/adapters/sandbox/self-check/attempts.ts';
import { judgeAttempts, type Seen } from '../../../../../src/adapters/sandbox/self-check/judge-attempts.ts';
import { startTimesAround } from '../../../../../src/adapters/sandbox/self-check/own-processes.ts';

const nothing: Said = { outside: [], git: [], keys: [], kernel: [], ports: [], processes: ['1'], keyring: false };
const seen: Seen = {
  outside: [],
  git: [],
  keys: ['a key', '~/.ssh/id'],
  connections: 0,
  pid: process.pid,
  kernel: ['/proc/sys/a'],
  hasTree: true,
};
const judge = (said: Partial<Said>, more: Partial<Seen> = {}) =>
  judgeAttempts(JSON.stringify({ ...nothing, ...said }), { ...seen, ...more });
const own = [...startTimesAround(process.pid)][0] ?? '';

describe('000-5,13 a self-check', () => {
  it('passes when nothing could be done', () => {
    const { passed, attempts } = judge({});
    expect([passed, attempts.length]).toEqual([true, 7]);
    expect(attempts.every(({ outcome }) => outcome === 'denied')).toBe(true);
  });

  it.each([
    ['writing outside of its workspace', {}, { outside: ['~'] }, ['~']],
    ['a port on the loopback of the host', {}, { connections: 1 }, ['127.0.0.1']],
    ['processes of the host', { processes: ['1', own] }, {}, ['headgate']],
    ['`.git` of the workspace', {}, { git: ['.git'] }, ['.git']],
    ['key files', { keys: [1] }, {}, ['~/.ssh/id']],
    ['settings of the kernel', { kernel: [0] }, {}, ['/proc/sys/a']],
    ['the keyring of the caller', { keyring: true }, {}, ['session']],
  ] as const)('fails for %s', (what, said, more, found) => {
    const { passed, attempts } = judge(said as Partial<Said>, more);
    expect(passed).toBe(false);
    expect(attempts.filter(({ outcome }) => outcome !== 'denied')).toEqual([{ what, outcome: 'done', found }]);
  });

  it('believes nobody that a file was not written or a port not reached', () => {
    const { passed } = judge({ outside: [], ports: [] }, { outside: ['~'], connections: 2 });
    expect(passed).toBe(false);
  });

  it('that could not be tried has not passed', () => {
    expect(judge({ keyring: null }).passed).toBeNull();
    for (const text of ['', 'null', '[]', '{}', '{"keys":[]}', 'not JSON']) {
      const { passed, attempts } = judgeAttempts(text, seen);
      expect(passed, text).toBeNull();
      expect(
        attempts.every(({ outcome }) => outcome === 'unknown'),
        text,
      ).toBe(true);
    }
    expect(judgeAttempts('', { ...seen, outside: ['~'] }).passed).toBe(false);
  });
});
