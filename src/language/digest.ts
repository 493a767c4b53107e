/**
 * The canonical form of a manifest and its digest: compact JSON with fixed key order, defaults filled in, sugar removed, metadata
 * left out. Layout, comments, format and old spellings do not change it. It must match the reference byte for byte.
 */
import { sortedBy } from '../base/order.ts';
import type {
  Argument,
  BindingDecl,
  ChildDecl,
  ChildTemplate,
  EndpointDecl,
  EnvironmentDecl,
  EnvVar,
  ExportDecl,
  ManifestParts,
  ManifestRef,
  MountDecl,
  PolicyRef,
  Program,
  ProvideDecl,
  ResourceDecl,
  SlotDecl,
  Spanned,
  Template,
} from '../ir/manifest.ts';
import type { SyntaxNode } from '../ir/syntax.ts';
import { isPlainReference } from './urls.ts';

/** Names and words of manifests mostly need no escapes. */
const text = (value: string): string => (/^[\w./#:-]*$/.test(value) ? `"${value}"` : JSON.stringify(value));
const textOrNull = (value: string | undefined | null): string =>
  value === undefined || value === null ? 'null' : text(value);

function list<T>(items: readonly T[], write: (item: T) => string): string {
  let out = '';
  for (const item of items) out += out === '' ? write(item) : `,${write(item)}`;
  return `[${out}]`;
}

function named<T extends { readonly name: string }>(items: readonly T[], write: (item: T) => string): string {
  let out = '';
  for (const item of items) out += `${out === '' ? '' : ','}${text(item.name)}:${write(item)}`;
  return `{${out}}`;
}

/** Free JSON: keys sorted, the last of repeated keys counts, numbers as the reference prints them. */
export function canonicalNode(node: SyntaxNode): string {
  switch (node.kind) {
    case 'object': {
      const entries = new Map(node.entries.map((e) => [e.key, { name: e.key, value: e.value }]));
      return named(
        sortedBy(entries.values(), ({ name }) => name),
        ({ value }) => canonicalNode(value),
      );
    }
    case 'array':
      return list(node.items, canonicalNode);
    case 'string':
      return text(node.value);
    case 'number':
      return node.text;
    case 'boolean':
      return String(node.value);
    case 'null':
      return 'null';
  }
}

const nodeOrNull = (node: SyntaxNode | undefined): string => (node ? canonicalNode(node) : 'null');

/** Written from front to back: every manifest is digested. */
export const canonicalManifest = (m: ManifestParts): string =>
  `{"manifest_version":${text(m.version.value)}${features(m)}` +
  `,"program":${m.program ? program(m.program) : 'null'}` +
  `,"components":${named(m.components, child)}` +
  `,"use":${named(m.use, child)}` +
  `,"environments":${named(m.environments, environment)}` +
  `,"config_schema":${nodeOrNull(m.configSchema)}` +
  `,"slots":${named(m.slots, slot)}` +
  `,"provides":${named(m.provides, provide)}` +
  `,"resources":${named(m.resources, resource)}` +
  `,"child_templates":${named(m.childTemplates, template)}` +
  `,"bindings":${list(m.bindings, binding)}` +
  `,"overlays":${list(m.policies, policy)}` +
  `,"exports":${named(m.exports, exported)}}`;

const features = (m: ManifestParts): string =>
  m.features.length === 0 ? '' : `,"experimental_features":${list(m.features, value)}`;

const value = (spanned: Spanned<string>): string => text(spanned.value);

const child = (c: ChildDecl): string =>
  c.objectForm
    ? `{"manifest":${ref(c.ref)},"config":${nodeOrNull(c.config)},"environment":${textOrNull(c.environment?.value)}}`
    : ref(c.ref);

/** Absolute URLs are normalised by parsing them; relative references stay as written. */
function ref({ url: { value: url }, digest }: ManifestRef): string {
  const normal = !isPlainReference(url) && URL.canParse(url) ? new URL(url).href : url;
  return `{"url":${text(normal)}${digest ? `,"digest":${text(digest.value)}` : ''}}`;
}

const environment = (e: EnvironmentDecl): string =>
  `{"extends":${textOrNull(e.extends?.value)},"resolvers":${list(e.resolvers, value)}}`;

const slot = (s: SlotDecl): string =>
  `{"kind":${text(s.kind)},"profile":${textOrNull(s.profile)},"optional":${s.optional},"multiple":${s.multiple}}`;

const provide = (p: ProvideDecl): string =>
  `{"kind":${text(p.kind)},"profile":${textOrNull(p.profile)},"endpoint":${textOrNull(p.endpoint?.value)}}`;

function resource({ kind, params }: ResourceDecl): string {
  const [size, retention, sharing] = [params.size, params.retention, params.sharing].map((p) => textOrNull(p?.value));
  return `{"kind":${value(kind)},"params":{"size":${size},"retention":${retention},"sharing":${sharing}}}`;
}

function template(t: ChildTemplate): string {
  const only = t.manifestList ? undefined : t.manifests[0];
  const manifests = t.manifests.length === 0 ? 'null' : only ? ref(only) : list(t.manifests, ref);
  return (
    `{"manifest":${manifests}` +
    `,"config":${t.config ? canonicalNode(t.config) : '{}'}` +
    `,"bindings":${named(t.bindings, ({ selector }) => text(selector))}` +
    `,"visible_exports":${list(t.visibleExports ?? [], value)}` +
    `,"limits":${t.limits ? limits(t.limits) : 'null'}` +
    `,"possible_backends":${list(t.possibleBackends ?? [], value)}}`
  );
}

const limits = ({ maxLiveChildren, namePattern }: NonNullable<ChildTemplate['limits']>): string =>
  `{"max_live_children":${maxLiveChildren ?? 'null'},"name_pattern":${textOrNull(namePattern)}}`;

function binding({ target, source, weak }: BindingDecl): string {
  const isChild = source.kind === 'child';
  const from = isChild ? `#${source.child}` : source.kind === 'framework' ? 'framework' : `${source.kind}s`;
  const capability = isChild ? source.export : source.name;
  return (
    `{"to":${text(`#${target.child}`)},"slot":${text(target.slot)}` +
    `,"from":${text(from)},"capability":${text(capability)},"weak":${weak}}`
  );
}

const policy = (p: PolicyRef): string => text(p.text);

const exported = ({ target }: ExportDecl): string =>
  text(target.kind === 'child' ? `#${target.child}.${target.export}` : `${target.kind}s.${target.name}`);

function program(p: Program): string {
  const mounts = `"mounts":${list(p.mounts, mount)}`;
  if (p.kind === 'vm') {
    const network = p.hasNetwork ? `{"endpoints":${list(p.endpoints, endpoint)},"egress":${text(p.egress)}}` : 'null';
    const cloudInit = `{"user_data":${textOrNull(p.userData?.source)},"vendor_data":${textOrNull(p.vendorData?.source)}}`;
    const sizes = `"cpus":${size(p.cpus)},"memory_mib":${size(p.memoryMib)}`;
    return `{"vm":{"image":${source(p.target)},${sizes},"network":${network},${mounts},"cloud_init":${cloudInit}}}`;
  }
  const command = `"${p.kind === 'image' ? 'entrypoint' : 'args'}":${list(p.command, argument)}`;
  const network = p.hasNetwork ? `{"endpoints":${list(p.endpoints, endpoint)}}` : 'null';
  return `{"${p.kind}":${source(p.target)},${command},"env":${named(p.env, variable)},"network":${network},${mounts}}`;
}

const source = (t: Template): string => text(t.source);

const size = (given: number | Template): string => (typeof given === 'number' ? String(given) : source(given));

const guard = (g: { readonly kind: 'config' | 'slots'; readonly path: string } | undefined): string =>
  g ? text(`${g.kind}.${g.path}`) : 'null';

/** Each with a comma behind it. */
const guards = ({ when, each }: Argument | EnvVar | EndpointDecl): string =>
  `${when ? `"when":${guard(when)},` : ''}${each ? `"each":${guard(each)},` : ''}`;

const join = ({ join: by }: Argument | EnvVar): string => (by === undefined ? '' : `"join":${text(by)},`);

function argument(a: Argument): string {
  const first = a.values[0] as Template;
  if (!a.object) return source(first);
  const values = a.form === 'one' ? `"arg":${source(first)}` : `"argv":${list(a.values, source)}`;
  return `{${guards(a)}${join(a)}${values}}`;
}

const variable = (v: EnvVar): string =>
  v.object ? `{${guards(v)}${join(v)}"value":${source(v.value)}}` : source(v.value);

const endpoint = (e: EndpointDecl): string =>
  `{${guards(e)}"name":${source(e.name)},"port":${size(e.port)},"protocol":${source(e.protocol)}}`;

const mount = (m: MountDecl): string =>
  `{"when":${guard(m.when)},"each":${guard(m.each)},"name":${textOrNull(m.name?.source)}` +
  `,"path":${source(m.path)},"from":${source(m.from)}}`;
