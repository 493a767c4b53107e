/** The repository of a copy is the task's. Nothing in it, and nothing in a hostile source, runs a program on the host or reads a file of it. */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { describe as describeSource } from '../../../src/adapters/sync/git/describe.ts';
import { exportTo } from '../../../src/adapters/sync/git/export.ts';
import type { GitBase } from '../../../src/adapters/sync/git/forms.ts';
import { importFrom, refreshIndex } from '../../../src/adapters/sync/git/import.ts';
import {
  commit,
  copyFiles,
  fsck,
  git,
  gitEnd,
  headOf,
  refsOf,
  repository,
  status,
  write,
} from '../../support/git-fixture.ts';
import { createTempFolder } from '../../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);
let count = 0;
const place = (): string => {
  const path = join(temp.path, `p${count++}`);
  mkdirSync(path);
  return path;
};

/** Whatever is run makes it. */
const canary = join(temp.path, 'it-ran');
const script = join(temp.path, 'evil');
writeFileSync(script, `#!/bin/sh\necho "$0 $*" >> '${canary}'\ncat\n`);
chmodSync(script, 0o755);
afterEach(() => expect(existsSync(canary) ? readFileSync(canary, 'utf8') : '').toBe(''));

/** Of somebody else on this host: it never comes into the source. */
const secretText = 'canary-of-the-host-77f1';
const secret = repository(join(place(), 'secret'));
const secretCommit = commit(secret, { 'secret.txt': secretText });

interface Copied {
  readonly source: string;
  readonly copy: string;
  readonly base: GitBase;
}

async function copied(source: string = repository(join(place(), 'r'))): Promise<Copied> {
  const copy = join(place(), 'files');
  const end = await exportTo(source, copy);
  if ('fault' in end) throw new Error(JSON.stringify(end.fault));
  copyFiles(source, copy);
  return { source, copy, base: end.base };
}
const bring = ({ source, copy, base }: Copied): ReturnType<typeof importFrom> =>
  importFrom({ root: source, copyRoot: copy, base, id: 'run-1' });

const attackSettings = (): string => `
[core]
	fsmonitor = ${script}
	hooksPath = ${dirname(script)}/hooks
	sshCommand = ${script}
	pager = ${script}
	editor = ${script}
	gitProxy = ${script}
	alternateRefsCommand = ${script}
	askPass = ${script}
	worktree = ${secret}
	attributesFile = ${secret}/secret.txt
	excludesFile = ${secret}/secret.txt
[include]
	path = ${secret}/.git/config
[uploadpack]
	packObjectsHook = ${script}
[filter "evil"]
	clean = ${script}
	smudge = ${script}
	process = ${script}
	required = true
[diff]
	external = ${script}
[diff "evil"]
	command = ${script}
	textconv = ${script}
[merge "evil"]
	driver = ${script}
[merge]
	default = evil
[gpg]
	program = ${script}
[commit]
	gpgSign = true
[alias]
	bundle = !${script}
	index-pack = !${script}
	status = !${script}
[credential]
	helper = !${script}
[remote "origin"]
	url = ${secret}
	uploadpack = ${script}
	receivepack = ${script}
	vcs = evil
[trailer "x"]
	command = ${script}
`;

const hooks = [
  'reference-transaction',
  'post-index-change',
  'post-checkout',
  'post-merge',
  'pre-commit',
  'commit-msg',
  'post-commit',
  'pre-push',
  'post-rewrite',
  'update',
  'pre-receive',
  'post-update',
  'pre-auto-gc',
  'fsmonitor-watchman',
  'sendemail-validate',
];

