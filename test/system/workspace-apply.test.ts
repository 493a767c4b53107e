/** Bringing changes back is killed at every call of a kind, and told that the disk is full there. */
import { spawn, spawnSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countCalls, points, strace, sweepTime } from '../support/run/sweep.ts';
import { contentOf, differences, layDown, statsOf, treeAt } from '../support/sync/files.ts';
import { type FinalizeEnd, finalizeProcess } from '../support/sync/finalize-process.ts';
import { laySides, type Sides } from '../support/sync/sides.ts';
import { createTempFolder } from '../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);
const finalize = finalizeProcess(temp.path);

let count = 0;
const lay = (): Sides => laySides(join(temp.path, `sides${count++}`));
const clear = ({ folder }: Sides): void => rmSync(folder, { recursive: true, force: true });

let untouched: { readonly answer: unknown };
beforeAll(() => {
  const sides = lay();
  untouched = finalize(sides);
  expectDone(sides, untouched.answer, 'untouched');
  clear(sides);
});

function expectDone(sides: Sides, answer: unknown, what: string): void {
  expect(differences(sides.wanted, sides.target), what).toBe('');
  expect(contentOf(sides.target), what).toBe(contentOf(sides.wanted));
  expect(readdirSync(dirname(sides.target)), what).toEqual(['target']);
  expect(answer, what).toEqual(untouched.answer);
}

const kinds = [
  ['write,pwrite64', 10],
  ['rename,renameat,renameat2', 16],
  ['link,linkat', 12],
  ['unlink,unlinkat,rmdir', 12],
  ['fsync,fdatasync', 14],
  ['mkdir,mkdirat,symlink,symlinkat', 8],
  ['fchmod,chmod,fchmodat', 6],
] as const;

function lastOf(calls: string): number {
  const log = join(temp.path, 'calls');
  const sides = lay();
  expect(finalize(sides, countCalls(calls, log)).status).toBe(0);
  clear(sides);
  const names = new RegExp(`^(${calls.replaceAll(',', '|')})\\(`);
  return readFileSync(log, 'utf8')
    .split('\n')
    .filter((line) => names.test(line)).length;
}

describe('kill -9 while changes are staged and applied', () => {
  it.each(kinds)('at every %s: the next time ends at the same tree', { timeout: sweepTime }, (calls, wanted) => {
    const last = lastOf(calls);
    expect(last).toBeGreaterThan(1);
    let killed = 0;
    for (const n of points(last, wanted)) {
      const sides = lay();
      const what = `${calls} ${n} of ${last}`;
      const { signal } = finalize(sides, strace(calls, 'signal=SIGKILL', String(n)));
      if (signal === 'SIGKILL') killed++;
      const { answer, stderr } = finalize(sides);
      expect(stderr, what).toBe('');
      expectDone(sides, answer, what);
      clear(sides);
    }
    expect(killed).toBeGreaterThan(0);
  });

  it('twice in a row, at each rename: and the third time ends', { timeout: sweepTime }, () => {
    const calls = 'rename,renameat,renameat2';
    const last = lastOf(calls);
    for (const n of points(last, 6)) {
      const sides = lay();
      const what = `${calls} ${n} of ${last}`;
      finalize(sides, strace(calls, 'signal=SIGKILL', String(n)));
      finalize(sides, strace(calls, 'signal=SIGKILL', '2'));
      expectDone(sides, finalize(sides).answer, what);
      clear(sides);
    }
  });
});

describe('changes that are given up after kill -9', () => {
  it.each([
    ['rename,renameat,renameat2', 12],
    ['link,linkat', 8],
    ['unlink,unlinkat,rmdir', 8],
  ] as const)('at every %s: the source is as it was before', { timeout: sweepTime }, (calls, wanted) => {
    const last = lastOf(calls);
    let applied = 0;
    for (const n of points(last, wanted)) {
      const sides = lay();
      const before = contentOf(sides.target);
      const what = `${calls} ${n} of ${last}`;
      finalize(sides, strace(calls, 'signal=SIGKILL', String(n)));
      if (contentOf(sides.target) !== before) applied++;
      const beside = readdirSync(dirname(sides.target));
      const staged = beside.some((name) => name !== 'target' && !name.endsWith('-gone'));
      const { answer, stderr } = finalize(sides, [], 'revert');
      expect(stderr, what).toBe('');
      expect(answer, what).toEqual({});
      // Once what lay ready is gone, everything was applied, and stays.
      expect(contentOf(sides.target), what).toBe(staged ? before : contentOf(sides.wanted));
      expect(readdirSync(dirname(sides.target)), what).toEqual(['target']);
      clear(sides);
    }
    expect(applied).toBeGreaterThan(0);
  });
});

