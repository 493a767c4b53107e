import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { scanCacheFile } from '../../../../src/adapters/sync/scan/cache-file.ts';
import { type SnapshotOptions, takeSnapshot } from '../../../../src/adapters/sync/snapshot.ts';
import type { Tree } from '../../../../src/ir/workspace.ts';
import { foundIn, listed } from '../../../support/sync/found.ts';
import { createTempFolder } from '../../../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);

const plain = { exclude: [], kind: 'dir' } as const;
async function treeOf(root: string, more: Partial<SnapshotOptions> = {}): Promise<Tree> {
  const taken = await takeSnapshot({ root, ...plain, ...more });
  if ('fault' in taken) throw new Error(taken.fault.message);
  // A tree has functions of its own, and so is equal to none.
  return new Map(taken.tree);
}
async function faultOf(root: string, more: Partial<SnapshotOptions> = {}): Promise<string> {
  const taken = await takeSnapshot({ root, ...plain, ...more });
  return 'fault' in taken ? `${taken.fault.code}: ${taken.fault.message}` : 'no fault';
}
const git = (root: string, ...args: string[]): void =>
  void execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { cwd: root });

describe('003-C5.1 a snapshot', () => {
  it('holds kind, executable bit, size, hash and target of each entry, as find and sha256sum say', async () => {
    const root = temp.lay({ 'a.txt': 'x', 'b/c.sh': '#!/bin/sh\n', 'b/empty': '', 'b-c': '1', '%41\n': 'newline' });
    chmodSync(join(root, 'b/c.sh'), 0o755);
    // Only the owner's bit counts.
    chmodSync(join(root, 'b-c'), 0o655);
    symlinkSync('b/c.sh', join(root, 'link'));
    symlinkSync('nowhere', join(root, 'dangling'));
    mkdirSync(join(root, 'none'));
    writeFileSync(Buffer.from(`${root}/\xff\xfe.bin`, 'latin1'), 'bytes');
    mkdirSync(Buffer.from(`${root}/\xe9`, 'latin1'));
    writeFileSync(Buffer.from(`${root}/\xe9/in`, 'latin1'), 'below');
    execFileSync('mkfifo', [join(root, 'pipe')]);
    const tree = await treeOf(root);
    expect(listed(tree)).toEqual(listed(foundIn(root)));
    expect([...tree.keys()]).toEqual([
      ...[
        '%41\n',
        'a.txt',
        'b',
        'b/c.sh',
        'b/empty',
        'b-c',
        'dangling',
        'link',
        'none',
        'pipe',
        '\xe9',
        '\xe9/in',
        '\xff\xfe.bin',
      ],
    ]);
  });

  it('never holds `.git`, at any depth', async () => {
    const root = temp.lay({ '.git/config': '', 'sub/.git': 'gitdir: x', 'sub/a': '', '.gitx': '' });
    expect([...(await treeOf(root)).keys()]).toEqual(['.gitx', 'sub', 'sub/a']);
  });

  it('of an empty folder is empty', async () => {
    expect((await treeOf(temp.lay({}))).size).toBe(0);
  });

  it('hashes nothing where it is not asked to', async () => {
    const root = temp.lay({ a: 'x' });
    expect([...(await treeOf(root, { hashes: false }))]).toEqual([
      ['a', { kind: 'file', executable: false, size: 1, hash: '' }],
    ]);
  });

  it('reads a file that is larger than what is read at once', async () => {
    const root = temp.lay({});
    for (const size of [(1 << 20) - 1, 1 << 20, (1 << 20) + 1, 3 << 20])
      writeFileSync(join(root, `${size}`), Buffer.alloc(size, size));
    expect(listed(await treeOf(root))).toEqual(listed(foundIn(root)));
  });

  it('is shared by two threads where there is enough to do, and is the same', async () => {
    const root = temp.lay({});
    for (let i = 0; i < 60; i++) {
      mkdirSync(join(root, `${i % 7}/${i}`), { recursive: true });
      for (let j = 0; j < 60; j++) writeFileSync(join(root, `${i % 7}/${i}/${j}`), `${i * j}`);
    }
    expect(listed(await treeOf(root))).toEqual(listed(foundIn(root)));
  });
});

