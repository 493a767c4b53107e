/**
 * Where components run. Whoever runs a plan knows no more of a place than this. Nothing here assumes a process, that a place can be
 * asked at any time, or that what runs there ends with whoever started it.
 */
import type { JsonObject } from '../base/json.ts';
import type { Blocked } from '../ir/blocked.ts';
import type { Standing } from './authority.ts';
import type { Probing } from './execution.ts';
import type { Workspaces } from './workspaces.ts';

export interface Exit {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly signal: string | null;
}

/** Settles once. */
export interface End extends Exit {
  /** Set when it was not the program that ended. */
  readonly fault?: string;
  /** False when the program was never started. */
  readonly ran?: boolean;
  /** It may not be started, whatever the restart policy says, and the run cannot end well without it. */
  readonly refused?: Blocked;
  /** The place cannot be asked any more, so the program may still run there. */
  readonly unreachable?: true;
  /** Which of its limits ended it, where one did. */
  readonly limit?: 'cpu' | 'memory' | 'disk';
}

/** What one start of a program takes. */
export interface Spent {
  readonly cpuSeconds: number;
  /** Held now. */
  readonly memoryBytes: number;
  /** Places that it can write to, with what they hold now: of two components that share one, the same place. */
  readonly disk: readonly {
    readonly place: string;
    readonly bytes: number /** It goes with the program. */;
    readonly isBrief?: true;
  }[];
  /** The kernel counts time and memory; else whoever runs it looks. */
  readonly isExact: boolean;
}

/** While a program is starting; of many ports, the first. */
export interface PortsHeard {
  /** It should listen on them, and does not. */
  readonly missing: readonly number[];
  /** It listens on them, and nobody knows of them. */
  readonly others: readonly number[];
}

export interface Started {
  /** Its ports are open; never settles for one that ends before. */
  readonly ready: Promise<void>;
  /** What was measured in the place where it runs, before it ran; never settles where nothing was measured. */
  readonly measured: Promise<JsonObject>;
  /** What its sandbox came to when it was tried from inside, before the program ran; absent where it was not. */
  readonly checked?: Promise<SelfChecked>;
  /** What is executed: `path` as in the command line, and `digest` of its bytes. Undefined where nobody has looked. */
  readonly executed?: JsonObject;
  readonly ended: Promise<End>;
  /** It took more than it may, and is to be ended for that reason; `ended` tells it as well. */
  readonly exceeded?: Promise<string>;
  /** What it takes; after its end, what it took in all. Absent where nobody counts. */
  readonly spent?: () => Promise<Spent>;
  /** Undefined where nobody has looked. */
  readonly ports: () => PortsHeard | undefined;
  /** Of the process on this machine; undefined where it has none. */
  readonly pid: number | undefined;
  /** Asks it to end, and ends everything that it started after `graceMs`. Resolves when that is done, or cannot be. */
  readonly terminate: (graceMs: number) => Promise<void>;
}

export interface SelfChecked {
  /** Null when something could not be tried, which is not the same as passed. */
  readonly passed: boolean | null;
  /** One line. */
  readonly summary: string;
  readonly startedAt: string;
  readonly durationSeconds: number;
  /** Each attempt, and what it came to. */
  readonly details: JsonObject;
}

export interface Probed {
  readonly blocked: readonly Blocked[];
  /** What was found out about this place: of all runs that find the same, the same. */
  readonly facts: JsonObject;
}

/** What a component, or the outside, may reach. Nothing else leads anywhere. */
export type Grant =
  | { readonly kind: 'edge'; readonly edge: string }
  | { readonly kind: 'storage'; readonly id: string }
  | { readonly kind: 'egress'; readonly to: readonly string[] }
  | { readonly kind: 'cache'; readonly key: string; readonly bytes: number }
  | { readonly kind: 'export'; readonly name: string; readonly edge: string }
  /** Something of an image may be executed, in a container. */
  | { readonly kind: 'container'; readonly image: string }
  /** The narrow interface of its own run. */
  | { readonly kind: 'control' };

/** Storage with a size, and what keeps it to that: the kernel, or whoever looks and ends the program. */
export interface SizedStorage {
  readonly id: string;
  /** Absolute, where its user finds it. */
  readonly target: string;
  /** As the manifest has it. */
  readonly size: string;
  readonly limit: 'enforced' | 'metered';
}

export type Granted =
  | {
      /** URLs of exports, by name. */
      readonly exports: Readonly<Record<string, string>>;
      readonly storage: readonly SizedStorage[];
    }
  | { readonly blocked: readonly Blocked[] };

/** One row of what was tried from inside the place of a component. */
export interface Tried {
  /**
   * `edge`, `external-edge` and `egress` are to be reached; `ended-edge`, `provide`, `export`, `loopback`, `address`, `socket`,
   * `other-egress` and `outside` are not.
   */
  readonly what: string;
  /** Of what: the key of an edge, `/b.http`, the name of an export, an address. */
  readonly target: string;
  /** As it was found, in a word or two. */
  readonly found: string;
}

/** `unfit`: the values are no good, and nothing was replaced. */
export type Refreshed = { readonly files: readonly string[] } | { readonly fault: string } | { readonly unfit: string };

export interface Environment {
  /** As the plan names it; `local` is this machine. */
  readonly name: string;
  /** Whether anything can run here at all; quick. What is needed for that alone is made, and what others left behind is taken away. */
  readonly probe: (on: Standing) => Promise<Probed>;
  /** Makes the ways that the grants of one subject (a moniker, `exports.NAME`) need. All of them or none. */
  readonly apply: (subject: string, grants: readonly Grant[], on: Standing) => Promise<Granted>;
  /** Takes them away again; whoever used them has ended. */
  readonly revoke: (subject: string, on: Standing) => Promise<void>;
  /** `secrets` are the values of what its config refers to, by reference: for its program alone, and in memory alone. `on` was made for this start. */
  readonly start: (
    moniker: string,
    attempt: number,
    secrets: ReadonlyMap<string, string> | undefined,
    on: Standing,
  ) => Promise<Started>;
  /** Why a program could not be started with these secrets, with a code in front; undefined where it could. Starts nothing. */
  readonly check?: (moniker: string, secrets: ReadonlyMap<string, string>) => Promise<string | undefined>;
  /**
   * Replaces files of a running component by what they are with these secrets, each at once; answers which. Its environment stays as it
   * is. Absent where it cannot be done.
   */
  readonly refresh?: (moniker: string, secrets: ReadonlyMap<string, string>, on: Standing) => Promise<Refreshed>;
  /** How an attempt ended whose end nobody heard of; undefined when nobody knows. Nothing of it runs afterwards. */
  readonly endOf: (moniker: string, attempt: number, on: Standing) => Promise<End | undefined>;
  /** Tries each edge and each non-edge from where the component runs; undefined where it does not, or nobody can look. */
  readonly prove?: (moniker: string, on: Standing) => Promise<readonly Tried[] | undefined>;
  /** It has ended for good: who connects to it is refused at once. */
  readonly over: (moniker: string, on: Standing) => Promise<void>;
  /** What it can do for probes; nothing can be looked at in a place without it. */
  readonly probing?: Probing;
  /** Nothing works on a workspace in a place without it. */
  readonly workspaces?: Workspaces;
  /** Releases what is left. */
  readonly close: () => Promise<void>;
}
