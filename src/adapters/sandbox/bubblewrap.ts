/** bubblewrap: what it can do here, and how it is called. */
import { spawn } from 'node:child_process';
import { systemProgram } from '../files/system-program.ts';
import type { SystemPart } from './host-view.ts';
import { agentIds } from './ids.ts';
import { inside, wholeProc } from './inside.ts';
import { statOf } from './look.ts';
import type { SandboxBind, SandboxScratch } from './mounts.ts';
import { instead, type SandboxUnavailable, toInstall } from './unavailable.ts';

export interface Bubblewrap {
  readonly path: string;
  /** `--size`, since 0.7; refused when bubblewrap is setuid. */
  readonly sizes: boolean;
  /** `--disable-userns`, since 0.8; some containers do not let it work. */
  readonly noNesting: boolean;
}

let known: Bubblewrap | undefined;

/** Asks the installed bubblewrap; takes some 10 ms, and nothing once it was found. */
export async function findBubblewrap(): Promise<Bubblewrap | SandboxUnavailable> {
  const found = known ?? (await find());
  if ('path' in found) known = found;
  return found;
}

async function find(): Promise<Bubblewrap | SandboxUnavailable> {
  if (process.platform !== 'linux')
    return {
      message: `sandboxes are made with bubblewrap, which only Linux has, and this is ${process.platform}`,
      help: `compile on Linux, ${instead}`,
      remedy: 'run it on Linux',
    };
  const path = systemProgram('bwrap');
  if (path === undefined) return { message: 'bubblewrap (`bwrap`) is not installed', ...toInstall };
  const nested = ['--unshare-user', '--disable-userns', '--ro-bind', '/', '/', '--proc', '/proc', path, '--version'];
  const [plain, disabled] = await Promise.all([run(path, ['--version']), run(path, nested)]);
  const [, major, minor] = /(\d+)\.(\d+)/.exec(plain ?? '') ?? [];
  if (major === undefined || minor === undefined)
    return { message: `\`${path} --version\` does not run`, ...toInstall };
  const version = Number(major) * 1000 + Number(minor);
  if (version < 5) return { message: `bubblewrap ${major}.${minor} is too old`, ...toInstall };
  const setuid = ((statOf(path)?.mode ?? 0) & 0o4000) !== 0;
  return { path, sizes: version >= 7 && !setuid, noNesting: disabled !== undefined };
}

const run = (path: string, args: readonly string[]): Promise<string | undefined> =>
  ask(path, args).then(({ ok, stdout }) => (ok ? stdout : undefined));

interface Answer {
  readonly ok: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * In a group of its own: Ctrl-C of a terminal goes to the whole group, and what it ended would be taken for what cannot run. One
 * that comes before the new process has left the group ends it all the same; it is then asked again.
 */
export async function ask(path: string, args: readonly string[]): Promise<Answer> {
  const first = await askOnce(path, args);
  return first.interrupted ? askOnce(path, args) : first;
}

function askOnce(path: string, args: readonly string[]): Promise<Answer & { readonly interrupted: boolean }> {
  return new Promise((done) => {
    const said = { stdout: '', stderr: '' };
    const child = spawn(path, args, { env: {}, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    const late = setTimeout(() => child.kill('SIGKILL'), 5_000);
    for (const name of ['stdout', 'stderr'] as const)
      child[name].setEncoding('utf8').on('data', (text: string) => {
        if (said[name].length < 65_536) said[name] += text;
      });
    const settle = (ok: boolean, signal: NodeJS.Signals | null): void => {
      clearTimeout(late);
      done({
        ok,
        interrupted: signal !== null && ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'].includes(signal),
        ...said,
      });
    };
    child.on('error', () => settle(false, null));
    child.on('close', (code, signal) => settle(code === 0, signal));
  });
}

export interface Layout {
  readonly system: readonly SystemPart[];
  /** Read-only at their own paths; parents before what is in them. */
  readonly folders: readonly string[];
  /** Empty folders to make. */
  readonly emptyFolders: readonly string[];
  /** Path → target. */
  readonly links: ReadonlyMap<string, string>;
  /** Read-only: path inside → path on the host. */
  readonly mounts: ReadonlyMap<string, string>;
  /** Folders of the host, parents first. */
  readonly binds: readonly SandboxBind[];
  /** Empty folders to write to. */
  readonly scratch: readonly SandboxScratch[];
  /** Files with contents that are read from a descriptor. */
  readonly files: readonly { readonly path: string; readonly fd: number }[];
  readonly tmpBytes: number;
  /** bubblewrap writes the process id of the sandbox's first process to it. */
  readonly infoFd: number;
}

/** Those that are handed over in a descriptor, so that no command line tells them: without the command itself. */
export function bubblewrapArguments(bubblewrap: Bubblewrap, layout: Layout): readonly string[] {
  const tmpfs = (path: string, bytes = layout.tmpBytes): readonly string[] => [
    ...(bubblewrap.sizes ? ['--size', String(bytes)] : []),
    '--tmpfs',
    path,
  ];
  const bind = (path: string, from = path): readonly string[] => ['--ro-bind', from, path];
  const { uid, gid } = agentIds();
  return [
    '--unshare-all',
    // `--unshare-all` goes on without a user namespace when it runs as root.
    '--unshare-user',
    ...['--uid', String(uid), '--gid', String(gid)],
    ...[
      '--die-with-parent',
      '--new-session',
      '--cap-drop',
      'ALL',
      '--clearenv',
      '--hostname',
      'headgate',
      '--info-fd',
      String(layout.infoFd),
    ],
    ...layout.system.flatMap((part) =>
      part.kind === 'link' ? ['--symlink', part.target, part.path] : bind(part.path),
    ),
    ...[
      '--proc',
      '/proc',
      '--dev',
      '/dev',
      ...tmpfs('/dev/shm'),
      '--remount-ro',
      '/dev',
      ...tmpfs('/tmp'),
      ...tmpfs('/run'),
    ],
    ...layout.folders.flatMap((path) => bind(path)),
    ...layout.emptyFolders.flatMap((path) => ['--dir', path]),
    ...['--dir', inside.home, '--dir', inside.agentFolder],
    ...wholeProc(),
    ...[...layout.links].flatMap(([path, target]) => ['--symlink', target, path]),
    ...[...layout.mounts].flatMap(([path, from]) => bind(path, from)),
    ...layout.binds.flatMap(({ source, target, writable }) => [writable ? '--bind' : '--ro-bind', source, target]),
    ...layout.scratch.flatMap(({ target, bytes }) => tmpfs(target, bytes)),
    ...layout.files.flatMap(({ path, fd }) => ['--perms', '0400', '--ro-bind-data', String(fd), path]),
    ...['--remount-ro', '/'],
  ];
}

/** As `--args` reads them. */
export const asArguments = (args: readonly string[]): string => args.map((arg) => `${arg}\0`).join('');

/** Parents first, and nothing twice: what lies in a bound folder is there already. */
export function outermost(paths: Iterable<string>): readonly string[] {
  const out: string[] = [];
  for (const path of [...new Set(paths)].sort((a, b) => a.length - b.length)) {
    if (!out.some((folder) => path === folder || path.startsWith(`${folder}/`))) out.push(path);
  }
  return out;
}