describe('what is left out', () => {
  it('is what `exclude` matches; a folder of it is not even entered', async () => {
    const root = temp.lay({ 'node_modules/a/b': '', 'src/node_modules/c': '', 'src/a.log': '', 'src/a.ts': '' });
    // What leads out lies in it.
    symlinkSync('/etc', join(root, 'node_modules/etc'));
    expect([...(await treeOf(root, { exclude: ['**/node_modules', '**/*.log'] })).keys()]).toEqual(['src', 'src/a.ts']);
  });

  it('is a path that is named exactly', async () => {
    const root = temp.lay({ 'state/a*/b': '', 'state/ab/b': '' });
    const tree = await treeOf(root, { without: [join(root, 'state/a*'), '/elsewhere', root] });
    expect([...tree.keys()]).toEqual(['state', 'state/ab', 'state/ab/b']);
  });

  it('is refused where it is no glob', async () => {
    expect(await faultOf(temp.lay({}), { exclude: ['['] })).toContain('workspace_exclude_invalid');
  });

  it('is nothing that `.gitignore` says in a `dir`', async () => {
    const root = temp.lay({ '.gitignore': '*', a: '' });
    expect([...(await treeOf(root)).keys()]).toEqual(['.gitignore', 'a']);
  });
});

describe('a snapshot of a working tree of git', () => {
  const kind = 'git_worktree';
  const files = {
    '.gitignore': '*.log\n/dist/\n!keep.log\n',
    'a.log': '',
    'keep.log': '',
    'dist/x': '',
    'dist/deep/kept': '',
    'src/.gitignore': '!b.log\ngen\n',
    'src/b.log': '',
    'src/gen/y': '',
    'src/own': '',
    'src/main': '',
  };
  const counted = ['.gitignore', 'keep.log', 'src', 'src/.gitignore', 'src/b.log', 'src/main'];

  function repository(): string {
    const root = temp.lay(files);
    git(root, 'init', '-q');
    appendFileSync(join(root, '.git/info/exclude'), 'own\n');
    return root;
  }

  it('leaves out what git ignores: nested files, what is taken back, and the list of the repository', async () => {
    expect([...(await treeOf(repository(), { kind })).keys()]).toEqual(counted);
  });

  it('of another worktree, too', async () => {
    const main = repository();
    git(main, 'add', '.');
    git(main, 'commit', '-qm', 'x');
    const root = join(temp.path, 'another');
    git(main, 'worktree', 'add', '-q', root);
    writeFileSync(join(root, 'own'), '');
    expect([...(await treeOf(root, { kind })).keys()]).toEqual(counted);
  });

  it('holds what is tracked although it is ignored', async () => {
    const root = repository();
    git(root, 'add', '-f', 'dist/deep/kept', 'a.log');
    const keys = [...(await treeOf(root, { kind })).keys()];
    expect(keys).toEqual(['.gitignore', 'a.log', 'dist', 'dist/deep', 'dist/deep/kept', ...counted.slice(1)]);
    // It is gone from disk: that is a deletion.
    rmSync(join(root, 'dist/deep'), { recursive: true });
    const after = [...(await treeOf(root, { kind })).keys()];
    expect(after).toEqual(['.gitignore', 'a.log', 'dist', ...counted.slice(1)]);
  });

  it('holds what is tracked and ignored by names that are no text, and by very many of them', async () => {
    const root = temp.lay({ '.gitignore': 'x*\n' });
    git(root, 'init', '-q');
    for (let i = 0; i < 300; i++) writeFileSync(join(root, `x${i}`), '');
    git(root, 'add', '-f', 'x7');
    expect([...(await treeOf(root, { kind })).keys()]).toEqual(['.gitignore', 'x7']);
    const other = temp.lay({ '.gitignore': 'e*\n' });
    git(other, 'init', '-q');
    writeFileSync(Buffer.from(`${other}/e\xff`, 'latin1'), '');
    writeFileSync(join(other, 'e2'), '');
    execFileSync('sh', ['-c', 'git add -f e[!2]*'], { cwd: other });
    expect([...(await treeOf(other, { kind })).keys()]).toEqual(['.gitignore', 'e\xff']);
  });

  it('holds what was there before, whatever a task wrote into `.gitignore` since', async () => {
    const root = temp.lay({ 'a/b/c': '1', 'a/d': '2', e: '3' });
    git(root, 'init', '-q');
    const baseline = await treeOf(root, { kind });
    writeFileSync(join(root, '.gitignore'), '*\n');
    writeFileSync(join(root, 'a/new'), '');
    unlinkSync(join(root, 'e'));
    expect([...(await treeOf(root, { kind })).keys()]).toEqual([]);
    expect([...(await treeOf(root, { kind, baseline })).keys()]).toEqual(['a', 'a/b', 'a/b/c', 'a/d']);
    // A file in the place of an ignored folder.
    rmSync(join(root, 'a'), { recursive: true });
    writeFileSync(join(root, 'a'), 'file');
    expect([...(await treeOf(root, { kind, baseline })).values()]).toMatchObject([{ kind: 'file', size: 4 }]);
  });

  it('runs nothing that the repository configures', async () => {
    const root = repository();
    const trace = join(temp.path, 'ran');
    const script = join(temp.path, 'evil.sh');
    writeFileSync(script, `#!/bin/sh\ntouch ${trace}\n`, { mode: 0o755 });
    for (const name of ['core.fsmonitor', 'core.sshCommand', 'core.pager']) git(root, 'config', name, script);
    await treeOf(root, { kind });
    expect(() => statSync(trace)).toThrow('ENOENT');
  });

  it('is a fault where git cannot say what it tracks', async () => {
    const root = repository();
    writeFileSync(join(root, '.git/index'), 'broken');
    expect(await faultOf(root, { kind })).toContain(
      'workspace_git_failed: git cannot say what it tracks in the workspace: ',
    );
  });

  it('never reads rules through a link, from a pipe, or without end', async () => {
    const outside = temp.lay({ rules: 'a\n' });
    const root = temp.lay({ a: '', b: '' });
    symlinkSync('b', join(root, '.gitignore'));
    writeFileSync(join(root, 'b'), 'a\n');
    mkdirSync(join(root, '.git/info'), { recursive: true });
    symlinkSync(join(outside, 'rules'), join(root, '.git/info/exclude'));
    expect([...(await treeOf(root, { kind })).keys()]).toEqual(['.gitignore', 'a', 'b']);
    unlinkSync(join(root, '.gitignore'));
    unlinkSync(join(root, '.git/info/exclude'));
    execFileSync('mkfifo', [join(root, '.gitignore'), join(root, '.git/info/exclude')]);
    expect([...(await treeOf(root, { kind })).keys()]).toEqual(['.gitignore', 'a', 'b']);
    unlinkSync(join(root, '.gitignore'));
    writeFileSync(join(root, '.gitignore'), 'x\n'.repeat(600_000));
    expect(await faultOf(root, { kind })).toBe('workspace_ignore_too_large: `.gitignore` is larger than 1 MiB');
  });
});

