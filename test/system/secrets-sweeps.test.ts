/** Commands about secrets are killed at every call of a kind, or told that the disk is full there: what they left is enough to go on. */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countCalls, points, strace, sweepTime } from '../support/run/sweep.ts';
import {
  copyOfHome,
  halfWritten,
  listedAt,
  type SecretsHome,
  secretsCommand,
  secretsHome,
  valuesAt,
} from '../support/secrets/secrets-cli.ts';
import { textBelow } from '../support/secrets/secrets-fixture.ts';
import { createTempFolder } from '../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);

const before = 'canary-before-5d1';
const after = 'canary-after-8e2';
let homes = 0;
const copy = (of: SecretsHome): SecretsHome => copyOfHome(of, join(temp.path, `home${homes++}`));

const empty = secretsHome(temp.lay({}));
const withOne = secretsHome(temp.lay({}));

interface Swept {
  readonly args: readonly string[];
  readonly input: string;
  readonly from: SecretsHome;
  /** What a user does then, and what must be so. */
  readonly recover: (home: SecretsHome, what: string) => Promise<void>;
}

function expectNothingLeft(home: SecretsHome, what: string): void {
  for (const { key, cleanUp, unfinished, versions } of listedAt(home)) {
    expect(cleanUp ?? unfinished, `${what}: ${key}`).toBeNull();
    expect(
      versions.filter(({ status }) => status === 'pending'),
      `${what}: ${key}`,
    ).toEqual([]);
  }
  const audit = secretsCommand(['audit'], home);
  expect(audit.status, `${what}: ${audit.stderr}`).toBe(0);
  const text = textBelow(home.stateDir);
  expect(text.includes(before) || text.includes(after), what).toBe(false);
  expect(halfWritten(home), what).toEqual([]);
}

/** The same command once more, unless it was done to its end. */
async function again(home: SecretsHome, args: readonly string[], what: string): Promise<void> {
  const { current } = await valuesAt(home, 'k');
  const isOver = current === after && listedAt(home).every(({ unfinished }) => unfinished === null);
  const end = secretsCommand(isOver ? ['rotate', 'local/k', '--resume'] : args, home, { input: after });
  expect(end.status, `${what}: ${end.stderr}`).toBe(0);
}

const sweeps: Readonly<Record<string, Swept>> = {
  'a first version': {
    args: ['set', 'local/k'],
    input: after,
    from: empty,
    recover: async (home, what) => {
      await again(home, ['set', 'local/k'], what);
      expect(await valuesAt(home, 'k'), what).toEqual({ current: after, all: [after] });
    },
  },
  'a rotation': {
    args: ['rotate', 'local/k'],
    input: after,
    from: withOne,
    recover: async (home, what) => {
      expect([before, after], what).toContain((await valuesAt(home, 'k')).current);
      await again(home, ['rotate', 'local/k'], what);
      expect(await valuesAt(home, 'k'), what).toEqual({ current: after, all: [before, after] });
    },
  },
  'a deletion': {
    args: ['delete', 'local/k'],
    input: '',
    from: withOne,
    recover: async (home, what) => {
      const end = secretsCommand(['delete', 'local/k'], home);
      expect(end.status, `${what}: ${end.stderr}`).toBe(0);
      expect(await valuesAt(home, 'k'), what).toEqual({ current: undefined, all: [] });
    },
  },
};

const kinds = [
  ['rename,renameat,renameat2', 6],
  ['fsync', 6],
  ['write,pwrite64', 8],
  ['unlink,unlinkat', 6],
] as const;

function lastOf(swept: Swept, calls: string): number {
  const log = join(temp.path, 'calls');
  const home = copy(swept.from);
  const end = secretsCommand(swept.args, home, { input: swept.input, wrap: countCalls(calls, log) });
  expect(end.status, end.stderr).toBe(0);
  rmSync(home.folder, { recursive: true, force: true });
  return readFileSync(log, 'utf8')
    .split('\n')
    .filter((line) => /^(write|pwrite64|fsync|rename|unlink)/.test(line)).length;
}

beforeAll(() => {
  expect(secretsCommand(['set', 'local/k'], withOne, { input: before }).status).toBe(0);
});

describe.each(Object.entries(sweeps))('%s', (_, swept) => {
  it.each(kinds)('survives kill -9 at every %s', { timeout: sweepTime }, async (calls, wanted) => {
    const last = lastOf(swept, calls);
    expect(last).toBeGreaterThan(1);
    let killed = 0;
    for (const n of points(last, wanted)) {
      const home = copy(swept.from);
      const wrap = strace(calls, 'signal=SIGKILL', String(n));
      if (secretsCommand(swept.args, home, { input: swept.input, wrap }).signal === 'SIGKILL') killed++;
      const what = `${calls} ${n} of ${last}`;
      await swept.recover(home, what);
      expectNothingLeft(home, what);
      rmSync(home.folder, { recursive: true, force: true });
    }
    expect(killed).toBeGreaterThan(0);
  });

  it('survives a full disk at every sync', { timeout: sweepTime }, async () => {
    const last = lastOf(swept, 'fsync');
    for (const n of points(last, 6)) {
      const home = copy(swept.from);
      // From that one on, all of them.
      const wrap = strace('fsync', 'error=ENOSPC', `${n}+`);
      const end = secretsCommand(swept.args, home, { input: swept.input, wrap });
      const what = `fsync ${n} of ${last}: ${end.stderr}`;
      expect([0, 3, 4], what).toContain(end.status);
      expect(`${end.stdout}${end.stderr}`, what).not.toMatch(/ at .*\.[cm]?[jt]s:\d+|canary/);
      await swept.recover(home, what);
      expectNothingLeft(home, what);
      rmSync(home.folder, { recursive: true, force: true });
    }
  });
});
