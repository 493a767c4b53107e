/**
 * The manifest, decoded: every field has its type, its default filled in and its range. Maps are arrays sorted by name.
 * Free-form values (`config`, `config_schema`, `metadata`) keep their syntax tree; `toJson` makes plain JSON of them.
 */
import type { Range } from '../base/span.ts';
import type { ObjectNode, SyntaxNode } from './syntax.ts';

/** A value with the range of the text that gave it. */
export interface Spanned<T> {
  readonly value: T;
  readonly range: Range;
}
export type Text = Spanned<string>;

export type CapabilityKind = 'mcp' | 'llm' | 'http' | 'component' | 'docker' | 'a2a' | 'storage' | 'kvm';
export interface Capability {
  readonly kind: CapabilityKind;
  readonly profile: string | null;
}

export type Feature = 'docker' | 'kvm' | 'governance';
export type Spelling = 'policies' | 'overlays';

export interface Manifest {
  /** Key of the text in `Sources`. */
  readonly file: string;
  readonly range: Range;
  readonly version: Text;
  readonly features: readonly Spanned<Feature>[];
  readonly program?: Program;
  readonly components: readonly ChildDecl[];
  readonly use: readonly ChildDecl[];
  readonly environments: readonly EnvironmentDecl[];
  readonly configSchema?: ObjectNode;
  readonly slots: readonly SlotDecl[];
  readonly provides: readonly ProvideDecl[];
  readonly resources: readonly ResourceDecl[];
  readonly childTemplates: readonly ChildTemplate[];
  /** In the order of the text. */
  readonly bindings: readonly BindingDecl[];
  /** The references of `policies` or `overlays`, in the order of the text. */
  readonly policies: readonly PolicyRef[];
  /** Which list `policies` came from; `overlays` when neither is there. */
  readonly spelling: Spelling;
  readonly exports: readonly ExportDecl[];
  readonly metadata?: SyntaxNode;
  /** Key ranges of the top-level fields that are present, by name. */
  readonly sections: ReadonlyMap<string, Spanned<Range>>;
  /** `sha256:` + base64 over the canonical form. */
  readonly digest: string;
  /**
   * Present when the text has faults of shape: names of the top-level fields that something is missing from. Whatever could be
   * read is there; the digest is one that no other manifest has. Never linked.
   */
  readonly damaged?: ReadonlySet<string>;
}

export interface Named {
  readonly name: string;
  /** Of the key. */
  readonly nameRange: Range;
  /** Of the value. */
  readonly range: Range;
}

export interface ManifestRef {
  readonly url: Text;
  readonly digest?: Text;
}
export interface ChildDecl extends Named {
  readonly ref: ManifestRef;
  /** Of the value that names the manifest (the string, the `url` object or the whole declaration). */
  readonly refRange: Range;
  /** True for `{manifest, config, environment}`: it digests differently from the bare reference. */
  readonly objectForm: boolean;
  readonly config?: ObjectNode;
  /** Of the `config` key when `config` is there. */
  readonly configKeyRange?: Range;
  readonly environment?: Text;
}

export interface EnvironmentDecl extends Named {
  readonly extends?: Text;
  readonly resolvers: readonly Text[];
}

export interface SlotDecl extends Named, Capability {
  readonly kindRange: Range;
  readonly optional: boolean;
  readonly multiple: boolean;
}
export interface ProvideDecl extends Named, Capability {
  readonly kindRange: Range;
  readonly endpoint?: Text;
}
export interface ResourceDecl extends Named {
  readonly kind: Text;
  readonly params: { readonly size?: Text; readonly retention?: Text; readonly sharing?: Text };
}

export type BindingSource =
  | { readonly kind: 'slot'; readonly name: string }
  | { readonly kind: 'provide'; readonly name: string }
  | { readonly kind: 'resource'; readonly name: string }
  | { readonly kind: 'framework'; readonly name: string }
  | { readonly kind: 'child'; readonly child: string; readonly export: string };

export interface BindingDecl {
  readonly range: Range;
  readonly target: { readonly child: string; readonly slot: string };
  /** Of the text of `to`, and of the text that names the slot (`slot` in the explicit form, else `to`). */
  readonly toRange: Range;
  readonly slotRange: Range;
  readonly source: BindingSource;
  readonly fromRange: Range;
  /** Of the text that names the capability (`capability` in the explicit form, else `from`). */
  readonly capabilityRange: Range;
  readonly weak: boolean;
  /** `from: self.x`, already resolved to a slot or a provide. */
  readonly legacySelf: boolean;
}