describe('a link that leaves', () => {
  const root = temp.lay({ 'a/b/file': '', 'c/file': '' });
  const link = join(root, 'a/b/link');
  const put = (target: string): void => {
    rmSync(link, { force: true });
    symlinkSync(target, link);
  };
  symlinkSync('a/b', join(root, 'inward'));

  it.each([
    'file',
    './file',
    '../../c/file',
    '../../missing/../c',
    '../..',
    '../../inward/file',
    'link',
    `${root}/c`,
    root,
  ])('is not one to %s', async (target) => {
    put(target);
    expect(await faultOf(root)).toBe('no fault');
  });

  it.each([
    '/etc/passwd',
    '/etc',
    '../../..',
    '../../../other',
    '../../missing/../../..',
    // Outside, and back in: in a copy it would not come back.
    `../../../${root.split('/').at(-1)}/c`,
    // The folder is a link: its parent is not what the text says.
    '../../inward/../../../x',
    `${root}x`,
    '/proc/self/root/etc',
  ])('is refused: to %s', async (target) => {
    put(target);
    const fault = `workspace_link_leaves: a link in the source \`${root}\` leads out of the workspace: \`a/b/link\` to \`${target}\``;
    expect(await faultOf(root)).toBe(fault);
    // Also when nothing has changed since it was cached.
    const cacheFile = scanCacheFile(join(temp.path, 'state'), root);
    put('file');
    await treeOf(root, { cacheFile });
    put(target);
    expect([await faultOf(root, { cacheFile }), await faultOf(root, { cacheFile })]).toEqual([fault, fault]);
  });

  it('may not lead by way of another that leaves', async () => {
    const folder = temp.lay({ 'x/y': '' });
    symlinkSync('/etc', join(folder, 'x/out'));
    symlinkSync('x/out/passwd', join(folder, 'a'));
    expect(await faultOf(folder, { exclude: ['x'] })).toContain('leads out of the workspace: `a` to');
  });

  it('is told with all others, the first in the tree before them, and without a fault where one only looks', async () => {
    const folder = temp.lay({ 'b/file': '', 'z/file': '' });
    for (const name of ['z/2', 'b/1', 'a']) symlinkSync('/etc', join(folder, name));
    expect(await faultOf(folder)).toBe(
      `workspace_link_leaves: links in the source \`${folder}\` lead out of the workspace: \`a\` to \`/etc\`, \`b/1\` to \`/etc\`, \`z/2\` to \`/etc\``,
    );
    const taken = await takeSnapshot({ root: folder, ...plain, linksMayLeave: true });
    const target = '/etc';
    const leaving = ['a', 'b/1', 'z/2'].map((path) => ({ path, target }));
    expect('tree' in taken && [[...taken.tree.keys()], taken.leaving]).toEqual([
      ['a', 'b', 'b/1', 'b/file', 'z', 'z/2', 'z/file'],
      leaving,
    ]);
  });

  it('is any absolute one of a copy that was not there before', async () => {
    put(`${root}/c`);
    expect(await faultOf(root, { isCopy: true })).toContain('workspace_link_leaves');
    const baseline = await treeOf(root);
    expect(await faultOf(root, { isCopy: true, baseline })).toBe('no fault');
    put(`${root}/c/file`);
    expect(await faultOf(root, { isCopy: true, baseline })).toContain('workspace_link_leaves');
  });
});

