/** Snapshots of what only a real system has: other people's files, devices, mounts, and files that change. */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { treeBytes } from '../../src/adapters/sync/tree-file.ts';
import { isRoot, user } from '../support/run/as-user.ts';
import { foundIn } from '../support/sync/found.ts';
import { createTempFolder } from '../support/temp-folder.ts';

const temp = createTempFolder();
const program = join(temp.path, 'program.mjs');

beforeAll(async () => {
  chmodSync(temp.path, 0o755);
  await build({
    entryPoints: ['test/support/sync/snapshot-program.ts'],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
  });
});
afterAll(temp.remove);

/** What the program says. `before` is a script that runs in namespaces of its own, as root. */
function snapshot(options: object, before = ''): string {
  const script = `${before}\nexec ${process.execPath} ${program} '${JSON.stringify(options)}'`;
  const [file, ...args] = before === '' ? ['sh'] : ['unshare', '-m', 'sh'];
  return execFileSync(file as string, [...args, '-e', '-c', script], { encoding: 'latin1' });
}
/** As somebody who has no rights. */
const asNobody = `exec setpriv --reuid=${user} --regid=${user} --clear-groups`;
const snapshotAsNobody = (options: object): string => {
  const script = `${isRoot ? asNobody : 'exec'} ${process.execPath} ${program} '${JSON.stringify(options)}'`;
  return execFileSync('sh', ['-c', script], { encoding: 'utf8' });
};
const found = (root: string): string => Buffer.from(treeBytes(foundIn(root))).toString('latin1');

describe('003-C5.1 what cannot be read', () => {
  function owned(files: Readonly<Record<string, string>>): string {
    const root = temp.lay(files);
    if (isRoot) execFileSync('chown', ['-R', `${user}:${user}`, root]);
    return root;
  }

  it('is a fault that names it, and never a deletion: a file', () => {
    const root = owned({ 'a/b': 'x', c: 'y' });
    const state = owned({});
    // Also where the cache knew what it held.
    expect(snapshotAsNobody({ root, state })).toBe(found(root));
    chmodSync(join(root, 'a/b'), 0);
    const fault = 'workspace_unreadable: `a/b` cannot be read: permission denied\n';
    expect([snapshotAsNobody({ root, state }), snapshotAsNobody({ root })]).toEqual([fault, fault]);
    expect(snapshotAsNobody({ root, exclude: ['a'] })).toContain('\tc\n');
  });

  it.each([
    ['a folder that cannot be listed', 0o311, '`a`'],
    ['a folder that cannot be entered', 0o644, '`a/b`'],
    ['a folder that is closed', 0, '`a`'],
  ])('is a fault that names it: %s', (_, mode, name) => {
    const root = owned({ 'a/b': 'x', c: 'y' });
    chmodSync(join(root, 'a'), mode);
    expect(snapshotAsNobody({ root })).toBe(`workspace_unreadable: ${name} cannot be read: permission denied\n`);
    chmodSync(join(root, 'a'), 0o755);
  });

  it.each([
    ['a file', 'a/b', 0, '`a/b`'],
    ['a folder that cannot be listed', 'a', 0o311, '`a`'],
    ['a folder that cannot be entered', 'a', 0o644, '`a/b`'],
    ['a folder around others', 'o', 0, '`o`'],
  ])('is a fault also where git was asked what changed: %s', async (_, path, mode, name) => {
    const root = owned({ 'a/b': 'x', c: 'y', 'o/in/d': 'z' });
    const options = { root, state: owned({}), askGitFrom: 1, sampled: 0 };
    await new Promise((done) => setTimeout(done, 1100));
    for (let i = 0; i < 2; i++) expect(snapshotAsNobody(options)).toBe(found(root));
    chmodSync(join(root, path), mode);
    expect(snapshotAsNobody(options)).toBe(`workspace_unreadable: ${name} cannot be read: permission denied\n`);
    chmodSync(join(root, path), 0o755);
  });

  it('is a fault: the root itself, and rules of git', () => {
    const root = owned({ 'in/.gitignore': 'x', 'in/a': '' });
    execFileSync('git', ['init', '-q', join(root, 'in')]);
    chmodSync(join(root, 'in/.gitignore'), 0);
    expect(snapshotAsNobody({ root: join(root, 'in'), kind: 'git_worktree' })).toContain('`.gitignore` cannot be read');
    chmodSync(join(root, 'in'), 0);
    expect(snapshotAsNobody({ root: join(root, 'in') })).toBe(
      `workspace_unreadable: the source \`${join(root, 'in')}\` cannot be read: permission denied\n`,
    );
    chmodSync(join(root, 'in'), 0o755);
  });

  it('is read by nobody else through a cache of their own making', () => {
    if (!isRoot) return;
    const root = owned({ a: 'x' });
    const state = owned({});
    snapshotAsNobody({ root, state });
    expect(snapshot({ root, state })).toBe(found(root));
  });
});

