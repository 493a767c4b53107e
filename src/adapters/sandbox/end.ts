/** How sandboxes end, and that in words. */
import { printable } from '../../base/printable.ts';
import type { SandboxLimits } from './limits.ts';
import type { SandboxSpec } from './spec.ts';

export type SandboxEnd =
  /** The sandbox could not be made. */
  | { readonly reason: 'sandbox'; readonly message: string; readonly help: string }
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
  | { readonly reason: 'limit'; readonly message: string; readonly help: string }
  | { readonly reason: 'stopped' };

/** Agents tell these from inside a sandbox. */
const told = (text: unknown): string => printable(String(text)).slice(0, 300);

export function describeExit(code: number | null, signal: string | null): string {
  if (signal === 'SIGXCPU') return 'it used up its CPU time (SIGXCPU)';
  if (signal === 'SIGXFSZ') return 'it wrote too large a file (SIGXFSZ)';
  if (signal !== null) return `it was killed by ${told(signal)}`;
  return code === 0 ? 'it ended with status 0' : `it ended with status ${told(code)}`;
}

export function failedToRun(code: string, message: string, spec: SandboxSpec): SandboxEnd {
  const name = spec.argv[0] ?? '';
  if (code === 'EADDRINUSE') return { reason: 'start', message: told(message) };
  if (code === 'ESHARED')
    return {
      reason: 'sandbox',
      message:
        'bubblewrap made a sandbox that shares the network or other parts of this machine, and nothing was started in it',
      help: 'reinstall bubblewrap, and look whether `bwrap` is the real one',
    };
  if (code === 'ENOENT')
    return {
      reason: 'start',
      message: `program \`${name}\` does not exist in the sandbox`,
      help: 'only system folders, the folder of the manifest and the folder of the program are visible to a program',
    };
  if (code === 'EACCES') return { reason: 'start', message: `program \`${name}\` is not executable` };
  if (code === 'E2BIG')
    return {
      reason: 'start',
      message: `the arguments and environment of \`${name}\` are larger than the system takes`,
    };
  return {
    reason: 'start',
    message: `program \`${name}\` cannot be started: ${told(message === '' ? code : message)}`,
  };
}

export function limitExceeded(what: 'processes' | 'memory', value: number, limits: SandboxLimits): SandboxEnd {
  const help = 'programs in a sandbox share one budget; use less, or run the program outside and name its URL';
  if (what === 'processes')
    return {
      reason: 'limit',
      message: `it ran ${told(value)} processes at once, and ${limits.processes} are allowed`,
      help,
    };
  return {
    reason: 'limit',
    message: `it took ${mib(value)} MiB of memory, and ${mib(limits.totalBytes)} MiB are allowed`,
    help,
  };
}

const mib = (bytes: number): number => Math.round(Number(bytes) / (1024 * 1024));
