/** Syntax tree → manifest. All shape errors of one text are reported; cross-references are the business of phase 3. */

import { digestOf } from '../../base/digest.ts';
import { sortedBy } from '../../base/order.ts';
import type { Range } from '../../base/span.ts';
import { suggest } from '../../base/suggest.ts';
import type { SourceText } from '../../base/text.ts';
import type { Sink } from '../../diagnostics/sink.ts';
import type { Feature, Manifest, Spanned, Text } from '../../ir/manifest.ts';
import type { ObjectNode, SyntaxNode } from '../../ir/syntax.ts';
import { canonicalManifest } from '../digest.ts';
import { bindingsOf } from './bindings.ts';
import type { DecodeContext } from './context.ts';
import { type Cursor, type Fields, fieldsOf, itemsOf, objectOf, oneOf, present, textOf } from './cursor.ts';
import { providesOf, resourcesOf, slotsOf } from './declarations.ts';
import { exportsOf } from './exports.ts';
import { policiesOf } from './policies.ts';
import { programOf } from './program.ts';
import { childrenOf, environmentsOf } from './references.ts';
import { manifestReporter } from './report.ts';
import { childTemplatesOf } from './templates.ts';

const known = [
  'manifest_version',
  'experimental_features',
  'program',
  'components',
  'use',
  'environments',
  'config_schema',
  'slots',
  'provides',
  'resources',
  'child_templates',
  'bindings',
  'policies',
  'overlays',
  'exports',
  'metadata',
];

export function decodeManifest(
  source: SourceText,
  root: SyntaxNode,
  sidecars: ReadonlyMap<string, string>,
  sink: Sink,
): Manifest | undefined {
  let faults = 0;
  const { report } = manifestReporter(source, sink);
  const ctx: DecodeContext = {
    sidecars,
    report: (...args) => {
      faults++;
      report(...args);
    },
  };
  const fields = rootFieldsOf(ctx, root);
  if (!fields) return undefined;
  const version = versionOf(ctx, fields.get('manifest_version'));
  const manifest = decodeParts(ctx, fields, source.file, version);
  if (!version || faults > 0) return undefined;
  manifest.digest = digestOf(canonicalManifest(manifest));
  return manifest;
}

const rootFieldsOf = (ctx: DecodeContext, root: SyntaxNode): Fields | undefined =>
  fieldsOf(
    ctx,
    { node: root, path: '' },
    { known, required: ['manifest_version'], missingHelp: { manifest_version: 'add `manifest_version: "0.4.0"`' } },
  );

/** A manifest with faults, without what they are in. For checks that do not depend on that; whoever asks has reported them. */
export function salvageManifest(
  { file }: SourceText,
  root: SyntaxNode,
  sidecars: ReadonlyMap<string, string>,
): Manifest | undefined {
  const damaged = new Set<string>();
  const ctx: DecodeContext = {
    sidecars,
    report: (_fault, _range, path) => {
      const section = /^\w+/.exec(path)?.[0];
      if (section !== undefined) damaged.add(section);
    },
  };
  const fields = rootFieldsOf(ctx, root);
  if (!fields) return undefined;
  const manifest = decodeParts(ctx, fields, file, versionOf(ctx, fields.get('manifest_version')));
  for (const section of misspeltIn(fields)) damaged.add(section);
  // Another digest for each file: what is left of two manifests may be equal.
  manifest.digest = `damaged:${file}`;
  manifest.damaged = damaged;
  return manifest;
}

/** What a field that is unknown or given twice may have been meant to be: all that are not there, unless its name is near one. */
function misspeltIn({ node }: Fields): readonly string[] {
  const present = new Set<string>();
  const sections = new Set<string>();
  for (const { key } of node.entries) {
    if (present.has(key)) sections.add(key);
    present.add(key);
  }
  const absent = known.filter((name) => !present.has(name));
  const unknown = [...present].filter((key) => !known.includes(key));
  for (const near of unknown.map((key) => suggest(key, known)))
    for (const section of near === undefined ? absent : [near]) sections.add(section);
  if (!present.has('manifest_version')) sections.add('manifest_version');
  return [...sections];
}

/** Filled as it is decoded: a copy for each field that may be missing would cost more than decoding it. */
type Draft = { -readonly [Key in keyof Manifest]: Manifest[Key] };

/** Everything but the digest. */
function decodeParts(ctx: DecodeContext, fields: Fields, file: string, version: Text | undefined): Draft {
  const get = (name: string): Cursor | undefined => fields.get(name);
  const program = programOf(ctx, get('program'), fields.key('program') ?? fields.node.range);
  const own = { slots: slotsOf(ctx, get('slots')), provides: providesOf(ctx, get('provides')) };
  const configSchema = schemaOf(ctx, get('config_schema'));
  const metadata = present(get('metadata'))?.node;
  const { slots, provides } = own;
  const list = policiesOf(ctx, get('policies'), get('overlays'));
  const draft: Draft = {
    file,
    range: fields.node.range,
    version: version ?? { value: '0.4.0', range: fields.node.range },
    features: featuresOf(ctx, get('experimental_features')),
    components: childrenOf(ctx, get('components')),
    use: childrenOf(ctx, get('use')),
    environments: environmentsOf(ctx, get('environments')),
    slots,
    provides,
    resources: resourcesOf(ctx, get('resources')),
    childTemplates: childTemplatesOf(ctx, get('child_templates')),
    bindings: bindingsOf(ctx, get('bindings'), own),
    policies: list.policies,
    spelling: list.spelling,
    exports: exportsOf(ctx, get('exports'), own),
    sections: sectionsOf(fields.node),
    digest: '',
  };
  if (program) draft.program = program;
  if (configSchema) draft.configSchema = configSchema;
  if (metadata) draft.metadata = metadata;
  return draft;
}

const semver =
  /^(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)(?:-(?:0|[1-9]\d*|\d*[A-Za-z-][\dA-Za-z-]*)(?:\.(?:0|[1-9]\d*|\d*[A-Za-z-][\dA-Za-z-]*))*)?(?:\+[\dA-Za-z-]+(?:\.[\dA-Za-z-]+)*)?$/;

function versionOf(ctx: DecodeContext, cursor: Cursor | undefined): Text | undefined {
  const text = textOf(ctx, cursor, 'a string such as "0.4.0"');
  if (!text || !cursor) return undefined;
  if (semver.test(text.value)) return text;
  ctx.report(
    'invalid-value',
    text.range,
    cursor.path,
    `\`${text.value}\` is not a version`,
    'a version has three parts, for example "0.4.0"',
  );
  return undefined;
}

const featureNames: readonly Feature[] = ['docker', 'kvm', 'governance'];

/** A set: sorted, a repeat counts once. */
function featuresOf(ctx: DecodeContext, cursor: Cursor | undefined): readonly Spanned<Feature>[] {
  if (!cursor) return [];
  const found = new Map<Feature, Spanned<Feature>>();
  for (const item of itemsOf(ctx, cursor)) {
    const value = oneOf(ctx, item, featureNames);
    if (value && !found.has(value)) found.set(value, { value, range: item.node.range });
  }
  return sortedBy(found.values(), (f) => f.value);
}

const schemaOf = (ctx: DecodeContext, cursor: Cursor | undefined): ObjectNode | undefined =>
  objectOf(ctx, present(cursor));

function sectionsOf({ entries }: ObjectNode): ReadonlyMap<string, Spanned<Range>> {
  const sections = new Map<string, Spanned<Range>>();
  for (const { key, keyRange, value } of entries) sections.set(key, { value: value.range, range: keyRange });
  return sections;
}