describe('a file system without second names', () => {
  const noLinks = ['-e', 'inject=link,linkat:error=EPERM'];
  const calls = 'rename,renameat,renameat2';
  const without = (kill: string): readonly string[] => [
    ...strace(calls, 'signal=SIGKILL', kill).map((word) => (word.startsWith('trace=') ? `${word},link,linkat` : word)),
    ...noLinks,
  ];

  it('gets the same, killed at each rename or not', { timeout: sweepTime }, () => {
    let ended = false;
    let killed = 0;
    for (const n of [...points(60, 10), 1_000]) {
      const sides = lay();
      const { signal, status, answer } = finalize(sides, without(String(n)));
      if (signal === 'SIGKILL') killed++;
      else {
        expect(status).toBe(0);
        expectDone(sides, answer, 'without a kill');
        ended = true;
      }
      expectDone(sides, finalize(sides, without('1000')).answer, `rename ${n}`);
      clear(sides);
    }
    expect([ended, killed > 3]).toEqual([true, true]);
  });
});

describe('a disk that is full', () => {
  it.each([
    ['write,pwrite64', 6],
    ['rename,renameat,renameat2', 12],
    ['link,linkat', 10],
    ['mkdir,mkdirat,symlink,symlinkat', 6],
    ['fsync,fdatasync', 10],
  ] as const)('at every %s: the target is untouched or as it is to be', { timeout: sweepTime }, (calls, wanted) => {
    const last = lastOf(calls);
    // A disk that is full stays so for what takes space; renames back take none, and an answer is written anyway.
    const when = (n: number): string => (/rename|fsync|write/.test(calls) ? String(n) : `${n}+`);
    let faults = 0;
    for (const n of points(last, wanted)) {
      const sides = lay();
      const what = `${calls} ${n} of ${last}`;
      const before = statsOf(sides.target);
      const { answer, status } = finalize(sides, strace(calls, 'error=ENOSPC', when(n)));
      if (answer?.fault) {
        faults++;
        expect(answer.fault.code, what).toBe('workspace_no_space');
        expect(statsOf(sides.target), what).toBe(before);
        expect(readdirSync(dirname(sides.target)), what).toEqual(['target']);
        // What its caller wrote down is of no use any more.
        rmSync(join(sides.folder, 'record'), { recursive: true });
      } else if (status === 0) expectDone(sides, answer, what);
      expectDone(sides, finalize(sides).answer, what);
      clear(sides);
    }
    expect(faults).toBeGreaterThan(0);
  });
});

/** In a mount namespace of its own, where `place` is a tmpfs of this size. */
function onSmallDisk(place: string, size: string, script: string, args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(
    'unshare',
    ['-m', 'sh', '-ec', `mount -t tmpfs -o ${size} tmpfs "$1" && ${script}`, 'sh', place, ...args],
    { encoding: 'utf8' },
  );
  expect([status, stderr]).toEqual([0, '']);
  return stdout;
}