/** In a repository that is written to by an attacker: everything that git knows how to run. */
function arm(gitDir: string): void {
  writeFileSync(join(gitDir, 'config'), `${readFileSync(join(gitDir, 'config'), 'utf8')}${attackSettings()}`);
  for (const folder of [join(gitDir, 'hooks'), join(dirname(script), 'hooks')]) {
    mkdirSync(folder, { recursive: true });
    for (const hook of hooks) {
      writeFileSync(join(folder, hook), readFileSync(script));
      chmodSync(join(folder, hook), 0o755);
    }
  }
  mkdirSync(join(gitDir, 'info'), { recursive: true });
  writeFileSync(join(gitDir, 'info/attributes'), '* filter=evil diff=evil merge=evil\n');
}

it("the attacker's repository is one: git itself runs what it names", () => {
  const at = repository(join(place(), 'r'));
  arm(join(at, '.git'));
  write(at, { 'a.txt': 'changed\n' });
  gitEnd(at, '-c', `core.worktree=${at}`, 'add', 'a.txt');
  expect(readFileSync(canary, 'utf8')).toContain('evil');
  rmSync(canary);
});

describe('a copy', () => {
  it('with settings, hooks and attributes that name programs and files: its commits come, and nothing is run', async () => {
    const what = await copied();
    const made = commit(what.copy, {
      'a.txt': 'task\ntwo\nthree\n',
      '.gitattributes': '* filter=evil merge=evil diff=evil\n',
    });
    arm(join(what.copy, '.git'));
    commit(what.source, { 'a.txt': 'one\ntwo\nuser\n' });
    expect(await bring(what)).toMatchObject({ imported: { history: 'merged' } });
    expect(git(what.source, 'show', 'HEAD:a.txt')).toBe('task\ntwo\nuser\n');
    expect(await refreshIndex(what.source)).toEqual({});
    expect(git(what.source, 'log', '--format=%H')).toContain(made);
    expect(readFileSync(join(what.source, '.git/config'), 'utf8')).not.toContain('evil');
  });

  it.each<[string, (gitDir: string) => void]>([
    [
      'borrows objects of the host',
      (at) => writeFileSync(join(at, 'objects/info/alternates'), `${secret}/.git/objects\n`),
    ],
    [
      'borrows them over http',
      (at) => writeFileSync(join(at, 'objects/info/http-alternates'), `${secret}/.git/objects\n`),
    ],
    [
      'has a link for its objects',
      (at) => {
        rmSync(join(at, 'objects'), { recursive: true });
        symlinkSync(join(secret, '.git/objects'), join(at, 'objects'));
      },
    ],
    [
      'has links for folders of objects',
      (at) => {
        for (const name of readdirSync(join(secret, '.git/objects'))) {
          rmSync(join(at, 'objects', name), { recursive: true, force: true });
          symlinkSync(join(secret, '.git/objects', name), join(at, 'objects', name));
        }
      },
    ],
    [
      'has links for objects',
      (at) => {
        const all = join(secret, '.git/objects');
        for (const folder of readdirSync(all).filter((name) => name.length === 2)) {
          mkdirSync(join(at, 'objects', folder), { recursive: true });
          for (const name of readdirSync(join(all, folder))) {
            const link = join(at, 'objects', folder, name);
            // Both may have the same object.
            rmSync(link, { force: true });
            symlinkSync(join(all, folder, name), link);
          }
        }
      },
    ],
    ['says that another folder is what it shares', (at) => writeFileSync(join(at, 'commondir'), `${secret}/.git\n`)],
  ])('that %s gets nothing of the host into the source', async (_, attack) => {
    const what = await copied();
    const gitDir = join(what.copy, '.git');
    attack(gitDir);
    writeFileSync(join(gitDir, 'HEAD'), `${secretCommit}\n`);
    const end = await bring(what);
    expect('fault' in end && end.fault.code).toBe('workspace_history_refused');
    expect(gitEnd(what.source, 'cat-file', '-e', secretCommit).status).not.toBe(0);
    expect(refsOf(what.source)).toBe(`refs/heads/main ${what.base.head}\n`);
    // And as a branch of its own, with a HEAD that has nothing new.
    writeFileSync(join(gitDir, 'HEAD'), `${what.base.head}\n`);
    mkdirSync(join(gitDir, 'refs/heads'), { recursive: true });
    writeFileSync(join(gitDir, 'refs/heads/other'), `${secretCommit}\n`);
    await bring(what);
    expect(gitEnd(what.source, 'cat-file', '-e', secretCommit).status).not.toBe(0);
    expect(refsOf(what.source)).not.toContain(secretCommit);
  });

  it.each<[string, (copy: string) => void]>([
    ['a link to a repository of the host', (copy) => symlinkSync(join(secret, '.git'), join(copy, '.git'))],
    ['a file that names one', (copy) => writeFileSync(join(copy, '.git'), `gitdir: ${secret}/.git\n`)],
    ['gone', () => undefined],
    ['an empty folder', (copy) => mkdirSync(join(copy, '.git'))],
    ['a pipe', (copy) => execFileSync('mkfifo', [join(copy, '.git')])],
    [
      'a folder with pipes',
      (copy) => {
        mkdirSync(join(copy, '.git'));
        for (const name of ['HEAD', 'packed-refs', 'objects', 'refs'])
          execFileSync('mkfifo', [join(copy, '.git', name)]);
      },
    ],
    [
      'a folder with links',
      (copy) => {
        mkdirSync(join(copy, '.git'));
        for (const name of ['HEAD', 'packed-refs', 'objects', 'refs', 'index'])
          symlinkSync(join(secret, '.git', name), join(copy, '.git', name));
      },
    ],
    [
      'a folder with a HEAD that has no end',
      (copy) => {
        mkdirSync(join(copy, '.git'));
        writeFileSync(join(copy, '.git/HEAD'), 'ref: refs/heads/main\n');
        truncateSync(join(copy, '.git/HEAD'), 2 ** 40);
      },
    ],
    [
      'a folder whose branch is a device',
      (copy) => {
        mkdirSync(join(copy, '.git/refs/heads'), { recursive: true });
        writeFileSync(join(copy, '.git/HEAD'), 'ref: refs/heads/main\n');
        symlinkSync('/dev/zero', join(copy, '.git/refs/heads/main'));
      },
    ],
  ])('whose `.git` is %s is refused, and nothing is read', async (_, attack) => {
    const what = await copied();
    rmSync(join(what.copy, '.git'), { recursive: true });
    attack(what.copy);
    const end = await bring(what);
    expect('fault' in end && end.fault.code).toBe('workspace_history_refused');
    expect(JSON.stringify(end)).not.toContain(secretCommit);
    expect(refsOf(what.source)).toBe(`refs/heads/main ${what.base.head}\n`);
  });

  it.each([
    'ref: ../../../../etc/passwd',
    'ref: refs/heads/../../../config',
    'ref: refs/heads/a b',
    'ref: refs/tags/x',
    '--upload-pack=evil',
    `ref: refs/heads/${'x/'.repeat(600)}y`,
    '../x',
  ])('with the HEAD `%s` is refused', async (text) => {
    const what = await copied();
    writeFileSync(join(what.copy, '.git/HEAD'), `${text}\n`);
    const end = await bring(what);
    expect('fault' in end && end.fault.code).toBe('workspace_history_refused');
  });

  it('with names of branches that lead elsewhere or look like options gives none of them to the source', async () => {
    const what = await copied();
    const made = commit(what.copy, { 'b.txt': 'b' });
    git(what.copy, 'reset', '-q', '--hard', 'HEAD~1');
    const names = [
      'refs/heads/../../../x',
      'refs/heads/a..b',
      'refs/heads/x.lock',
      'refs/../config',
      '--all',
      'refs/heads/a\u0007',
      'refs/heads/-x;$(touch x)',
    ];
    writeFileSync(join(what.copy, '.git/packed-refs'), names.map((name) => `${made} ${name}\n`).join(''));
    // The last is a name that git takes as well.
    expect(await bring(what)).toMatchObject({
      imported: { history: 'kept', kept: [{ ref: 'refs/headgate/kept/run-1/heads/-x;$(touch' }] },
    });
    expect(refsOf(what.source)).toBe(
      `refs/headgate/kept/run-1/heads/-x;$(touch ${made}\nrefs/heads/main ${what.base.head}\n`,
    );
  });

  it('cannot give out one commit as another: neither by a replacement, nor by a graft, nor by what it calls shallow', async () => {
    const what = await copied();
    git(what.copy, 'checkout', '-q', '--orphan', 'o');
    const foreign = commit(what.copy, { 'x.txt': 'x' });
    git(what.copy, 'replace', '--graft', foreign, what.base.head as string);
    mkdirSync(join(what.copy, '.git/info'), { recursive: true });
    writeFileSync(join(what.copy, '.git/info/grafts'), `${foreign} ${what.base.head}\n`);
    expect(gitEnd(what.copy, 'merge-base', '--is-ancestor', what.base.head as string, 'HEAD').status).toBe(0);
    git(what.copy, 'checkout', '-q', '-B', 'main');
    expect(await bring(what)).toMatchObject({ fault: { code: 'workspace_history_rewritten' } });
    const other = await copied();
    const made = commit(other.copy, { 'y.txt': 'y' });
    writeFileSync(join(other.copy, '.git/shallow'), `${made}\n`);
    expect(await bring(other)).toMatchObject({ imported: { history: 'fast_forward' } });
    expect(fsck(other.source)).toBe('');
    expect(git(other.source, 'rev-list', '--count', 'HEAD').trim()).toBe('2');
  });

  it('whose object holds other bytes than its id says is refused', async () => {
    const what = await copied();
    commit(what.copy, { 'a.txt': 'task\n' });
    const blob = git(what.copy, 'rev-parse', 'HEAD:a.txt').trim();
    const file = join(what.copy, '.git/objects', blob.slice(0, 2), blob.slice(2));
    chmodSync(file, 0o644);
    writeFileSync(file, deflateSync(Buffer.from('blob 5\0evil\n')));
    const end = await bring(what);
    expect('fault' in end && end.fault.code).toBe('workspace_history_refused');
    expect(headOf(what.source)).toBe(what.base.head);
    expect(fsck(what.source)).toBe('');
  });

  const evil: Readonly<Record<string, (at: string) => string>> = {
    'a folder `.git`': (at) => treeOf(at, [['40000', '.git', treeOf(at, [['100755', 'hooks', blobOf(at, 'x')]])]]),
    'a folder `.GIT`': (at) => treeOf(at, [['40000', '.GIT', treeOf(at, [['100755', 'config', blobOf(at, 'x')]])]]),
    'a file `.git`': (at) => treeOf(at, [['100644', '.git', blobOf(at, 'gitdir: /etc')]]),
    'a folder `git~1`': (at) => treeOf(at, [['40000', 'git~1', treeOf(at, [['100644', 'x', blobOf(at, 'x')]])]]),
    'a folder `..`': (at) => treeOf(at, [['40000', '..', treeOf(at, [['100644', 'x', blobOf(at, 'x')]])]]),
    'a name with `/`': (at) => treeOf(at, [['100644', '../x', blobOf(at, 'x')]]),
    'a name twice': (at) =>
      treeOf(at, [
        ['100644', 'x', blobOf(at, 'x')],
        ['120000', 'x', blobOf(at, '/etc')],
      ]),
    'a link for `.gitmodules`': (at) => treeOf(at, [['120000', '.gitmodules', blobOf(at, '/etc/passwd')]]),
    'a submodule whose address is an option': (at) =>
      treeOf(at, [['100644', '.gitmodules', blobOf(at, '[submodule "x"]\n\tpath = x\n\turl = --upload-pack=evil\n')]]),
    'a submodule whose path is an option': (at) =>
      treeOf(at, [
        ['100644', '.gitmodules', blobOf(at, '[submodule "x"]\n\tpath = -u./evil\n\turl = https://example.test/x\n')],
      ]),
    'a submodule that is called `..`': (at) =>
      treeOf(at, [
        ['100644', '.gitmodules', blobOf(at, '[submodule "../../x"]\n\tpath = x\n\turl = https://example.test/x\n')],
      ]),
    'a submodule that is updated by a command': (at) =>
      treeOf(at, [
        [
          '100644',
          '.gitmodules',
          blobOf(at, `[submodule "x"]\n\tpath = x\n\turl = https://example.test/x\n\tupdate = !${script}\n`),
        ],
      ]),
  };

  it.each(Object.entries(evil))(
    'with commits that hold %s is refused, and they are not in the source',
    async (_, make) => {
      const what = await copied();
      const tree = make(what.copy);
      const made = git(what.copy, 'commit-tree', tree, '-p', 'HEAD', '-m', 'evil').trim();
      writeFileSync(join(what.copy, '.git/refs/heads/main'), `${made}\n`);
      const before = [status(what.source), readdirSync(what.source)];
      const end = await bring(what);
      expect('fault' in end && end.fault.code).toBe('workspace_history_refused');
      expect(gitEnd(what.source, 'cat-file', '-e', made).status).not.toBe(0);
      expect(refsOf(what.source)).toBe(`refs/heads/main ${what.base.head}\n`);
      expect([status(what.source), readdirSync(what.source)]).toEqual(before);
      expect(fsck(what.source)).toBe('');
    },
  );
});