describe('003-C5.1 kinds', () => {
  it('that do not travel are told apart: pipes, sockets, devices', async () => {
    const root = temp.lay({ a: 'x' });
    execFileSync('mkfifo', [join(root, 'pipe')]);
    if (isRoot) execFileSync('mknod', [join(root, 'device'), 'c', '1', '3']);
    const server = createServer().listen(join(root, 'socket'));
    await new Promise((done) => server.once('listening', done));
    expect(snapshot({ root })).toBe(found(root));
    expect(snapshot({ root })).toContain('other\tsocket\n');
    server.close();
  });

  it('are told of names that are no text, and of very long ones', () => {
    const root = temp.lay({});
    const deep = Array.from({ length: 12 }, () => 'd'.repeat(255)).join('/');
    execFileSync('mkdir', ['-p', join(root, deep)]);
    const names = ['\xff\xfe', 'a\nb', ' ', '%', '\\', '-rf', '\xed\xa0\x80', 'e\xcc\x81', '\xc3\xa9', 'A', 'a'];
    for (const name of names) writeFileSync(Buffer.from(`${root}/${name}`, 'latin1'), name);
    symlinkSync(Buffer.from('\xff\n', 'latin1'), join(root, 'link'));
    expect(snapshot({ root })).toBe(found(root));
  });

  it('are never those of where a link leads', () => {
    const outside = temp.lay({ secret: 'x', 'sub/y': '' });
    const root = temp.lay({ a: '' });
    symlinkSync(outside, join(root, 'link'));
    const trace = join(temp.path, 'trace');
    const args = [
      '-f',
      '-qq',
      '-e',
      'trace=openat,readlink,newfstatat,statx,lstat,stat',
      '-o',
      trace,
      process.execPath,
      program,
    ];
    const { stdout } = spawnSync('strace', [...args, JSON.stringify({ root })], { encoding: 'utf8' });
    expect(stdout).toBe(
      `workspace_link_leaves: a link in the source \`${root}\` leads out of the workspace: \`link\` to \`${outside}\`\n`,
    );
    expect(readFileSync(trace, 'utf8')).not.toContain('secret');
    expect(readFileSync(trace, 'utf8')).not.toContain('sub');
  });
});

describe.runIf(isRoot)('003-C5.1 what is mounted in a workspace', () => {
  it.each([
    ['another file system', 'mount -t tmpfs none $ROOT/a/b'],
    ['a folder of the same file system', 'mount --bind $ROOT/c $ROOT/a/b'],
    ['a file', 'mount --bind $ROOT/file $ROOT/a/b'],
  ])('is refused: %s', async (what, mount) => {
    const root = temp.lay({ 'c/x': '', file: 'y', 'a/other': '' });
    if (what === 'a file') writeFileSync(join(root, 'a/b'), '');
    else mkdirSync(join(root, 'a/b'));
    const before = mount.replaceAll('$ROOT', root);
    const fault = 'workspace_nested_mount: `a/b` is another file system, mounted in the workspace\n';
    expect(snapshot({ root }, before)).toBe(fault);
    const cached = { root, state: join(temp.path, 'state'), askGitFrom: 1, sampled: 0 };
    expect(snapshot(cached, before)).toBe(fault);
    await new Promise((done) => setTimeout(done, 1100));
    for (let i = 0; i < 2; i++) expect(snapshot(cached)).toBe(found(root));
    expect(snapshot(cached, before)).toBe(fault);
    // Where it is left out, nobody looks.
    expect(snapshot({ root, exclude: ['a/b'] }, before)).toContain('\ta/other\n');
    expect(snapshot({ root })).toBe(found(root));
  });

  it('may have a name of any bytes', () => {
    const root = temp.lay({});
    mkdirSync(Buffer.from(`${root}/\xff b`, 'latin1'));
    expect(snapshot({ root }, `mount -t tmpfs none ${root}/*b`)).toContain('workspace_nested_mount: `%FF b` is');
  });

  it('is no matter where it is the root itself', () => {
    const root = temp.lay({});
    expect(snapshot({ root }, `mount -t tmpfs none ${root}; echo x > ${root}/a`)).toContain('\ta\n');
  });
});

