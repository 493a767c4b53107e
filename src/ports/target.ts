/**
 * A place that takes a whole plan at once, and keeps it running by itself: an engine, a cluster. What it runs goes on when nobody looks,
 * so whoever drives it says what is to be there, looks at what is, and takes it away again.
 */
import type { Blocked } from '../ir/blocked.ts';
import type { Standing } from './authority.ts';
import type { Probed } from './environment.ts';

/** What speaks for a component, from a start to its end. */
export interface Life {
  readonly id: string;
  readonly isOver: boolean;
}

/** What was seen of one component. */
export interface Seen {
  /** `waiting`: it ended, and is to be started again by the place. `ended`: for good. */
  readonly state: 'absent' | 'starting' | 'ready' | 'waiting' | 'ended';
  /** Of its last end; null where it is not known. */
  readonly code: number | null;
  /** Starts after the first, of this instance. */
  readonly restarts: number;
  /** Another one is another life of the component. */
  readonly instance: string;
  /** Those that have begun: one that is to begin has nothing to say yet. */
  readonly lives?: readonly Life[];
  /** Why it does not get ready, where that is known to stay so. */
  readonly fault?: string;
}

/** A fault is told when nothing could be seen: it says nothing of what runs. */
export type Observed = { readonly seen: ReadonlyMap<string, Seen> } | { readonly fault: string };

export type Applied =
  | { readonly applied: true }
  | { readonly fault: string }
  | { readonly blocked: readonly Blocked[] };

export interface Target {
  /** `compose`, `kubernetes`. */
  readonly name: string;
  /** Whether it can be asked at all; quick, and without effect. */
  readonly probe: () => Promise<Probed>;
  /** Makes what runs there what the plan says. Components of `without` are not started: they have had their effect. */
  readonly apply: (without: ReadonlySet<string>, on: Standing, signal: AbortSignal) => Promise<Applied>;
  /** How every component is, by moniker; one that is not named is absent. */
  readonly observe: () => Promise<Observed>;
  /** Everything is ready: whether it may be called enforced. */
  readonly confirm?: (signal: AbortSignal) => Promise<readonly Blocked[]>;
  /**
   * What is said in a life, from `since` on (RFC 3339; everything unless given), until the signal or until it has ended. Answers whether that
   * was all: false where it could not be had, or was broken off.
   */
  readonly follow: (life: string, since: string | undefined, hear: Hear, signal: AbortSignal) => Promise<boolean>;
  /** Whoever follows a life is told what earlier ones of the same instance have said once more. */
  readonly repeats: boolean;
  /** URLs by name, once everything is ready; opens what leads there. */
  readonly exports: (on: Standing, signal: AbortSignal) => Promise<Readonly<Record<string, string>>>;
  /** Takes away what runs, and keeps storage. Answers what hindered it. May be asked again, with a shorter grace. */
  readonly stop: (graceMs: number, on: Standing) => Promise<string | undefined>;
  /** Releases what this process holds. */
  readonly close: () => Promise<void>;
}

/** A promise holds the reading back. */
export type Hear = (stream: 'stdout' | 'stderr', chunk: Buffer) => unknown;
