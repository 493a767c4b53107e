/** Syntax tree → manifest. All shape errors of one text are reported; cross-references are the business of phase 3. */

import { digestOf } from '../../base/digest.ts';
import { sortedBy } from '../../base/order.ts';
import type { Range } from '../../base/span.ts';
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
  const { report } = manifestReporter(source.file, sink);
  const ctx: DecodeContext = {
    sidecars,
    report: (...args) => {
      faults++;
      report(...args);
    },
  };
  const fields = fieldsOf(
    ctx,
    { node: root, path: '' },
    { known, required: ['manifest_version'], missingHelp: { manifest_version: 'add `manifest_version: "0.4.0"`' } },
  );
  const parts = fields && decodeParts(ctx, fields, source.file);
  if (!fields || !parts || faults > 0) return undefined;
  const canonical = canonicalManifest(parts);
  return { ...parts, canonical, digest: digestOf(canonical) };
}

export type ManifestParts = Omit<Manifest, 'canonical' | 'digest'>;

function decodeParts(ctx: DecodeContext, fields: Fields, file: string): ManifestParts | undefined {
  const get = (name: string): Cursor | undefined => fields.get(name);
  const version = versionOf(ctx, get('manifest_version'));
  const program = programOf(ctx, get('program'), fields.key('program') ?? fields.node.range);
  const own = { slots: slotsOf(ctx, get('slots')), provides: providesOf(ctx, get('provides')) };
  const configSchema = schemaOf(ctx, get('config_schema'));
  const metadata = present(get('metadata'))?.node;
  const parts: Omit<ManifestParts, 'version'> = {
    file,
    range: fields.node.range,
    features: featuresOf(ctx, get('experimental_features')),
    ...(program ? { program } : {}),
    components: childrenOf(ctx, get('components')),
    use: childrenOf(ctx, get('use')),
    environments: environmentsOf(ctx, get('environments')),
    ...(configSchema ? { configSchema } : {}),
    ...own,
    resources: resourcesOf(ctx, get('resources')),
    childTemplates: childTemplatesOf(ctx, get('child_templates')),
    bindings: bindingsOf(ctx, get('bindings'), own),
    ...policiesOf(ctx, get('policies'), get('overlays')),
    exports: exportsOf(ctx, get('exports'), own),
    ...(metadata ? { metadata } : {}),
    sections: sectionsOf(fields.node),
  };
  return version && { ...parts, version };
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
    `\`${text.value}\` is no version`,
    'a version has three parts, for example "0.4.0"',
  );
  return undefined;
}

const featureNames: readonly Feature[] = ['docker', 'kvm', 'governance'];

/** A set: sorted, a repeat counts once. */
function featuresOf(ctx: DecodeContext, cursor: Cursor | undefined): readonly Spanned<Feature>[] {
  const found = new Map<Feature, Spanned<Feature>>();
  for (const item of itemsOf(ctx, cursor)) {
    const value = oneOf(ctx, item, featureNames);
    if (value && !found.has(value)) found.set(value, { value, range: item.node.range });
  }
  return sortedBy(found.values(), (f) => f.value);
}

const schemaOf = (ctx: DecodeContext, cursor: Cursor | undefined): ObjectNode | undefined =>
  objectOf(ctx, present(cursor));

const sectionsOf = (node: ObjectNode): ReadonlyMap<string, Spanned<Range>> =>
  new Map(node.entries.map((e) => [e.key, { value: e.value.range, range: e.keyRange }]));