describe('003-C5.1 what changes while it is read', () => {
  /** Each time it reads this, it waits: others have time to change it. */
  function slowly(path: string, call: string, options: object): string {
    const inject = `inject=${call}:delay_enter=400000`;
    const args = [
      '-f',
      '-qq',
      '-o',
      '/dev/null',
      '-P',
      path,
      '-e',
      `trace=${call}`,
      '-e',
      inject,
      process.execPath,
      program,
    ];
    return execFileSync('strace', [...args, JSON.stringify(options)], { encoding: 'utf8' });
  }

  /** Until it is killed. */
  async function meanwhile<T>(script: string, look: () => T): Promise<T> {
    const child = spawn('sh', ['-c', `echo; ${script}`], { stdio: ['ignore', 'pipe', 'ignore'], detached: true });
    await new Promise((done) => child.stdout.once('data', done));
    try {
      return look();
    } finally {
      process.kill(-(child.pid as number), 'SIGKILL');
    }
  }

  it('without end is a fault that names it: a file', async () => {
    const root = temp.lay({ 'a/log': '', b: '' });
    const script = `exec ${process.execPath} -e 'const f = require("fs"); for (;;) f.appendFileSync("${root}/a/log", "x")'`;
    const fault = 'workspace_changing: `a/log` changes while it is read\n';
    await meanwhile(script, () => expect(slowly(join(root, 'a/log'), 'read,pread64', { root })).toBe(fault));
  });

  it('and is gone by then is a fault that says so: the whole source', async () => {
    const root = temp.lay({ 'a/b': '', c: '' });
    const script = `until ls -l /proc/[0-9]*/fd 2>/dev/null | grep -q '${root}$'; do sleep 0.02; done; rm -r '${root}'; sleep 60`;
    const fault = `workspace_unreadable: the source \`${root}\` is not there any more: it went while it was read\n`;
    await meanwhile(script, () => expect(slowly(root, 'getdents64', { root })).toBe(fault));
  });

  it('without end is a fault that names it: a folder', async () => {
    const root = temp.lay({ 'a/b': '', c: '' });
    const loop = `const f = require("fs"); for (;;) { f.writeFileSync("${root}/a/x", ""); f.renameSync("${root}/a/x", "${root}/a/y"); }`;
    const fault = 'workspace_changing: `a` changes while it is read\n';
    await meanwhile(`exec ${process.execPath} -e '${loop}'`, () =>
      expect(slowly(join(root, 'a'), 'getdents64', { root })).toBe(fault),
    );
  });

  it('for a moment is read again', async () => {
    const root = temp.lay({ 'a/log': '', b: '' });
    const loop = `const f = require("fs"); const end = Date.now() + 1000; while (Date.now() < end) f.appendFileSync("${root}/a/log", "x")`;
    const script = `${process.execPath} -e '${loop}'; sleep 60`;
    // No read of it is right before the end.
    const said = await meanwhile(script, () => slowly(join(root, 'a/log'), 'read,pread64', { root }));
    expect(said).toBe(found(root));
  });
});

describe.runIf(isRoot)('003-C5.1 a scan cache', () => {
  it('that somebody else made is not believed', () => {
    const root = temp.lay({ a: 'x' });
    const state = join(temp.path, 'their-state');
    snapshot({ root, state });
    execFileSync('chown', ['-R', `${user}`, state]);
    const bytes = execFileSync('sh', ['-c', `cat ${state}/scan/*`]);
    chownSync(state, user, user);
    expect(bytes.length).toBeGreaterThan(0);
    expect(snapshot({ root, state })).toBe(found(root));
    expect(execFileSync('stat', ['-c', '%u', `${state}/scan`], { encoding: 'utf8' }).trim()).toBe(String(user));
    expect(execFileSync('sh', ['-c', `stat -c %u ${state}/scan/*`], { encoding: 'utf8' })).toMatch(/^(0\n)+$/);
  });
});
