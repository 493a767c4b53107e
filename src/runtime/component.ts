/** What a run knows of one component, wherever it runs: enough to decide when it starts, how long it may take, and what it is granted. */
import type { Limits } from '../plan/profiles/limits.ts';
import type { Binding } from '../plan/wiring/bindings.ts';
import type { StorageMount } from '../plan/wiring/storage.ts';

export type Restart = 'always' | 'on-failure' | 'never';

/** What a component may use up; what is not given is what every component of a run may. */
export type Budget = Limits;

export interface ComponentSpec {
  readonly moniker: string;
  /** It is ready when all of them accept connections. */
  readonly ports: readonly number[];
  readonly storage: readonly StorageMount[];
  readonly restart: Restart;
  /** Restarts in a row before it is given up. */
  readonly restarts: number;
  /** How long its ports may take to open; null for what the run allows. */
  readonly readyMs: number | null;
  readonly budget: Budget;
  /** Strong providers: it starts when they are ready. */
  readonly after: readonly string[];
  /** What it may reach outside, as `host:port`; null for nothing. */
  readonly egress: { readonly grants: readonly string[] } | null;
  /** Secrets that it is given when it starts; absent for none. */
  readonly bindings?: readonly Binding[];
  /** It may talk to its own run; absent where it may not. */
  readonly control?: true;
  /** A folder that survives the run; absent for none. */
  readonly cache?: CacheGrant;
  /** Reference of the image that it is started from; absent where it is a program of this machine. */
  readonly image?: string;
}

export interface CacheGrant {
  /** Digest of everything that its user is configured by: what is configured otherwise never meets it. */
  readonly key: string;
  readonly bytes: number;
}
