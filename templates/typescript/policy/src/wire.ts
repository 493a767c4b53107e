/** The question and the answer, as far as this policy reads and writes them. */

export interface Capability {
  readonly kind: string;
  readonly profile: string | null;
}

export interface Component {
  readonly id: number;
  readonly moniker: string;
  /** Each names the endpoint that serves it. */
  readonly provides?: Readonly<Record<string, { readonly endpoint: string | null }>>;
  readonly program?: { readonly network?: { readonly endpoints: readonly Endpoint[] } } | null;
}

export interface Endpoint {
  readonly name: string;
  readonly protocol: 'http' | 'https' | 'tcp';
}

/** Both ends lie in the scope. */
export interface Binding {
  readonly id: number;
  /** `Component` is absent where the source is storage or the runtime. */
  readonly from: { readonly Component?: { readonly component: number; readonly name: string } };
  readonly to: { readonly component: number; readonly name: string };
  readonly capability: Capability;
}

export interface Scope {
  readonly components: readonly Component[];
  readonly bindings: readonly Binding[];
}

/** The body of the request. More is in it than is named here. */
export interface Question {
  readonly scope: Scope;
}

export interface Program {
  readonly path: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly network: { readonly endpoints: readonly { readonly name: string; readonly port: number }[] };
}

/** A component to be put on edges. */
export interface Interposer {
  readonly program: Program;
  readonly slots: Readonly<Record<string, Capability>>;
  readonly provides: Readonly<Record<string, Capability & { readonly endpoint: string }>>;
}

export interface Attachment {
  /** The id of an edge of this question. */
  readonly target: number;
  readonly interposer_slot: string;
  readonly interposer_provide: string;
}

export interface Interposition {
  readonly reason?: string;
  readonly interposer: Interposer;
  readonly attachments: readonly Attachment[];
}

/** A remark; of severity `error` it forbids. */
export interface Finding {
  readonly severity: 'error' | 'warning' | 'info';
  readonly message: string;
  readonly edge?: number;
  readonly component?: number;
  readonly code?: string;
}

/** The body of the response. */
export interface Answer {
  readonly interpositions: readonly Interposition[];
  readonly findings?: readonly Finding[];
}