describe.runIf(process.geteuid?.() === 0)('a real file system without room', () => {
  /** Source, copy and base are laid outside, and the source is moved into the small one. */
  function faultOn(size: string, filler: string): { readonly fault: string; readonly same: string } {
    const folder = join(temp.path, `small${count++}`);
    const around = join(folder, 'around');
    const base = join(folder, 'base');
    const copy = join(folder, 'copy');
    layDown(base, { a: 'a', b: 'b' });
    layDown(copy, {
      a: 'x'.repeat(300_000),
      b: 'b',
      ...Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`n${i}`, `${i}`])),
    });
    mkdirSync(around);
    mkdirSync(join(folder, 'record'));
    const output = onSmallDisk(
      around,
      size,
      `cp -a "$2" "$1/target"; ${filler}
       find "$1/target" -printf '%P %i %T@ %m %s\\n' >"$4/before"
       strace -qq -o "$4/calls" -e trace=mkdir,mkdirat "$5" "$6" "$2" "$1/target" "$3" "$4/record"
       find "$1/target" -printf '%P %i %T@ %m %s\\n' | cmp - "$4/before" && echo same; ls -A "$1"`,
      [base, copy, folder, process.execPath, join(temp.path, 'finalize-program.mjs')],
    );
    const [answer = '', same = '', ...left] = output.trim().split('\n');
    expect(left.filter((name) => name.startsWith('.'))).toEqual([]);
    expect(existsSync(join(folder, 'record/intent.json'))).toBe(false);
    expect(readFileSync(join(folder, 'calls'), 'utf8')).not.toContain('.headgate-staging-');
    return { fault: JSON.parse(answer).fault.code, same };
  }

  it('for bytes is noticed before anything is written', () => {
    expect(faultOn('size=256k', 'true')).toEqual({ fault: 'workspace_no_space', same: 'same' });
  });

  it('for inodes is noticed before anything is written', () => {
    expect(faultOn('size=4m,nr_inodes=20', 'true')).toEqual({ fault: 'workspace_no_space', same: 'same' });
  });

  it('in another mount than its folder is staged within itself, and applied', () => {
    const sides = lay();
    const inside = join(sides.folder, 'mounted');
    mkdirSync(inside);
    mkdirSync(join(sides.folder, 'record'));
    const output = onSmallDisk(
      inside,
      'size=4m',
      `cp -a "$2/." "$1"
       "$6" "$7" "$3" "$1" "$4" "$5/record" stage; find "$1" -maxdepth 1 -name '.headgate*' -printf '%f %m\\n'
       "$6" "$7" "$3" "$1" "$4" "$5/record"; rsync -nrlcDE --delete --itemize-changes "$5/wanted/" "$1/"; ls -A "$1" | grep headgate || true`,
      [sides.target, sides.base, sides.copy, sides.folder, process.execPath, join(temp.path, 'finalize-program.mjs')],
    );
    const [, name, answer = '', ...left] = output.trim().split('\n');
    expect(name).toBe('.headgate-staging-swept 700');
    expect(JSON.parse(answer)).toEqual(untouched.answer);
    expect(left).toEqual([]);
  });
});

describe('a folder around the source that its user cannot write to', () => {
  it.runIf(process.geteuid?.() === 0)('is left alone: changes are staged within the source', () => {
    const sides = lay();
    const user = '51234';
    spawnSync('chown', ['-R', `${user}:${user}`, sides.target, sides.copy, sides.base]);
    mkdirSync(join(sides.folder, 'record'));
    spawnSync('chown', [user, join(sides.folder, 'record')]);
    spawnSync('chmod', ['755', temp.path, sides.folder, dirname(sides.target)]);
    const as = ['setpriv', `--reuid=${user}`, `--regid=${user}`, '--clear-groups'];
    const { status, stderr } = finalize(sides, as, 'stage');
    expect([status, stderr]).toEqual([0, '']);
    expect(readdirSync(sides.target)).toContain('.headgate-staging-swept');
    expectDone(sides, finalize(sides, as).answer, 'within');
    clear(sides);
  });
});

