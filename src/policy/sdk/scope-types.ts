/**
 * What a policy is shown. Everything is read-only; numbers that name edges and components mean something in one request only.
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
