/** What of this machine a sandbox is tried against. Nothing here is shown to the program. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { deniedCalls } from '../seccomp/denied-calls.ts';
import { architectureOf } from '../seccomp/filter.ts';

/** A path, and what it is called where no path of this machine is to be told. */
export interface Labelled {
  readonly path: string;
  readonly label: string;
}

const userHome = (): string => {
  try {
    return homedir();
  } catch {
    return '/root';
  }
};

/** Files with this name are made nowhere else; each place is one that a program may never write to. */
export function placesOutside(name: string, places: readonly Labelled[]): readonly Labelled[] {
  const system = ['/etc', '/usr', '/usr/local', '/var/tmp', '/opt'].map((path) => ({ path, label: path }));
  return [...places, { path: userHome(), label: '~' }, ...system].map(({ path, label }) => ({
    path: join(path, name),
    label,
  }));
}

/** The folder that git keeps for a checkout; that of a worktree lies elsewhere, and its `.git` says where. */
export function gitFolderOf(tree: string): string {
  const path = join(tree, '.git');
  try {
    const [, led] = /^gitdir:\s*(.+)$/m.exec(readFileSync(path, 'utf8')) ?? [];
    return led === undefined ? path : resolve(tree, led.trim());
  } catch {
    return path;
  }
}

const folders = ['.ssh', '.gnupg', '.aws', '.config/headgate', '.config/gcloud', '.kube', '.docker'] as const;
const files = ['/etc/shadow', '/etc/gshadow', '/etc/ssh/ssh_host_ed25519_key', '/etc/ssh/ssh_host_rsa_key'] as const;

/** Where keys usually lie, as far as there are any: those of the user, and those of this machine. */
export function keyFiles(): readonly Labelled[] {
  const home = userHome();
  const own = folders.flatMap((folder) =>
    namesIn(join(home, folder))
      .slice(0, 32)
      .map((name) => ({ path: join(home, folder, name), label: `~/${folder}/${name}` })),
  );
  return [...own, ...files.filter((path) => existsSync(path)).map((path) => ({ path, label: path }))];
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => name)
      .sort();
  } catch {
    return [];
  }
}

/** Opened for writing and closed again. */
export const kernelSettings: readonly string[] = [
  '/proc/sys/kernel/core_pattern',
  '/proc/sys/kernel/hostname',
  '/proc/sys/net/ipv4/ip_forward',
  '/proc/sys/vm/overcommit_memory',
];

/** Asks for the id of the session's keyring, which changes nothing: node itself makes no system calls by number. */
export function keyringCallers(): { readonly keyctl: number; readonly callers: readonly (readonly string[])[] } {
  const architecture = architectureOf(process.arch) ?? 'x86_64';
  const keyctl = deniedCalls.find(({ name }) => name === 'keyctl')?.[architecture] ?? 0;
  const python = `import ctypes; print(ctypes.CDLL(None).syscall(${keyctl}, 0, -3, 0))`;
  return {
    keyctl,
    callers: [
      ['/usr/bin/perl', '-e', `print syscall(${keyctl}, 0, -3, 0)`],
      ['/usr/bin/python3', '-S', '-c', python],
    ],
  };
}