describe('an edit within the moment of an exchange', () => {
  /** Microseconds for which the kernel holds the call back. */
  const held = 5_000_000;
  const one = (): Sides => {
    const folder = join(temp.path, `moment${count++}`);
    const sides = {
      folder,
      base: join(folder, 'base'),
      target: join(folder, 'around/target'),
      copy: join(folder, 'copy'),
      wanted: '',
    };
    for (const [side, text] of [
      [sides.base, 'old'],
      [sides.target, 'old'],
      [sides.copy, 'new'],
    ] as const)
      layDown(side, { a: text, b: 'b' });
    return sides;
  };
  const hasSecondName = async ({ target }: Sides): Promise<void> =>
    expect.poll(() => existsSync(join(dirname(target), '.headgate-staging-swept/old-0'))).toBe(true);
  const expectMine = (sides: Sides, { answer }: FinalizeEnd, text: string): void => {
    expect(answer?.conflicts?.map(({ path, resolution }) => [path, resolution])).toEqual([['a', 'pending']]);
    expect(readFileSync(join(sides.target, 'a'), 'utf8')).toBe(text);
    clear(sides);
  };

  it('by a new file in its place, after the old one got its second name', { timeout: sweepTime }, async () => {
    const sides = one();
    const end = finalize.beside(sides, strace('link,linkat', `delay_exit=${held}`, '1'));
    await hasSecondName(sides);
    writeFileSync(join(sides.folder, 'mine'), 'mine');
    renameSync(join(sides.folder, 'mine'), join(sides.target, 'a'));
    expectMine(sides, await end, 'mine');
  });

  it('by who holds it open, until the rename', { timeout: sweepTime }, async () => {
    const sides = one();
    const fd = openSync(join(sides.target, 'a'), 'r+');
    // The first is that of the record.
    const end = finalize.beside(sides, strace('rename,renameat,renameat2', `delay_enter=${held}`, '2'));
    await hasSecondName(sides);
    await new Promise((done) => setTimeout(done, 1_000));
    writeSync(fd, 'OLD', 0);
    closeSync(fd);
    expectMine(sides, await end, 'OLD');
  });
});

describe('somebody who swaps a folder for a link, again and again', () => {
  const swap = `
import os, sys
place, outside = sys.argv[1:]
while True:
    try:
        os.rename(place, place + '.away'); os.symlink(outside, place)
        os.unlink(place); os.rename(place + '.away', place)
    except FileNotFoundError: break`;

  it.each(['target', 'copy'] as const)('in the %s, leads nobody out of it', { timeout: sweepTime }, async (side) => {
    for (let round = 0; round < 4; round++) {
      const folder = join(temp.path, `swapped${count++}`);
      const sides = {
        folder,
        base: join(folder, 'base'),
        target: join(folder, 'around/target'),
        copy: join(folder, 'copy'),
        wanted: '',
      };
      const files = (text: string): Record<string, string> =>
        Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`d/f${i}`, `${text} ${i}`]));
      for (const [place, text] of [
        [sides.base, 'old'],
        [sides.target, 'old'],
        [sides.copy, 'new'],
      ] as const)
        layDown(place, { ...files(text), 'd/gone': 'old', k: 'k' });
      rmSync(join(sides.copy, 'd/gone'));
      // The same as what the merge expects there, so that nothing but the way is wrong.
      const outside = join(folder, 'outside');
      layDown(outside, { gone: 'old' });
      layDown(
        outside,
        Object.fromEntries(
          Array.from({ length: 30 }, (_, i) => [`f${i}`, side === 'target' ? `old ${i}` : `secret ${i}`]),
        ),
      );
      const before = statsOf(outside);
      finalize(sides, [], 'stage');
      if (side === 'copy') rmSync(join(folder, 'record'), { recursive: true });
      const swapper = spawn('python3', ['-c', swap, join(sides[side], 'd'), outside]);
      const end = await finalize.beside(sides, []);
      swapper.kill('SIGKILL');
      await new Promise((done) => swapper.once('close', done));
      expect(end.stderr === '' || /ENOENT|ELOOP|ENOTDIR/.test(end.stderr), end.stderr).toBe(true);
      expect(statsOf(outside)).toBe(before);
      for (const [path, entry] of treeAt(sides.target))
        if (entry.kind === 'file') expect(readFileSync(join(sides.target, path), 'utf8')).not.toContain('secret');
      clear(sides);
    }
  });
});

