/** A vault in a file, with processes that are killed, that write at once, and that find no room. */
import { randomUUID } from 'node:crypto';
import { chownSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isRoot, user } from '../support/run/as-user.ts';
import { countCalls, points, strace, sweepTime } from '../support/run/sweep.ts';
import { createTempFolder } from '../support/temp-folder.ts';
import { answerOf, faultOf, localVaultIn, newToken } from '../support/vaults/local-vault.ts';
import { type VaultProcess, vaultProcess } from '../support/vaults/vault-process.ts';
import type { VaultStep } from '../support/vaults/vault-program.ts';

const temp = createTempFolder();
let vaults: VaultProcess;
/** A vault with two secrets, to be copied. */
let laid: string;
beforeAll(async () => {
  vaults = vaultProcess(temp.path);
  laid = temp.lay({});
  const vault = localVaultIn(laid).open();
  for (const key of ['a', 'b']) answerOf(await vault.create(key, `value of ${key}`, newToken()));
});
afterAll(temp.remove);

let folders = 0;
function copied(): string {
  const folder = join(temp.path, `copy${folders++}`);
  cpSync(laid, folder, { recursive: true });
  return folder;
}

/** Nothing but the vault, its backup and its key. */
function expectTidy(folder: string, what: string): void {
  expect(readdirSync(folder).sort(), what).toEqual(['home', 'secrets.vault', 'secrets.vault.backup']);
  expect(readdirSync(join(folder, 'home/keys')), what).toEqual(['local.key']);
  for (const file of ['secrets.vault', 'secrets.vault.backup', 'home/keys/local.key'])
    expect(statSync(join(folder, file)).mode & 0o777, what).toBe(0o600);
}

const all = ['write', 'fsync', 'rename,renameat,renameat2', 'link,linkat', 'unlink,unlinkat', 'mkdir,rmdir'] as const;

