import { grown } from '../../base/grown.ts';
import { at, type Location, type Range } from '../../base/span.ts';
import * as D from '../../diagnostics/catalogue/resolve.ts';
import type { Sink } from '../../diagnostics/sink.ts';
import type { ChildDecl, Manifest, ManifestRef } from '../../ir/manifest.ts';
import { indexOf } from '../../language/manifest-index.ts';
import { type Joined, joinReference } from '../../language/urls.ts';
import { environmentsWithResolvers } from './environments.ts';
import { nounOf, type ReferenceKind } from './noun.ts';

const none: readonly never[] = [];

/** One reference of a manifest to another one, with its URL worked out. */
export interface Reference {
  readonly kind: ReferenceKind;
  readonly name: string;
  /** Absent for templates. */
  readonly decl?: ChildDecl;
  readonly ref: ManifestRef;
  /** Of the text that names the manifest. */
  readonly at: Location;
  readonly url: string;
}

/** In the order in which they are walked: components, `use`, templates, each by name. Reports what cannot be followed. */
export function referencesOf(manifest: Manifest, url: string, sink: Sink): readonly Reference[] {
  const unresolvable = environmentsWithResolvers(manifest, sink);
  const isEnvironment = (chosen: string): boolean => indexOf(manifest).environments.has(chosen);
  let references: readonly Reference[] = none;
  const join = joiner(manifest, url);
  const add = (kind: ReferenceKind, name: string, ref: ManifestRef, range: Range, decl?: ChildDecl): void => {
    const joined = join(ref.url.value);
    if ('url' in joined) {
      const place = at(manifest.file, range);
      const plain = { kind, name, ref, at: place, url: joined.url };
      references = grown(references, decl ? { decl, ...plain } : plain);
      return;
    }
    sink.report(
      D.invalidReference(
        { reference: withoutPassword(ref.url.value), what: nounOf({ kind, name }), reason: joined.reason },
        { at: at(manifest.file, ref.url.range), label: 'invalid manifest reference' },
      ),
    );
  };
  for (const kind of ['component', 'use'] as const) {
    for (const decl of kind === 'use' ? manifest.use : manifest.components) {
      // What it means depends on the missing environment or resolver, which is reported.
      const chosen = decl.environment?.value;
      if (chosen !== undefined && (!isEnvironment(chosen) || unresolvable.has(chosen))) continue;
      add(kind, decl.name, decl.ref, decl.refRange, decl);
    }
  }
  for (const template of manifest.childTemplates) {
    for (const ref of template.manifests) add('template', template.name, ref, ref.range);
  }
  return references;
}

/** Many components may be of one manifest. */
function joiner({ components }: Manifest, url: string): (reference: string) => Joined {
  if (components.length < 2) return (reference) => joinReference(reference, url);
  const known = new Map<string, Joined>();
  return (reference) => {
    const joined = known.get(reference) ?? joinReference(reference, url);
    known.set(reference, joined);
    return joined;
  };
}

/** Messages go to logs. */
const withoutPassword = (reference: string): string => reference.replace(/\/\/[^/]*@/, '//…@');