export interface ExportDecl extends Named {
  readonly target: ExportTarget;
  /** `self.x` was written. */
  readonly legacySelf: boolean;
}
export type ExportTarget =
  | { readonly kind: 'slot'; readonly name: string }
  | { readonly kind: 'provide'; readonly name: string }
  | { readonly kind: 'child'; readonly child: string; readonly export: string };

export interface PolicyRef {
  readonly range: Range;
  readonly text: string;
  readonly use: string;
  readonly export: string;
}

export interface ChildTemplate extends Named {
  readonly manifests: readonly (ManifestRef & { readonly range: Range })[];
  /** True when `manifest` is an array (it digests as one). */
  readonly manifestList: boolean;
  readonly config?: ObjectNode;
  readonly bindings: readonly (Named & { readonly selector: string })[];
  readonly visibleExports?: readonly Text[];
  readonly limits?: { readonly maxLiveChildren?: number; readonly namePattern?: string };
  readonly possibleBackends?: readonly Text[];
}

/** One piece of a text with `${…}` in it. `path` is the query after the source, `''` for none. */
export type Piece =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'config'; readonly path: string }
  | { readonly kind: 'slots'; readonly path: string }
  | { readonly kind: 'item'; readonly path: string };

export interface Template {
  /** The text as written (after a `{file}` was inlined and a shell string was split). */
  readonly source: string;
  readonly pieces: readonly Piece[];
  readonly range: Range;
}

/** `when: config.a.b` or `when: slots.s[.url]`. */
export interface When {
  readonly kind: 'config' | 'slots';
  readonly path: string;
  readonly range: Range;
}
/** `each: config.a.b` or `each: slots.s`. */
export interface Each {
  readonly kind: 'config' | 'slots';
  readonly path: string;
  readonly range: Range;
}
export interface Guarded {
  readonly when?: When;
  readonly each?: Each;
  /** Of the whole item. */
  readonly range: Range;
}

export interface Argument extends Guarded {
  /** `one`: a single argument (`arg`, or a plain string). `group`: `argv`. */
  readonly form: 'one' | 'group';
  /** True when the item was written as an object that does not collapse to a plain string in the canonical form. */
  readonly object: boolean;
  readonly values: readonly Template[];
  readonly join?: string;
}
export interface EnvVar extends Guarded {
  readonly name: string;
  readonly nameRange: Range;
  readonly value: Template;
  /** Written as an object that does not collapse to a plain string. */
  readonly object: boolean;
  readonly join?: string;
}
export interface EndpointDecl extends Guarded {
  readonly name: Template;
  /** A literal port, or an interpolated text. */
  readonly port: number | Template;
  readonly protocol: Template;
}
export interface MountDecl extends Guarded {
  readonly name?: Template;
  readonly path: Template;
  readonly from: Template;
}

export interface ProgramBase {
  readonly range: Range;
  /** Of the `program` key. */
  readonly keyRange: Range;
}
export interface ProcessProgram extends ProgramBase {
  readonly kind: 'image' | 'path';
  /** `image` or `path`. */
  readonly target: Template;
  /** `entrypoint` or `args`. */
  readonly command: readonly Argument[];
  readonly env: readonly EnvVar[];
  /** False when `network` is absent (the canonical form prints null). */
  readonly hasNetwork: boolean;
  readonly endpoints: readonly EndpointDecl[];
  readonly mounts: readonly MountDecl[];
}
export interface VmProgram extends ProgramBase {
  readonly kind: 'vm';
  readonly target: Template;
  readonly cpus: number | Template;
  readonly memoryMib: number | Template;
  readonly hasNetwork: boolean;
  readonly egress: 'none' | 'optional';
  readonly endpoints: readonly EndpointDecl[];
  readonly mounts: readonly MountDecl[];
  readonly userData?: Template;
  readonly vendorData?: Template;
}
export type Program = ProcessProgram | VmProgram;

export type ManifestParts = Omit<Manifest, 'digest' | 'damaged'>;