function callsOf(calls: string, folder: string, steps: readonly VaultStep[]): number {
  const log = join(temp.path, 'calls');
  const { status, stderr } = vaults.run(folder, steps, countCalls(calls, log));
  expect([status, stderr]).toEqual([0, '']);
  return readFileSync(log, 'utf8')
    .split('\n')
    .filter((line) => /^\w+\(/.test(line)).length;
}

describe('kill -9 of whoever makes a vault', () => {
  it.each(all)('at every %s', { timeout: sweepTime }, (calls) => {
    const last = callsOf(calls, temp.lay({ 'home/x': '' }), [['create', 'a', 'value', randomUUID()]]);
    let killed = 0;
    for (const n of points(last, 6)) {
      const what = `${calls} ${n} of ${last}`;
      const folder = temp.lay({});
      mkdirSync(join(folder, 'home'));
      const step = ['create', 'a', 'canary value', randomUUID()] as const;
      if (vaults.run(folder, [step], strace(calls, 'signal=SIGKILL', String(n))).signal === 'SIGKILL') killed++;
      // Whatever is there, it is told as that, and the same write asked again makes one version.
      const { answers } = vaults.run(folder, [
        ['list'],
        step,
        ['list'],
        ['resolve', 'a'],
        ['putPending', 'a', 'x', randomUUID()],
      ]);
      const [before, made, ...after] = answers;
      expect([['a'], []], what).toContainEqual(before?.value);
      expect(made, what).toMatchObject({ value: { version: '1' } });
      const text = 'canary value';
      expect(after, what).toMatchObject([
        { value: ['a'] },
        { value: { text, version: '1' } },
        { value: { version: '2' } },
      ]);
      expectTidy(folder, what);
      rmSync(folder, { recursive: true });
    }
    expect(killed).toBeGreaterThan(0);
  });
});

describe('kill -9 of whoever rotates a secret', () => {
  it.each(all)('at every %s', { timeout: sweepTime }, (calls) => {
    const steps = (tokens: readonly string[]): readonly VaultStep[] => [
      ['putPending', 'a', 'new value', tokens[0] as string],
      ['promote', 'a', '2', tokens[1] as string],
    ];
    const last = callsOf(calls, copied(), steps(['1', '2']));
    let killed = 0;
    for (const n of points(last, 6)) {
      const what = `${calls} ${n} of ${last}`;
      const folder = copied();
      const asked = steps([randomUUID(), randomUUID()]);
      if (vaults.run(folder, asked, strace(calls, 'signal=SIGKILL', String(n))).signal === 'SIGKILL') killed++;
      const { answers } = vaults.run(folder, [
        ['resolve', 'a'],
        ['resolve', 'b'],
        ...asked,
        ['resolve', 'a'],
        ['resolve', 'a', 1],
      ]);
      const [before, other, put, promoted, now, previous] = answers;
      expect(['value of a', 'new value'], what).toContain((before?.value as { text: string } | undefined)?.text);
      expect(other, what).toMatchObject({ value: { text: 'value of b' } });
      expect([put, promoted], what).toMatchObject([{ value: { version: '2' } }, { value: { version: '2' } }]);
      expect([now, previous], what).toMatchObject([
        { value: { text: 'new value' } },
        { value: { text: 'value of a' } },
      ]);
      expectTidy(folder, what);
      rmSync(folder, { recursive: true });
    }
    expect(killed).toBeGreaterThan(0);
  });
});

describe('a full disk', () => {
  it.each(['write', 'fsync', 'rename,renameat,renameat2', 'mkdir', 'link,linkat'] as const)(
    'at every %s leaves the vault as it was, or makes all of the change',
    { timeout: sweepTime },
    (calls) => {
      const isOfMaking = calls.startsWith('link') || calls === 'mkdir';
      const begun = (): string => (isOfMaking ? temp.lay({ 'home/x': '' }) : copied());
      const last = callsOf(calls, begun(), [['create', 'c', 'value', randomUUID()]]);
      let told = 0;
      for (const n of points(last, 6)) {
        const what = `${calls} ${n} of ${last}`;
        const folder = begun();
        const step = ['create', 'c', 'value', randomUUID()] as const;
        // What is printed is written too, so that of writes only one finds no room.
        const when = calls === 'write' ? String(n) : `${n}+`;
        const [answer] = vaults.run(folder, [step], strace(calls, 'error=ENOSPC', when)).answers;
        if (answer?.fault) {
          expect(answer.fault, what).toMatchObject({ code: 'provider_unavailable', detail: 'disk_full' });
          told++;
        }
        const keys = isOfMaking ? [] : ['a', 'b'];
        const [list] = vaults.run(folder, [['list']]).answers;
        expect([keys, [...keys, 'c']], what).toContainEqual(list?.value);
        expect(vaults.run(folder, [step, ['list']]).answers, what).toMatchObject([
          { value: { version: '1' } },
          { value: [...keys, 'c'] },
        ]);
        expectTidy(folder, what);
        rmSync(folder, { recursive: true });
      }
      expect(told).toBeGreaterThan(0);
    },
  );
});

describe('eight writers at once', () => {
  const writer = (n: number): readonly VaultStep[] =>
    Array.from({ length: 6 }, (_, at): readonly VaultStep[] => [
      ['create', `w${n}/k${at}`, `value ${n} ${at}`, randomUUID()],
      ['putPending', 'a', `pending ${n} ${at}`, randomUUID()],
    ]).flat();

  it('lose nothing of each other, and no reader sees half a file', async () => {
    const folder = copied();
    const writers = Array.from({ length: 8 }, (_, n) => vaults.launch(folder, writer(n)));
    let isOver = false;
    const ends = Promise.all(writers.map(({ ended }) => ended)).finally(() => {
      isOver = true;
    });
    const reader = localVaultIn(folder).open();
    for (let most = 0; !isOver; ) {
      const keys = answerOf(await reader.list());
      expect(keys.length).toBeGreaterThanOrEqual(most);
      most = keys.length;
      await new Promise((done) => setTimeout(done, 2));
    }
    const numbers: string[] = [];
    for (const { answers, status, stderr } of await ends) {
      expect([status, stderr]).toEqual([0, '']);
      expect(answers).toHaveLength(12);
      expect(answers.flatMap(({ fault }) => fault ?? [])).toEqual([]);
      for (const [at, { value }] of answers.entries())
        if (at % 2 === 1) numbers.push((value as { version: string }).version);
    }
    // Each version was given once.
    expect(numbers.map(Number).sort((a, b) => a - b)).toEqual(Array.from({ length: 48 }, (_, n) => n + 2));
    expect(answerOf(await reader.list())).toHaveLength(50);
    for (let n = 0; n < 8; n++) expect(answerOf(await reader.resolve({ key: `w${n}/k5` })).text).toBe(`value ${n} 5`);
    expectTidy(folder, 'after all of them');
  });

  it('lose nothing that was answered when some of them are killed', async () => {
    const folder = copied();
    const writers = Array.from({ length: 8 }, (_, n) => vaults.launch(folder, writer(n)));
    for (const [n, { kill }] of writers.entries()) if (n % 2 === 0) setTimeout(kill, 150 + 120 * n);
    const ends = await Promise.all(writers.map(({ ended }) => ended));
    const vault = localVaultIn(folder).open();
    const keys = answerOf(await vault.list());
    for (const [n, { answers, signal }] of ends.entries()) {
      if (n % 2 === 1) expect([signal, answers.length]).toEqual([null, 12]);
      for (const [at, { value, fault }] of answers.entries()) {
        expect(fault).toBeUndefined();
        if (at % 2 === 0) expect(keys).toContain(`w${n}/k${at / 2}`);
        else {
          const number = Number((value as { version: string }).version);
          const { text } = answerOf(await vault.resolve({ key: 'a', version: { number } }));
          expect(text).toBe(`pending ${n} ${(at - 1) / 2}`);
        }
      }
    }
    answerOf(await vault.create('last', 'value', newToken()));
    expectTidy(folder, 'after the next writer');
  });
});

describe('what belongs to somebody else', () => {
  it.runIf(isRoot)('is no key', async () => {
    const folder = copied();
    const place = localVaultIn(folder);
    chownSync(place.keyFile, user, user);
    for (const answer of [await place.open().resolve({ key: 'a' }), await place.open().create('c', 'v', newToken())])
      expect(faultOf(answer)).toMatchObject({ code: 'access_denied', detail: 'key_file_of_another_user' });
    expect((await place.open().health()).code).toBe('key_file_of_another_user');
  });

  it.runIf(isRoot)('is no folder of the lock', async () => {
    const folder = copied();
    mkdirSync(join(folder, 'secrets.vault.lock'));
    chownSync(join(folder, 'secrets.vault.lock'), user, user);
    expect(faultOf(await localVaultIn(folder).open().create('c', 'value', newToken())).detail).toBe('lock_folder');
  });

  it('is not reached over a link', async () => {
    const folder = copied();
    const elsewhere = temp.lay({});
    symlinkSync(elsewhere, join(folder, 'secrets.vault.lock'));
    expect(faultOf(await localVaultIn(folder).open().create('c', 'value', newToken())).detail).toBe('lock_folder');
    rmSync(join(folder, 'secrets.vault.lock'));
    for (const name of ['secrets.vault.backup', 'secrets.vault']) {
      const path = join(folder, name);
      const target = join(elsewhere, name);
      cpSync(path, target);
      rmSync(path);
      symlinkSync(target, path);
      const before = readFileSync(target, 'utf8');
      const answer = await localVaultIn(folder).open().create(name, 'value', newToken());
      // A backup is replaced, and a vault is refused.
      if (name === 'secrets.vault') expect(faultOf(answer).detail).toBe('link');
      else answerOf(answer);
      expect(readFileSync(target, 'utf8')).toBe(before);
    }
  });
});
