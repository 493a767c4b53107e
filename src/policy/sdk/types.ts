/**
 * What a policy works with. Everything is read-only; numbers that name edges and components mean something in one request only.
 */
import type { JsonObject, JsonValue } from '../../base/json.ts';

export type { JsonObject, JsonValue } from '../../base/json.ts';

/** Kinds of capabilities that edges carry. */
export type CapabilityKind = 'mcp' | 'llm' | 'http' | 'component' | 'docker' | 'a2a' | 'storage' | 'kvm';

/**
 * Which ends of an edge lie in the scope: both (`inside`), the consumer's alone (`import`), the source's alone (`export`; exports of
 * the whole scenario are among these).
 */
export type Side = 'inside' | 'import' | 'export';

/** What is spoken at an endpoint. */
export type Protocol = 'http' | 'https' | 'tcp';

export type Severity = 'error' | 'warning' | 'info';

export interface Slot {
  readonly kind: CapabilityKind;
  readonly profile: string | null;
  readonly optional: boolean;
  readonly multiple: boolean;
}

export interface Provide {
  readonly kind: CapabilityKind;
  readonly profile: string | null;
  /** Name of an endpoint of the program; null where the provide is not served by one. */
  readonly endpoint: string | null;
}

export interface Resource {
  readonly kind: 'storage';
  readonly params: { readonly size: string | null; readonly retention: string | null; readonly sharing: string | null };
}

/** A component of the scope. */
export interface Component {
  /** Its number in this request. */
  readonly id: number;
  /** Its path: `/` is the root of the scenario, `/a/b` is `b` inside `a`. */
  readonly moniker: string;
  /** Null for the root of the scope: what lies above it is not shown. */
  readonly parent: Component | null;
  /** In the order of their monikers. */
  readonly children: readonly Component[];
  /** Of its manifest: `sha256:` and base64. */
  readonly digest: string;
  /** As its parent wrote it, references unresolved (they count in the parent's config); null when there is none. */
  readonly config: JsonObject | null;
  /** JSON Schema of its config; null when it takes none. */
  readonly configSchema: JsonObject | null;
  /** In the form of the wire: an object with `path`, `image` or `vm`. Null for a component without a program. */
  readonly program: JsonObject | null;
  readonly slots: Readonly<Record<string, Slot>>;
  readonly provides: Readonly<Record<string, Provide>>;
  readonly resources: Readonly<Record<string, Resource>>;
  readonly childTemplates: JsonObject;
  /** As its manifest has it; null when there is none. */
  readonly metadata: JsonValue;
}

/** One end of an edge. */
export interface EdgeEnd {
  /** Whose it is. For `framework`, the component whose manifest asked for the capability. */
  readonly component: Component;
  /** What of it: `slot` at the consumer; `provide`, `resource` or `framework` at the source. */
  readonly type: 'slot' | 'provide' | 'resource' | 'framework';
  /** Name of the slot, provide, resource or framework capability. */
  readonly name: string;
}

/** A binding, an import or an export of the scope. */
export interface Edge {
  /** Its number in this request. */
  readonly id: number;
  readonly side: Side;
  readonly kind: CapabilityKind;
  readonly profile: string | null;
  /** Of the endpoint behind it; null where that is not shown (imports) and where no endpoint is (storage, doors of the runtime). */
  readonly protocol: Protocol | null;
  /** Null for an import: where it comes from is not shown. */
  readonly from: EdgeEnd | null;
  /** Null for an export: where it goes is not shown. */
  readonly to: EdgeEnd | null;
  /** False for `storage`, `docker`, `kvm` and `component`: nothing can stand in the way of these. */
  readonly interposable: boolean;
  /** For people: `/responder.a2a -> /caller.agent`; an end outside is written `…`. */
  readonly label: string;
}

/**
 * A pattern over monikers: `*` stands for any text without `/`, `**` for any text; everything else for itself. `/a/**` is
 * everything below `/a`, without `/a`. It begins with `/` or `*`.
 */
export type MonikerPattern = string;

/** A pattern over monikers, and after a dot one over the name of a slot or a provide: `/caller`, `/caller.agent`, `/team/**.*`. */
export type EndPattern = string;

/** Conditions that an edge must meet, all of them. A list means one of its items. */
export interface SelectBy {
  readonly kind?: CapabilityKind | readonly CapabilityKind[];
  /** Null asks for edges without a profile. */
  readonly profile?: string | null | readonly (string | null)[];
  /** Null asks for edges whose protocol is not known: imports among them. */
  readonly protocol?: Protocol | null | readonly (Protocol | null)[];
  /** At either end. */
  readonly component?: MonikerPattern | Component | readonly (MonikerPattern | Component)[];
  /** At the source; never true of an import. */
  readonly from?: EndPattern | Component | readonly (EndPattern | Component)[];
  /** At the consumer; never true of an export. */
  readonly to?: EndPattern | Component | readonly (EndPattern | Component)[];
  readonly side?: Side | readonly Side[];
  /** Any further condition. */
  readonly where?: (edge: Edge) => boolean;
  /** What the selection is called in the finding about an empty one; unless given, it is made of the conditions. */
  readonly name?: string;
  /** True: nothing selected is not a finding. */
  readonly allowEmpty?: boolean;
}

/** Edges in the order of their numbers. */
export interface Selection extends Iterable<Edge> {
  readonly name: string;
  readonly edges: readonly Edge[];
  /** How many edges. */
  readonly size: number;
}

/** What the policy governs: one subtree of a scenario. */
export interface Scope {
  /** The component whose manifest lists the policy; undefined only when the request shows no component. */
  readonly root: Component | undefined;
  /** In the order of their numbers. */
  readonly components: readonly Component[];
  /** Bindings, imports and exports in one list, in the order of their numbers. */
  readonly edges: readonly Edge[];
  /**
   * Edges that meet conditions. A selection that matched nothing becomes a finding of severity `warning` and code
   * `empty-selection` that names it, unless `allowEmpty`.
   *
   * @throws PolicyError (`selection`) for a pattern that begins neither with `/` nor with `*`.
   */
  readonly select: (by?: SelectBy) => Selection;
  /** By moniker; undefined when it is not in the scope. */
  readonly component: (moniker: string) => Component | undefined;
  /**
   * The reference `${config.PATH}` to a value of the scope's own config, for the config of an interposer. The value itself is
   * never seen by the policy; `''` means the whole config.
   *
   * @throws PolicyError (`config`) when the `config_schema` of the scope has no such value.
   */
  readonly config: (path: string) => string;
}

/** What a request says beside the scope, and what the policy was started with. */
export interface Context {
  /** Version of the protocol that the request is in; `'1'` when the caller did not say. */
  readonly protocol: string;
  /** Moniker of the scope; `''` when the caller did not say. */
  readonly scope: string;
  /** The list entry that is answered, such as `#redaction.apply`; `''` when the caller did not say. */
  readonly policy: string;
  /** Config of the policy itself. `servePolicy` reads it from the variable `POLICY_CONFIG`, a JSON object. */
  readonly config: JsonObject;
}

// ---- interposers -------------------------------------------------------------------------------------------------------

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
 * lies behind it. Its environment also gets `PORT` (to listen on, at 127.0.0.1) and `UPSTREAM_URL`, unless `env` names them.
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
