/** Folders that are no workspace: those of the system, whole homes, and what other file systems are mounted in. */
import { readFileSync, realpathSync, statSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import type { BytePath } from '../../ir/workspace.ts';
import { readReason } from '../files/io-reason.ts';
import { mountsIn } from '../sandbox/mountinfo.ts';
import { pathOfBytes, pathText, placeAsTyped } from './byte-path.ts';
import type { SyncFault } from './fault.ts';

/** Neither these nor anything in them. */
const closed = [
  '/proc',
  '/sys',
  '/dev',
  '/boot',
  '/etc',
  '/bin',
  '/sbin',
  '/lib',
  '/lib32',
  '/lib64',
  '/libx32',
].concat([
  '/usr/bin',
  '/usr/sbin',
  '/usr/lib',
  '/usr/lib32',
  '/usr/lib64',
  '/usr/libexec',
  '/usr/include',
  '/usr/share',
]);
/** In what is closed, and nevertheless a place for files of everybody. */
const open = '/dev/shm';
/** Not these as a whole; folders in them belong to somebody. */
const shared = [
  '/',
  '/home',
  '/root',
  '/tmp',
  '/usr',
  '/usr/local',
  '/usr/src',
  '/var',
  '/var/lib',
  '/var/tmp',
  '/var/cache',
]
  .concat(['/var/log', '/var/spool', '/var/run', '/var/opt', '/opt', '/mnt', '/media', '/srv', '/run', '/run/user'])
  .concat(['/nix', '/nix/store', '/gnu', '/gnu/store', '/snap', '/lost+found', '/Users', open]);

export type Root =
  | { readonly real: string /** Mount points in it, from there. */; readonly mounts: readonly BytePath[] }
  | { readonly fault: SyncFault };

/** Of a folder that is to be looked at, or written to: its real path, or why it is not. `home` is that of the person who asks. */
export function rootOf(root: string, home: string = homedir()): Root {
  let real: string;
  try {
    real = realpathSync(root);
    if (!statSync(real).isDirectory()) return { fault: noFolder(root, 'it is not a folder') };
  } catch (error) {
    return { fault: noFolder(root, readReason(error as NodeJS.ErrnoException)) };
  }
  const fault = systemRefusal(real, home);
  return fault ? { fault } : { real, mounts: mountsBelow(real) };
}

/** Undefined where it may be a workspace. `real` is a real path. */
export function systemRefusal(real: string, home: string = homedir()): SyncFault | undefined {
  const homes = [home, accountHome()]
    .filter((one) => one !== undefined && one !== '')
    .map((one) => realOr(one as string));
  const isClosed = !isBelow(real, open) && closed.some((one) => real === one || isBelow(real, one));
  const why =
    isClosed || shared.includes(real)
      ? 'it is a folder of the system'
      : homes.includes(real) || /^\/(home|Users|run\/user)\/[^/]+$/.test(real)
        ? 'it is a whole home folder'
        : homes.some((one) => isBelow(one, real))
          ? 'a whole home folder lies in it'
          : undefined;
  return why === undefined
    ? undefined
    : {
        code: 'workspace_system_root',
        message: `\`${placeAsTyped(real)}\` cannot be a workspace: ${why}`,
        remedy: 'name the folder of one project',
      };
}

/** From `real`, a real path; what is mounted there itself is no matter. */
export function mountsBelow(real: string, mountinfo: string = mountsHere()): readonly BytePath[] {
  const start = real === '/' ? '/' : `${pathOfBytes(Buffer.from(real))}/`;
  const found = new Set<BytePath>();
  for (const { at } of mountsIn(mountinfo)) if (at.startsWith(start) && at !== start) found.add(at.slice(start.length));
  return [...found].sort();
}

export const mountFault = (path: BytePath): SyncFault => ({
  code: 'workspace_nested_mount',
  path,
  message: `\`${pathText(path)}\` is another file system, mounted in the workspace`,
  remedy: 'unmount it, or leave it out with `exclude`',
});

export interface LeavingLink {
  readonly path: BytePath;
  readonly target: BytePath;
}
export interface Side {
  /** Absolute. */
  readonly root: string;
  readonly isCopy: boolean;
}

/** Each of thousands would hide the others. */
const mostLinks = 5;

/** Of at least one, in the order of the tree. */
export function linkFault(links: readonly LeavingLink[], { root, isCopy }: Side): SyncFault {
  const named = links.slice(0, mostLinks).map(({ path, target }) => `\`${pathText(path)}\` to \`${pathText(target)}\``);
  const more = links.length > named.length ? ` and ${links.length - named.length} more` : '';
  const [what, lead, them] = links.length === 1 ? ['a link', 'leads', 'it'] : ['links', 'lead', 'them'];
  return {
    code: 'workspace_link_leaves',
    path: links[0]?.path ?? '',
    message: `${what} in the ${isCopy ? 'copy' : 'source'} \`${placeAsTyped(root)}\` ${lead} out of the workspace: ${named.join(', ')}${more}`,
    remedy: isCopy
      ? `remove ${them} from the copy, or make ${them} lead to files of the workspace by relative paths; then finalize again`
      : `make ${them} lead to files of the workspace, or leave ${them} out with \`exclude\``,
  };
}

/** Read as bytes: a mount point need not be UTF-8. */
function mountsHere(): string {
  try {
    return readFileSync('/proc/self/mountinfo', 'latin1');
  } catch {
    // Not Linux. Other file systems are still seen by their number.
    return '';
  }
}

/** While it was looked at. */
export const rootGone = ({ root, isCopy }: Side): SyncFault => ({
  code: 'workspace_unreadable',
  path: '',
  message: `the ${isCopy ? 'copy' : 'source'} \`${placeAsTyped(root)}\` is not there any more: it went while it was read`,
  remedy: 'put it back where it was',
});

const noFolder = (root: string, reason: string): SyncFault => ({
  code: 'workspace_unreadable',
  message: `the folder \`${placeAsTyped(root)}\` cannot be read: ${reason}`,
  remedy: 'name a folder that is there and that you may read',
});

const isBelow = (path: string, folder: string): boolean =>
  path.startsWith(folder === '/' ? '/' : `${folder}/`) && path !== folder;

function accountHome(): string | undefined {
  try {
    return userInfo().homedir;
  } catch {
    // A number that no account has.
    return undefined;
  }
}

function realOr(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