describe('a loss of power', () => {
  it('finds what was renamed whole: files are synced before it, and their folders after it', () => {
    const sides = lay();
    const log = join(temp.path, 'synced');
    const calls = 'fsync,rename,renameat,renameat2,link,linkat,unlink,rmdir,write';
    finalize(sides, ['strace', '-qq', '-y', '-s', '0', '-o', log, '-e', `trace=${calls}`]);
    const lines = readFileSync(log, 'utf8').split('\n');
    const synced = new Set<string>();
    const awaited = new Set<string>();
    let placed = 0;
    for (const line of lines) {
      const [, path = ''] = /^fsync\(\d+<(.*)>\)/.exec(line) ?? [];
      synced.add(path);
      awaited.delete(path);
      const written = /^write\(\d+<(.*\/new-\d+)>/.exec(line)?.[1];
      if (written !== undefined) awaited.add(written);
      if (/^(rename|link)/.test(line)) placed++;
      if (/^(rename|link)/.test(line) && [...awaited].some((one) => one.includes('/new-')))
        throw new Error(`${line}: ${[...awaited]}`);
    }
    expect(placed).toBeGreaterThan(10);
    const folders = ['', '/dir', '/added', '/added/with', '/file-to-folder', '/file-to-folder/and', '/case'];
    expect(folders.filter((folder) => !synced.has(sides.target + folder))).toEqual([]);
    const staging = join(dirname(sides.target), '.headgate-staging-swept');
    expect([staging, dirname(sides.target)].filter((folder) => !synced.has(folder))).toEqual([]);
    // What stands last in the record of a change is what syncs its folder: nothing is renamed into one after that.
    const last = (wanted: RegExp): number => lines.findLastIndex((line) => wanted.test(line));
    expect(last(new RegExp(`^fsync\\(\\d+<${sides.target}`))).toBeGreaterThan(last(/^(link|linkat)\(/));
    clear(sides);
  });
});

describe('an emptied copy', () => {
  it('removes nothing: 0 unlinks, renames and rmdirs', () => {
    const sides = lay();
    rmSync(sides.copy, { recursive: true });
    mkdirSync(sides.copy);
    const before = statsOf(sides.target);
    const log = join(temp.path, 'emptied');
    const end = finalize(sides, countCalls('unlink,unlinkat,rmdir,rename,renameat,renameat2,link,linkat', log));
    expect(end.answer?.fault?.code).toBe('suspicious_deletion');
    expect(
      readFileSync(log, 'utf8')
        .split('\n')
        .filter((line) => /^(unlink|rmdir|rename|link)/.test(line)),
    ).toEqual([]);
    expect(statsOf(sides.target)).toBe(before);
    clear(sides);
  });
});

describe('003-C5.1', () => {
  const files = process.env['HEADGATE_WHOLE'] === '1' ? 100_000 : 5_000;

  it(`${files} untouched files keep inode, mtime and mode`, { timeout: sweepTime }, () => {
    const folder = join(temp.path, `many${count++}`);
    const sides: Sides = {
      folder,
      base: join(folder, 'base'),
      target: join(folder, 'around/target'),
      copy: join(folder, 'copy'),
      wanted: '',
    };
    layDown(
      sides.target,
      Object.fromEntries(Array.from({ length: files }, (_, i) => [`d${i % 50}/e${i % 7}/f${i}`, `${i}`])),
    );
    for (const side of [sides.base, sides.copy]) spawnSync('cp', ['-r', sides.target, side]);
    spawnSync('sh', [
      '-c',
      'find "$1" -name "*3" -exec chmod 640 {} +; find "$1" -name "*4" -exec touch -d 2001-02-03 {} +',
      'sh',
      sides.target,
    ]);
    const changed = Array.from({ length: 10 }, (_, i) => `d${(i * 31) % 50}/e${(i * 31) % 7}/f${i * 31}`);
    layDown(sides.copy, Object.fromEntries(changed.map((path) => [path, 'changed'])));
    const others = (): string =>
      statsOf(sides.target)
        .split('\n')
        .filter((line) => !changed.some((path) => line.startsWith(`${path} `)))
        .join('\n');
    const before = others();
    const { answer, stderr } = finalize(sides);
    expect([answer?.written, stderr]).toEqual([[...changed].sort(), '']);
    expect(others()).toBe(before);
    expect(differences(sides.copy, sides.target)).toBe('');
    clear(sides);
  });
});
