/** How sandboxes end, and that in words. */
import { printable } from '../../base/printable.ts';
import { type Excess, type Metered, mostFilesIn } from './folder-meter.ts';
import type { Difference } from './judge.ts';
import type { SandboxLimits } from './limits.ts';
import type { SandboxCache } from './mounts.ts';
import type { SandboxSpec } from './spec.ts';
import { bubblewrapFault } from './unavailable.ts';
import type { Exceeded } from './watch-limits.ts';

export type SandboxEnd =
  /** The sandbox could not be made. */
  | { readonly reason: 'sandbox'; readonly message: string; readonly help: string }
  /** It was made, and is not the one that was asked for; nothing was started in it. */
  | {
      readonly reason: 'differs';
      readonly message: string;
      readonly help: string;
      readonly differs: readonly Difference[];
    }
  /** It would show the program what opens a vault. */
  | { readonly reason: 'shown'; readonly message: string; readonly help: string }
  /** The program could not be started, or its sandbox broke down. */
  | {
      readonly reason: 'start';
      readonly message: string;
      readonly help?: string;
      /** The program was running by then. */
      readonly ran?: true;
    }
  | {
      readonly reason: 'exited';
      readonly message: string;
      readonly code: number | null;
      readonly signal: string | null;
    }
  | {
      readonly reason: 'limit';
      readonly of: Exceeded['what'] | 'cache';
      readonly message: string;
      readonly help: string;
    }
  | { readonly reason: 'stopped' };

/** Agents tell these from inside a sandbox. */
const told = (text: unknown): string => printable(String(text)).slice(0, 300);

/** `said` is the end of its standard error. */
export function failedToRun(code: string, message: string, spec: SandboxSpec, said: string): SandboxEnd {
  const name = spec.argv[0] ?? '';
  if (code === 'EADDRINUSE') return { reason: 'start', message: told(message) };
  if (code === 'ENOENT')
    return {
      reason: 'start',
      message: `program \`${name}\` does not exist in the sandbox`,
      help: 'only system folders, the folder of the manifest and the folder of the program are visible to a program',
    };
  if (code === 'ECWD')
    return {
      reason: 'start',
      message: `\`${spec.beginsAt ?? spec.cwd}\`, where \`${name}\` is to begin, is not a folder in the sandbox`,
      help: 'name a folder below that of the manifest, or one of its storage',
    };
  if (code === 'EACCES') return { reason: 'start', message: `program \`${name}\` is not executable` };
  if (code === 'E2BIG')
    return {
      reason: 'start',
      message: `the arguments and environment of \`${name}\` are larger than the system takes`,
    };
  if (code === 'EGATE') return { reason: 'sandbox', ...bubblewrapFault(said) };
  return {
    reason: 'start',
    message: `program \`${name}\` cannot be started: ${told(message === '' ? code : message)}`,
  };
}

export function sandboxDiffers(differs: readonly Difference[]): SandboxEnd {
  const rows = differs.map(({ what, asked, found }) => `${what}: asked for ${asked}, found ${found}`);
  return {
    reason: 'differs',
    message: `its sandbox is not the one that was asked for, and nothing was started in it (${told(rows.join('; '))})`,
    help: 'reinstall bubblewrap, and look whether `bwrap` is the real one',
    differs,
  };
}

export function limitExceeded(exceeded: Exceeded, limits: SandboxLimits): SandboxEnd {
  const { what, value } = exceeded;
  const help = 'programs in a sandbox share one budget; use less, or run the program outside and name its URL';
  if (what === 'processes')
    return {
      reason: 'limit',
      of: what,
      message: `it ran ${told(value)} processes at once, and ${limits.processes} are allowed`,
      help,
    };
  if (what === 'files')
    return {
      reason: 'limit',
      of: what,
      message: `it made ${told(value)} files and folders in ${told(exceeded.at)}, which is held in memory, and ${told(exceeded.most)} are allowed`,
      help: 'keep many files in storage, or in fewer and larger files',
    };
  return {
    reason: 'limit',
    of: what,
    message: `it took ${mib(value)} MiB of memory, and ${mib(limits.totalBytes)} MiB are allowed`,
    help,
  };
}

export function cacheExceeded({ of, held }: Excess<Metered>, { target, bytes }: SandboxCache): SandboxEnd {
  const its = `its cache at ${target}`;
  const message = {
    bytes: `${its} holds ${mib(held.bytes)} MiB, and ${mib(bytes)} MiB are allowed`,
    files: `${its} holds ${held.files} files and folders, and ${mostFilesIn(bytes)} are allowed`,
    closed: `${its} has a folder that headgate cannot look into`,
  }[of];
  return { reason: 'limit', of: 'cache', message, help: 'let it keep less, or give its sandbox a larger cache' };
}

const mib = (bytes: number): number => Math.round(Number(bytes) / (1024 * 1024));
