/**
 * Where the check server of a user is, and for whom. Loaded before everything else by whoever asks it, so it needs what node has at hand.
 * Danger: whoever can put a socket there decides what `check` says, so the folders must be of this user alone.
 */
import { lstatSync, readFileSync, readlinkSync, statSync } from 'node:fs';

export interface ServerPlace {
  readonly folder: string;
  readonly socket: string;
  /** Of what was installed, of node, and of the rights and the file system of this process: another one is not served. */
  readonly identity: string;
}

/** What the kernel says of a process that decides which files it may read, and which ones it means. */
const RIGHTS = /^(?:Uid|Gid|Groups|CapEff|NoNewPrivs|Seccomp):.*$/gm;
/** Longer paths of sockets are cut off by the kernel. */
const LONGEST = 104;

/** Undefined where there is no folder that is surely of this user alone: then there is no server. `program` is the real path of the file that node was given. */
export function serverPlace(
  env: Readonly<Record<string, string | undefined>>,
  program: string,
): ServerPlace | undefined {
  const base = env['XDG_RUNTIME_DIR'];
  if (process.platform !== 'linux' || !base?.startsWith('/') || !isOwnFolder(base)) return undefined;
  let identity: string;
  try {
    identity = identityOf(program);
  } catch {
    // Without /proc nobody knows who asks.
    return undefined;
  }
  const folder = `${base}/headgate`;
  const socket = `${folder}/check-${shortHash(identity)}.sock`;
  return socket.length > LONGEST ? undefined : { folder, socket, identity };
}

/** A folder, and no link to one, which only this user can enter. */
export function isOwnFolder(path: string): boolean {
  try {
    const found = lstatSync(path);
    return found.isDirectory() && found.uid === process.geteuid?.() && (found.mode & 0o077) === 0;
  } catch {
    return false;
  }
}

function identityOf(program: string): string {
  const { dev, ino, size, mtimeMs, ctimeMs } = statSync(program);
  const top = statSync('/');
  return JSON.stringify([
    [program, dev, ino, size, mtimeMs, ctimeMs],
    [process.execPath, process.version],
    readFileSync('/proc/self/status', 'latin1').match(RIGHTS),
    [readlinkSync('/proc/self/ns/mnt'), readlinkSync('/proc/self/ns/user'), top.dev, top.ino],
  ]);
}

/** For names only: what has the same name is told apart by its identity. FNV-1a, twice. */
function shortHash(text: string): string {
  const one = (seed: number): string => {
    let hash = seed;
    for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 16_777_619);
    return (hash >>> 0).toString(16).padStart(8, '0');
  };
  return one(2_166_136_261) + one(40_389);
}