describe('a scan cache', () => {
  /** Files that were not written just now: of those, the cache says nothing. */
  async function cached(): Promise<{ root: string; cacheFile: string }> {
    const root = temp.lay({ 'a/b': 'one', 'a/c': 'two', d: 'three' });
    const cacheFile = scanCacheFile(join(temp.path, 'state'), root);
    await wait(60);
    await treeOf(root, { cacheFile });
    return { root, cacheFile };
  }
  const wait = (milliseconds: number): Promise<void> => new Promise((done) => setTimeout(done, milliseconds));
  /** Whose bytes follow the checksum. */
  const withSum = (bytes: Buffer): Buffer => {
    bytes.writeUInt32LE(crc32(bytes.subarray(16)), 12);
    return bytes;
  };

  it('changes nothing of what is found', async () => {
    const { root, cacheFile } = await cached();
    expect(listed(await treeOf(root, { cacheFile }))).toEqual(listed(foundIn(root)));
    writeFileSync(join(root, 'a/new'), 'new');
    chmodSync(join(root, 'a/b'), 0o755);
    writeFileSync(join(root, 'a/c'), 'TWO');
    rmSync(join(root, 'd'));
    mkdirSync(join(root, 'd'));
    for (let i = 0; i < 2; i++) expect(listed(await treeOf(root, { cacheFile }))).toEqual(listed(foundIn(root)));
  });

  it('is no reason to believe times that were set back', async () => {
    const { root, cacheFile } = await cached();
    const before = statSync(join(root, 'a/c'));
    writeFileSync(join(root, 'a/c'), 'TWO');
    utimesSync(join(root, 'a/c'), before.atime, before.mtime);
    expect(listed(await treeOf(root, { cacheFile }))).toEqual(listed(foundIn(root)));
  });

  it('sees a file that was exchanged by renaming one of the same size and time', async () => {
    const { root, cacheFile } = await cached();
    writeFileSync(join(root, 'x'), 'eno');
    utimesSync(join(root, 'x'), statSync(join(root, 'a/b')).atime, statSync(join(root, 'a/b')).mtime);
    renameSync(join(root, 'x'), join(root, 'a/b'));
    expect(listed(await treeOf(root, { cacheFile }))).toEqual(listed(foundIn(root)));
  });

  it('is written for its owner alone, and only where something is new', async () => {
    const { root, cacheFile } = await cached();
    expect(statSync(cacheFile).mode & 0o7777).toBe(0o600);
    expect(statSync(join(temp.path, 'state/scan')).mode & 0o777).toBe(0o700);
    // What is older than a second can stand in the index beside it: that is something new.
    await new Promise((done) => setTimeout(done, 1100));
    await treeOf(root, { cacheFile });
    const { ino } = statSync(cacheFile);
    await treeOf(root, { cacheFile });
    expect(statSync(cacheFile).ino).toBe(ino);
    writeFileSync(join(root, 'a/b'), 'changed');
    await treeOf(root, { cacheFile });
    expect(statSync(cacheFile).ino).not.toBe(ino);
  });

  it('that says of a file what it is not is dropped, and everything is hashed', async () => {
    const { root, cacheFile } = await cached();
    const bytes = readFileSync(cacheFile);
    const hash = Buffer.from((foundIn(root).get('a/b') as { hash: string }).hash, 'hex');
    const at = bytes.indexOf(hash);
    expect(at).toBeGreaterThan(0);
    bytes[at] = (bytes[at] as number) ^ 1;
    writeFileSync(cacheFile, withSum(bytes));
    expect(listed(await treeOf(root, { cacheFile }))).toEqual(listed(foundIn(root)));
    expect(readFileSync(cacheFile).includes(hash)).toBe(true);
  });

  it('that says of a folder what is not in it is dropped', async () => {
    const { root, cacheFile } = await cached();
    const bytes = readFileSync(cacheFile);
    const at = bytes.indexOf('b/c');
    bytes.write('b/z', at);
    writeFileSync(cacheFile, withSum(bytes));
    expect(listed(await treeOf(root, { cacheFile }))).toEqual(listed(foundIn(root)));
  });

  it('that is damaged anywhere is as none', async () => {
    const { root, cacheFile } = await cached();
    const whole = readFileSync(cacheFile);
    for (let at = 0; at < whole.length; at += 7) {
      const bytes = Buffer.from(whole);
      bytes[at] = (bytes[at] as number) ^ 0x55;
      writeFileSync(cacheFile, bytes);
      if (at % 35 === 0) expect(listed(await treeOf(root, { cacheFile }))).toEqual(listed(foundIn(root)));
    }
    for (const length of [0, 10, 31, whole.length - 1]) {
      writeFileSync(cacheFile, whole.subarray(0, length));
      expect(listed(await treeOf(root, { cacheFile }))).toEqual(listed(foundIn(root)));
    }
  });

  it('of another root, or that others may write, is as none', async () => {
    const { cacheFile } = await cached();
    const other = temp.lay({ 'a/b': 'other', 'a/c': 'owt', d: 'eerht' });
    expect(listed(await treeOf(other, { cacheFile }))).toEqual(listed(foundIn(other)));
    const { ino } = statSync(cacheFile);
    chmodSync(cacheFile, 0o666);
    await treeOf(other, { cacheFile });
    // It is made anew.
    expect(statSync(cacheFile).ino).not.toBe(ino);
  });

  it('may be at a place that cannot be written', async () => {
    const { root } = await cached();
    expect((await treeOf(root, { cacheFile: '/proc/none/scan.bin' })).size).toBe(4);
    expect((await treeOf(root, { cacheFile: join(root, 'd', 'x') })).size).toBe(4);
  });

  /** So many that hardly any of them is looked at again without a reason: what is found is found by that reason. */
  async function many(): Promise<{ root: string; cacheFile: string; tree: Tree }> {
    const files = Object.fromEntries(Array.from({ length: 2000 }, (_, i) => [`f${i}`, `${i}`]));
    const root = temp.lay({ ...files, 'sub/a': 'a' });
    const cacheFile = scanCacheFile(join(temp.path, 'state'), root);
    utimesSync(join(root, 'f7'), new Date('2099-01-01'), new Date('2099-01-01'));
    utimesSync(join(root, 'f8'), new Date('2001-01-01'), new Date('2001-01-01'));
    await wait(60);
    return { root, cacheFile, tree: await treeOf(root, { cacheFile }) };
  }
  /** Of what the cache says of this file, one bit. */
  function flipped(cacheFile: string, tree: Tree, path: string): Buffer {
    const bytes = readFileSync(cacheFile);
    const at = bytes.indexOf(Buffer.from((tree.get(path) as { hash: string }).hash, 'hex'));
    bytes[at] = (bytes[at] as number) ^ 1;
    return bytes;
  }

  it('does not believe what is as new as the scan, or newer', async () => {
    const { root, cacheFile, tree } = await many();
    writeFileSync(cacheFile, withSum(flipped(cacheFile, tree, 'f7')));
    expect(await treeOf(root, { cacheFile })).toEqual(tree);
  });

  it('is not believed without its checksum', async () => {
    const { root, cacheFile, tree } = await many();
    writeFileSync(cacheFile, flipped(cacheFile, tree, 'f9'));
    expect(await treeOf(root, { cacheFile })).toEqual(tree);
  });

  it('sees a change by the time that nobody can set', async () => {
    const { root, cacheFile } = await many();
    writeFileSync(join(root, 'f8'), 'X');
    utimesSync(join(root, 'f8'), new Date('2001-01-01'), new Date('2001-01-01'));
    writeFileSync(join(root, 'sub/new'), '');
    expect(listed(await treeOf(root, { cacheFile }))).toEqual(listed(foundIn(root)));
  });

  it('counts other rules at each scan', async () => {
    const root = temp.lay({ '.gitignore': 'a\n', 'a/x': '1', b: '2' });
    git(root, 'init', '-q');
    const cacheFile = scanCacheFile(join(temp.path, 'state'), root);
    const keys = async (more: Partial<SnapshotOptions>): Promise<readonly string[]> => [
      ...(await treeOf(root, { cacheFile, ...more })).keys(),
    ];
    await wait(60);
    expect(await keys({ kind: 'git_worktree' })).toEqual(['.gitignore', 'b']);
    expect(await keys({})).toEqual(['.gitignore', 'a', 'a/x', 'b']);
    expect(await keys({ exclude: ['b'] })).toEqual(['.gitignore', 'a', 'a/x']);
    expect(await keys({ kind: 'git_worktree' })).toEqual(['.gitignore', 'b']);
    expect(await keys({})).toEqual(['.gitignore', 'a', 'a/x', 'b']);
  });
});