/** Written byte by byte: git makes none with such names. */
function treeOf(at: string, entries: readonly (readonly [string, string, string])[]): string {
  const bytes = entries.map(([mode, name, id]) =>
    Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from(id, 'hex')]),
  );
  return hashed(at, 'tree', Buffer.concat(bytes));
}
const blobOf = (at: string, text: string): string => hashed(at, 'blob', Buffer.from(text));
const hashed = (at: string, type: string, input: Buffer): string =>
  execFileSync('git', ['hash-object', '-t', type, '--literally', '-w', '--stdin'], {
    cwd: at,
    input,
    encoding: 'utf8',
  }).trim();

describe('a source', () => {
  it('whose settings and hooks name programs: it is described, copied and brought up to date, and nothing is run', async () => {
    const source = repository(join(place(), 'r'));
    arm(join(source, '.git'));
    write(source, { 'a.txt': 'one\ntwo\nchanged\n' });
    expect(await describeSource(source)).toMatchObject({ git: { dirty: true } });
    const what = await copied(source);
    const text = readFileSync(join(what.copy, '.git/config'), 'utf8');
    expect(text).not.toMatch(/evil|include|remote|worktree/);
    expect(readFileSync(join(what.copy, '.git/info/exclude'), 'utf8')).not.toContain(secretText);
    expect(existsSync(join(what.copy, '.git/hooks'))).toBe(false);
    git(what.copy, 'commit', '-q', '-a', '-m', 'task');
    expect(await bring(what)).toMatchObject({ imported: { history: 'fast_forward' } });
    expect(await refreshIndex(source)).toEqual({});
  });

  it('whose submodule is armed: nothing of that is run', async () => {
    const inner = repository(join(place(), 'inner'));
    const source = repository(join(place(), 'r'));
    git(source, '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', inner, 'sub');
    commit(source, {});
    arm(join(source, '.git/modules/sub'));
    write(source, { 'sub/a.txt': 'changed\n' });
    expect(await describeSource(source)).toMatchObject({ git: { submodules: ['sub'] } });
    const what = await copied(source);
    commit(what.copy, { 'n.txt': 'n' });
    expect(await bring(what)).toMatchObject({ imported: { history: 'fast_forward' } });
    expect(await refreshIndex(source)).toEqual({});
  });

  it('with another name than the one that it had is still its own', async () => {
    const what = await copied();
    const source = `${what.source}-moved`;
    renameSync(what.source, source);
    commit(what.copy, { 'n.txt': 'n' });
    expect(await bring({ ...what, source })).toMatchObject({ imported: { history: 'fast_forward' } });
  });
});
