/**
 * The canonical form of a manifest and its digest: compact JSON with fixed key order, defaults filled in, sugar removed, metadata
 * left out. Layout, comments, format and old spellings do not change it. It must match the reference byte for byte.
 */
import { sortedBy } from '../base/order.ts';
import type {
  Argument,
  BindingDecl,
  ChildDecl,
  EndpointDecl,
  EnvVar,
  ManifestParts,
  ManifestRef,
  MountDecl,
  Program,
  Spanned,
  Template,
} from '../ir/manifest.ts';
import type { SyntaxNode } from '../ir/syntax.ts';

/** Names and words of manifests mostly need no escapes. */
const text = (value: string): string => (/^[\w./#:-]*$/.test(value) ? `"${value}"` : JSON.stringify(value));
const textOrNull = (value: string | undefined | null): string =>
  value === undefined || value === null ? 'null' : text(value);
const list = (items: readonly string[]): string => `[${items.join(',')}]`;
function object(entries: readonly (readonly [string, string])[]): string {
  let out = '{';
  for (const [key, value] of entries) out += `${out === '{' ? '' : ','}${text(key)}:${value}`;
  return `${out}}`;
}

/** Free JSON: keys sorted, the last of repeated keys counts, numbers as the reference prints them. */
export function canonicalNode(node: SyntaxNode): string {
  switch (node.kind) {
    case 'object': {
      const entries = new Map(node.entries.map((e) => [e.key, e.value]));
      return object(sortedBy(entries, ([key]) => key).map(([key, value]) => [key, canonicalNode(value)]));
    }
    case 'array':
      return list(node.items.map(canonicalNode));
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

export function canonicalManifest(m: ManifestParts): string {
  const named = <T extends { readonly name: string }>(items: readonly T[], value: (item: T) => string): string =>
    object(items.map((item) => [item.name, value(item)]));
  return object([
    ['manifest_version', text(m.version.value)],
    ...(m.features.length > 0 ? [['experimental_features', list(m.features.map((f) => text(f.value)))] as const] : []),
    ['program', m.program ? program(m.program) : 'null'],
    ['components', named(m.components, child)],
    ['use', named(m.use, child)],
    [
      'environments',
      named(m.environments, (e) =>
        object([
          ['extends', textOrNull(e.extends?.value)],
          ['resolvers', list(e.resolvers.map((r) => text(r.value)))],
        ]),
      ),
    ],
    ['config_schema', nodeOrNull(m.configSchema)],
    [
      'slots',
      named(m.slots, (s) =>
        object([
          ['kind', text(s.kind)],
          ['profile', textOrNull(s.profile)],
          ['optional', String(s.optional)],
          ['multiple', String(s.multiple)],
        ]),
      ),
    ],
    [
      'provides',
      named(m.provides, (p) =>
        object([
          ['kind', text(p.kind)],
          ['profile', textOrNull(p.profile)],
          ['endpoint', textOrNull(p.endpoint?.value)],
        ]),
      ),
    ],
    [
      'resources',
      named(m.resources, (r) =>
        object([
          ['kind', text(r.kind.value)],
          [
            'params',
            object([
              ['size', textOrNull(r.params.size?.value)],
              ['retention', textOrNull(r.params.retention?.value)],
              ['sharing', textOrNull(r.params.sharing?.value)],
            ]),
          ],
        ]),
      ),
    ],
    ['child_templates', named(m.childTemplates, template)],
    ['bindings', list(m.bindings.map(binding))],
    ['overlays', list(m.policies.map((p) => text(p.text)))],
    [
      'exports',
      named(m.exports, (e) =>
        text(
          e.target.kind === 'child' ? `#${e.target.child}.${e.target.export}` : `${e.target.kind}s.${e.target.name}`,
        ),
      ),
    ],
  ]);
}

const child = (c: ChildDecl): string =>
  c.objectForm
    ? object([
        ['manifest', ref(c.ref)],
        ['config', nodeOrNull(c.config)],
        ['environment', textOrNull(c.environment?.value)],
      ])
    : ref(c.ref);

/** Absolute URLs are normalised by parsing them; relative references stay as written. */
const ref = (r: ManifestRef): string => {
  const url = URL.canParse(r.url.value) ? new URL(r.url.value).href : r.url.value;
  return object([['url', text(url)], ...(r.digest ? [['digest', text(r.digest.value)] as const] : [])]);
};

function binding(b: BindingDecl): string {
  const source = b.source;
  const [from, name] =
    source.kind === 'child'
      ? [`#${source.child}`, source.export]
      : [source.kind === 'framework' ? 'framework' : `${source.kind}s`, source.name];
  return object([
    ['to', text(`#${b.target.child}`)],
    ['slot', text(b.target.slot)],
    ['from', text(from)],
    ['capability', text(name)],
    ['weak', String(b.weak)],
  ]);
}

function template(t: ManifestParts['childTemplates'][number]): string {
  const texts = (items: readonly Spanned<string>[] = []): string => list(items.map(({ value }) => text(value)));
  const manifests = t.manifests.map((m) => ref(m));
  return object([
    ['manifest', manifests.length === 0 ? 'null' : t.manifestList ? list(manifests) : (manifests[0] as string)],
    ['config', t.config ? canonicalNode(t.config) : '{}'],
    ['bindings', object(t.bindings.map((b) => [b.name, text(b.selector)]))],
    ['visible_exports', texts(t.visibleExports)],
    [
      'limits',
      t.limits
        ? object([
            ['max_live_children', t.limits.maxLiveChildren === undefined ? 'null' : String(t.limits.maxLiveChildren)],
            ['name_pattern', textOrNull(t.limits.namePattern)],
          ])
        : 'null',
    ],
    ['possible_backends', texts(t.possibleBackends)],
  ]);
}

function program(p: Program): string {
  const mounts = ['mounts', list(p.mounts.map(mount))] as const;
  if (p.kind === 'vm') {
    const network = p.hasNetwork
      ? object([
          ['endpoints', list(p.endpoints.map(endpoint))],
          ['egress', text(p.egress)],
        ])
      : 'null';
    const vm = object([
      ['image', text(p.target.source)],
      ['cpus', size(p.cpus)],
      ['memory_mib', size(p.memoryMib)],
      ['network', network],
      mounts,
      [
        'cloud_init',
        object([
          ['user_data', textOrNull(p.userData?.source)],
          ['vendor_data', textOrNull(p.vendorData?.source)],
        ]),
      ],
    ]);
    return object([['vm', vm]]);
  }
  return object([
    [p.kind, text(p.target.source)],
    [p.kind === 'image' ? 'entrypoint' : 'args', list(p.command.map(argument))],
    ['env', object(p.env.map((v) => [v.name, variable(v)]))],
    ['network', p.hasNetwork ? object([['endpoints', list(p.endpoints.map(endpoint))]]) : 'null'],
    mounts,
  ]);
}

const size = (value: number | Template): string => (typeof value === 'number' ? String(value) : text(value.source));

const guard = (g: { readonly kind: 'config' | 'slots'; readonly path: string } | undefined): string | undefined =>
  g && text(`${g.kind}.${g.path}`);

const guards = (item: Argument | EnvVar | EndpointDecl): readonly (readonly [string, string])[] => {
  const [when, each] = [guard(item.when), guard(item.each)];
  return [
    ...(when === undefined ? [] : [['when', when] as const]),
    ...(each === undefined ? [] : [['each', each] as const]),
  ];
};

const join = (item: Argument | EnvVar): readonly (readonly [string, string])[] =>
  item.join === undefined ? [] : [['join', text(item.join)]];

function argument(a: Argument): string {
  const values = a.values.map((v) => text(v.source));
  if (!a.object) return values[0] as string;
  return object([...guards(a), ...join(a), a.form === 'one' ? ['arg', values[0] as string] : ['argv', list(values)]]);
}

const variable = (v: EnvVar): string =>
  v.object ? object([...guards(v), ...join(v), ['value', text(v.value.source)]]) : text(v.value.source);

const endpoint = (e: EndpointDecl): string =>
  object([...guards(e), ['name', text(e.name.source)], ['port', size(e.port)], ['protocol', text(e.protocol.source)]]);

const mount = (m: MountDecl): string =>
  object([
    ['when', guard(m.when) ?? 'null'],
    ['each', guard(m.each) ?? 'null'],
    ['name', textOrNull(m.name?.source)],
    ['path', text(m.path.source)],
    ['from', text(m.from.source)],
  ]);
