/** What a policy decides, and what it makes its decision with. */
import type { JsonObject, JsonValue } from '../../base/json.ts';
import type { Component, Context, Edge, Protocol, Scope, Selection, Severity } from './scope-types.ts';

/** An argument: a text, or one under conditions; see docs/policies/protocol.md. */
export type Argument =
  | string
  | { readonly when?: string; readonly each?: string; readonly join?: string; readonly arg: string }
  | { readonly when?: string; readonly each?: string; readonly argv: readonly string[] };

/** A variable of the environment: a text, or one under conditions. */
export type EnvValue =
  | string
  | { readonly when?: string; readonly each?: string; readonly join?: string; readonly value: string };

/** A port of its own beside the one that the SDK declares. */
export interface Endpoint {
  readonly name: string;
  /** 0 to 65535. */
  readonly port: number;
  readonly protocol?: Protocol;
}

/** A program on the machine. */
export interface PathProgram {
  readonly path: string;
  /** A text is split into words like a shell does it. */
  readonly args?: readonly Argument[] | string;
  readonly env?: Readonly<Record<string, EnvValue>>;
  readonly mounts?: readonly JsonObject[];
  readonly endpoints?: readonly Endpoint[];
}

/** A container image. */
export interface ImageProgram {
  readonly image: string;
  /** A text is split into words like a shell does it. */
  readonly entrypoint?: readonly Argument[] | string;
  readonly env?: Readonly<Record<string, EnvValue>>;
  readonly mounts?: readonly JsonObject[];
  readonly endpoints?: readonly Endpoint[];
}

/**
 * The program of an interposer, where `${config.x}` is a value of the interposer's config and `${slots.upstream.url}` the URL of what
 * lies behind it. Its environment also gets `PORT` (to listen on, at all addresses) and `UPSTREAM_URL`, unless `env` names them.
 */
export type InterposerProgram = PathProgram | ImageProgram;

/** Where one copy of an interposer is put. */
export interface Placement {
  readonly edge: Edge;
  /** Counts the edges of this interposer in this answer, from 0. */
  readonly index: number;
  /** To listen on. */
  readonly port: number;
}

/** Each field may be a function of where the copy is put. */
export type Placed<T> = T | ((placement: Placement) => T);

export interface InterposerSpec {
  readonly program: Placed<InterposerProgram>;
  /** 1 to 65535. The copy on the first edge listens here, each further one on the next port. 18400 unless given. */
  readonly port?: number;
  /**
   * Every copy listens at `port`: for programs that have a network of their own each, as in a sandbox, in containers and in a cluster. Copies
   * that are alike are then sent once.
   */
  readonly samePort?: boolean;
  /** A sentence that the plan repeats: why the interposer is on this edge. */
  readonly reason?: Placed<string>;
  /**
   * Config of the interposer. `${config.x}` in it is the scope's `x`, like in the config of a component that the scope's manifest
   * declares: make such texts with `scope.config`, or pass on what `$${config.x}` gave to the policy.
   */
  readonly config?: Placed<JsonObject>;
  /**
   * JSON Schema of `config`. Unless given, it is made of `config`: every key is required; a reference has the schema that the scope's
   * `config_schema` gives the value, other texts are strings, and lists and objects may hold anything.
   */
  readonly configSchema?: JsonObject;
  /** Name of the slot that the edge comes in by; `upstream` unless given. */
  readonly slot?: string;
  /** Name of the provide that the edge goes on by; `downstream` unless given. */
  readonly provide?: string;
  /** What the interposer speaks at its port; `http` unless given. Edges that are known to speak another language are left alone: see `on`. */
  readonly protocol?: Protocol;
  readonly metadata?: Placed<JsonValue>;
}

/** Proposes copies of one interposer. */
export interface InterposerBuilder {
  /**
   * One copy for each edge. Slot and provide get the kind and the profile of the edge.
   *
   * An interposer that speaks HTTP is not put on an edge that speaks plain TCP, nor the other way round: a finding of severity `warning`
   * and code `other-protocol` says how many edges were left alone, once for all edges that one interposer was put on. Select by
   * `protocol` to leave them out without a word. Edges whose protocol is not known are taken.
   *
   * @throws PolicyError (`edge`) for an edge that is not `interposable`.
   */
  readonly on: (edges: Selection | Edge | Iterable<Edge>) => readonly Interposition[];
}

/** An interposer on an edge, as a policy proposes it. Made by `interposer(…).on(…)`. */
export interface Interposition {
  readonly type: 'interposition';
  readonly edge: Edge;
}

/** Made by `finding(…)`. */
export interface Finding {
  readonly type: 'finding';
  readonly severity: Severity;
  readonly message: string;
  /** Number of the edge that it is about. */
  readonly edge?: number;
  /** Number of the component that it is about. */
  readonly component?: number;
  readonly code?: string;
}

export interface FindingAbout {
  readonly edge?: Edge | number;
  readonly component?: Component | number;
  /** A name of the policy's own for this kind of finding, such as `no-tls`. */
  readonly code?: string;
}

/** What a policy decides: interpositions and findings, in lists as deep as is handy. Nothing at all changes nothing. */
export type Decision = Interposition | Finding | readonly Decision[] | undefined;

export interface PolicySpec {
  /** For log lines and health. */
  readonly name: string;
  /**
   * The policy itself: the same scope and context must give the same decision, so no clock, no network, no promise.
   * What it throws fails the question: the caller gets status 500 with the message.
   */
  // biome-ignore lint/suspicious/noConfusingVoidType: a function that returns nothing decides nothing
  readonly decide: (scope: Scope, context: Context) => Decision | void;
}
