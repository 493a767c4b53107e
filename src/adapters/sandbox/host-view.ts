/** Which parts of the host's file system a sandbox may see, and which it may never see whole. */
import { existsSync, readdirSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { linkTarget } from './look.ts';

/** A part of the system, in the order in which it is laid out. */
export type SystemPart = { readonly kind: 'bind' | 'link'; readonly path: string; readonly target: string };

const roots = ['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32', '/opt', '/nix/store'] as const;

/** Programs need these; none of them tells anything about users or the network. */
const settings = [
  'alternatives',
  'ca-certificates',
  'crypto-policies',
  'ld.so.cache',
  'ld.so.conf',
  'ld.so.conf.d',
  'localtime',
  'mime.types',
  'nsswitch.conf',
  'os-release',
  'pki/ca-trust',
  'pki/tls/certs',
  'protocols',
  'services',
  'ssl/certs',
  'ssl/openssl.cnf',
] as const;

export function systemParts(): readonly SystemPart[] {
  const parts: SystemPart[] = [];
  for (const path of [...roots, ...settings.map((name) => `/etc/${name}`)]) {
    // A link into another part (`/bin` → `usr/bin`) stays a link.
    const target = linkTarget(path);
    if (target !== undefined) parts.push({ kind: 'link', path, target });
    else if (existsSync(path)) parts.push({ kind: 'bind', path, target: path });
  }
  return parts;
}

/** True below a system folder: visible already. `/etc` is visible in parts only. */
export const isSystemPath = (path: string): boolean => roots.some((root) => isInside(path, root));

export const isInside = (path: string, folder: string): boolean =>
  path === folder || path.startsWith(folder === '/' ? '/' : `${folder}/`);

const shared = [
  '/',
  '/boot',
  '/dev',
  '/etc',
  '/home',
  '/media',
  '/mnt',
  '/proc',
  '/root',
  '/run',
  '/run/user',
  '/srv',
  '/sys',
  '/tmp',
  '/Users',
  '/var',
  '/var/lib',
  '/var/run',
  '/var/tmp',
];

/** Homes, what holds homes, and folders that hold everybody's things: never bound as a whole. */
export function isTooWide(folder: string, known?: readonly string[]): boolean {
  const parent = dirname(folder);
  if (shared.includes(folder) || ['/home', '/Users', '/run/user'].includes(parent)) return true;
  return isHome(folder, known);
}

/** A home, or something around one. `known` are `homes()`, of whoever asks often. */
export const isHome = (folder: string, known = homes()): boolean => known.some((home) => isInside(home, folder));

/** Of this user. Reads the system's list of accounts. */
export function homes(): readonly string[] {
  const known: string[] = [];
  for (const home of [homedir, () => userInfo().homedir]) {
    try {
      known.push(home());
    } catch {
      // The user has no entry in the system's list, and no HOME either.
    }
  }
  return known.filter((home) => home !== '' && home !== '/');
}

/**
 * What to bind so that an executable finds its libraries: the installation around a `bin` folder (as pyenv, nvm, conda and
 * virtual environments have one), else its folder, else the file alone.
 */
export function installationOf(file: string): string {
  const folder = dirname(file);
  return installationAround(file) ?? (isTooWide(folder) ? file : folder);
}

/** The folder around the `bin` that a program is in, where that is an installation. */
export function installationAround(file: string): string | undefined {
  const folder = dirname(file);
  const around = dirname(folder);
  const isOne =
    ['bin', 'sbin'].includes(basename(folder)) &&
    !isTooWide(around) &&
    !isDotFolderOfHome(around) &&
    looksInstalled(around);
  return isOne ? around : undefined;
}

function looksInstalled(folder: string): boolean {
  if (['pyvenv.cfg', 'conda-meta'].some((name) => existsSync(join(folder, name)))) return true;
  try {
    return readdirSync(join(folder, 'lib')).some((name) =>
      /^(python\d|node_modules$|ruby$|perl5$|erlang$|modules$)/.test(name),
    );
  } catch {
    return false;
  }
}

/** `~/.local`, `~/.cargo` and the like hold credentials beside their `bin`. */
const isDotFolderOfHome = (folder: string): boolean =>
  basename(folder).startsWith('.') && homes().includes(dirname(folder)) && !existsSync(join(folder, 'pyvenv.cfg'));
