import * as D from '../../../diagnostics/catalogue/check/versions.ts';
import type { Rule } from '../rule.ts';
import { isOlderThan } from '../version.ts';

/**
 * `use` and `policies` are there from 0.4.0, or earlier with feature `governance`; `overlays` only from 0.4.0. Empty sections
 * need nothing. One report a manifest: one edit settles both sections.
 */
export const featureRequiresVersion: Rule = {
  emits: [D.featureRequiresVersion],
  needs: ['manifest_version', 'experimental_features'],
  check(manifest, { at, report }) {
    const version = manifest.version.value;
    if (!isOlderThan(version, 4)) return;
    const governance = manifest.features.some((feature) => feature.value === 'governance');
    const firstRef = manifest.policies[0];
    const places: { section: 'use' | 'policies' | 'overlays'; range: { start: number; end: number } }[] = [];
    if (manifest.use.length > 0 && !governance) {
      places.push({ section: 'use', range: manifest.sections.get('use')?.range ?? manifest.version.range });
    }
    if (firstRef && !(governance && manifest.spelling === 'policies')) {
      places.push({ section: manifest.spelling, range: firstRef.range });
    }
    const [first, second] = places;
    if (!first) return;
    report(
      D.featureRequiresVersion(
        { section: first.section, version },
        {
          at: at(first.range),
          label: 'needs manifest version 0.4.0',
          related: [
            ...(second ? [{ message: `so does \`${second.section}\``, at: at(second.range) }] : []),
            { message: 'the version of this manifest', at: at(manifest.version.range) },
          ],
        },
      ),
    );
  },
};
