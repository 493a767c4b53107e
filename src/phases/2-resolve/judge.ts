import { at } from '../../base/span.ts';
import * as D from '../../diagnostics/catalogue/resolve.ts';
import type { Related } from '../../diagnostics/diagnostic.ts';
import type { Sink } from '../../diagnostics/sink.ts';
import type { Manifest } from '../../ir/manifest.ts';
import type { LoadedManifest } from '../../ir/tree.ts';
import type { LoadFailure } from '../../ports/loader.ts';
import type { Document } from './document-store.ts';
import { pinHolds } from './documents.ts';
import { describe, type Frame } from './frame.ts';
import { nounOf } from './noun.ts';
import type { Reference } from './references.ts';

interface Context {
  readonly sink: Sink;
  readonly maxBytes: number;
}

/**
 * What one reference gives, judged once for the manifest that declares it, not for each of its instances. Answers undefined,
 * after an error, when there is nothing to go on with.
 */
export function judge(
  reference: Reference,
  child: Document,
  path: readonly Frame[],
  ctx: Context,
): LoadedManifest | undefined {
  const { failure, loaded } = child;
  if (failure) {
    reportFailure(reference, failure, child.display, path, ctx);
    return undefined;
  }
  if (loaded && !pinHolds(reference, child)) {
    reportMismatch(reference, loaded.manifest.digest, path, ctx.sink);
    return undefined;
  }
  const parent = path.at(-1)?.node.loaded.manifest;
  if (loaded && parent) {
    checkFeatures(reference, parent, loaded.manifest, ctx.sink);
    if (reference.kind === 'use') checkRootSlots(reference, loaded.manifest, ctx.sink);
  }
  return loaded;
}

function reportFailure(
  reference: Reference,
  failure: LoadFailure,
  display: string,
  path: readonly Frame[],
  { sink, maxBytes }: Context,
): void {
  const about = { reference: reference.ref.url.value, what: describe(reference, path) };
  const place = { at: reference.at, label: 'manifest reference declared here', help: failure.help };
  if (failure.kind === 'outside') {
    sink.report(D.outsideTree({ path: about.reference, what: about.what, reason: failure.message }, place));
    return;
  }
  sink.report(
    failure.kind === 'too-large'
      ? D.tooLarge({ what: `manifest \`${about.reference}\` for ${about.what}`, limit: maxBytes }, place)
      : D.manifestNotLoaded({ ...about, place: display, reason: failure.message }, place),
  );
}

function reportMismatch(reference: Reference, actual: string, path: readonly Frame[], sink: Sink): void {
  const { digest, url } = reference.ref;
  sink.report(
    D.digestMismatch(
      { reference: url.value, what: describe(reference, path), expected: digest?.value ?? '', actual },
      { at: digest ? at(reference.at.file, digest.range) : reference.at, label: 'pinned here' },
    ),
  );
}

/** A manifest under `use` needs no `governance`: it holds no policies, it is one. */
function checkFeatures(reference: Reference, parent: Manifest, child: Manifest, sink: Sink): void {
  if (child.features.length === 0 || parent.damaged?.has('experimental_features')) return;
  const allowed = new Set(parent.features.map((feature) => feature.value));
  const missing = child.features.filter(
    ({ value }) => !allowed.has(value) && !(reference.kind === 'use' && value === 'governance'),
  );
  const [first] = missing;
  if (!first) return;
  const range = child.sections.get('experimental_features')?.value ?? first.range;
  sink.report(
    D.featureNotEnabled(
      { what: nounOf(reference), features: [...new Set(missing.map((feature) => feature.value))].sort() },
      {
        at: reference.at,
        label: 'child declaration here',
        related: [{ message: 'requested here', at: at(child.file, range) }],
      },
    ),
  );
}

function checkRootSlots(reference: Reference, child: Manifest, sink: Sink): void {
  if (child.damaged?.has('slots')) return;
  const required = child.slots.filter((slot) => !slot.optional);
  if (required.length === 0) return;
  sink.report(
    D.policyRequiresSlots(
      { use: reference.name, slots: required.map((slot) => slot.name) },
      {
        at: reference.at,
        label: 'use declared here',
        related: required.map(
          (slot): Related => ({
            message: `required slot \`${slot.name}\` declared here`,
            at: at(child.file, slot.nameRange),
          }),
        ),
      },
    ),
  );
}

/** `manifest` is somewhere in the tree of a `use` entry. True when it has policies, which is an error then. */
export function judgeNested(policy: Reference, manifest: Manifest, sink: Sink): boolean {
  const [use] = manifest.use;
  const [ref] = manifest.policies;
  const found = use
    ? { section: 'use', range: use.nameRange }
    : ref && { section: manifest.spelling, range: ref.range };
  if (!found) return false;
  sink.report(
    D.policyContainsPolicies(
      { use: policy.name, section: found.section },
      {
        at: policy.at,
        label: 'use declared here',
        related: [{ message: `\`${found.section}\` stands here`, at: at(manifest.file, found.range) }],
      },
    ),
  );
  return true;
}
