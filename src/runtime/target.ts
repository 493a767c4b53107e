/** Where components run. The executor knows no more of a place than this. */
import type { Blocked } from './blocked.ts';
import type { Exit } from './local/backoff.ts';

export interface Started {
  /** Its ports answer; never settles for one that ends before. */
  readonly ready: Promise<void>;
  /** Settles once. `fault` is set when it was not the program that ended. */
  readonly ended: Promise<Exit & { readonly fault?: string }>;
  readonly pid: number | undefined;
  /** Asks it to end, and ends its whole process tree after `graceMs`. */
  readonly terminate: (graceMs: number) => Promise<void>;
}

export interface Opened {
  /** URLs by name. */
  readonly exports: ReadonlyMap<string, string>;
}

export interface Target {
  /** Whether anything can run here at all; quick, and without effect. */
  readonly probe: () => Promise<readonly Blocked[]>;
  /** Makes what all components share, before any of them starts. */
  readonly open: () => Promise<Opened | { readonly blocked: readonly Blocked[] }>;
  readonly start: (moniker: string) => Started;
  /** It has ended for good: who connects to it is refused at once. */
  readonly over: (moniker: string) => void;
  /** Releases everything; components have ended. */
  readonly close: () => Promise<void>;
}
