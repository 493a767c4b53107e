/** Where components run. The executor knows no more of a place than this. */
import type { JsonObject } from '../base/json.ts';
import type { Blocked } from './blocked.ts';
import type { Exit } from './environments/local/backoff.ts';
import type { SizedStorage } from './environments/local/storage.ts';

export interface Started {
  /** Its ports answer; never settles for one that ends before. */
  readonly ready: Promise<void>;
  /** What was measured in the place where it runs, before it ran; never settles where nothing was measured. */
  readonly measured: Promise<JsonObject>;
  readonly ended: Promise<End>;
  /** Undefined where nobody has looked. */
  readonly ports: () => PortsHeard | undefined;
  /** It took more than it may, and is to be ended for that reason; `ended` tells it as well. */
  readonly exceeded?: Promise<string>;
  readonly pid: number | undefined;
  /** Asks it to end, and ends its whole process tree after `graceMs`. */
  readonly terminate: (graceMs: number) => Promise<void>;
}

/** While a program is starting; of many ports, the first. */
export interface PortsHeard {
  /** It should listen on them, and does not. */
  readonly missing: readonly number[];
  /** It listens on them, and nobody knows of them. */
  readonly others: readonly number[];
}

/** Settles once. */
export interface End extends Exit {
  /** Set when it was not the program that ended. */
  readonly fault?: string;
  /** False when the program was never started. */
  readonly ran?: boolean;
}

export interface Probed {
  readonly blocked: readonly Blocked[];
  /** What was found out about this place: of all runs that find the same, the same. */
  readonly facts: JsonObject;
}

export interface Opened {
  /** URLs by name. */
  readonly exports: ReadonlyMap<string, string>;
  /** Storage with a size, and what keeps it to that. */
  readonly storage: readonly SizedStorage[];
}

export interface Target {
  /** Whether anything can run here at all; quick, and without effect. */
  readonly probe: () => Promise<Probed>;
  /** Makes what all components share, before any of them starts. */
  readonly open: () => Promise<Opened | { readonly blocked: readonly Blocked[] }>;
  readonly start: (moniker: string, attempt: number) => Started;
  /** How an attempt ended whose end nobody heard of; undefined when that is not known. */
  readonly endOf: (moniker: string, attempt: number) => Exit | undefined;
  /** It has ended for good: who connects to it is refused at once. */
  readonly over: (moniker: string) => void;
  /** Releases everything; components have ended. */
  readonly close: () => Promise<void>;
}
