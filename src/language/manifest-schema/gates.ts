/** What one part of a manifest asks of another: versions, features, and slots that must be there. */
import { implies, refused, type Schema, without } from './build.ts';
import * as P from './patterns.ts';

const versionBefore = (minor: 2 | 3 | 4): Schema => ({
  required: ['manifest_version'],
  properties: { manifest_version: { type: 'string', pattern: P.olderThan(minor) } },
});

/** Nowhere in the program, in any of the places where it could stand. */
function programWithout(field: 'when' | 'each', needs: string): Schema {
  const items: Schema = {
    items: { properties: { [field]: refused(`\`${field}\` needs manifest_version ${needs}.`) } },
  };
  const network: Schema = { properties: { endpoints: items } };
  return {
    properties: {
      program: {
        properties: {
          args: items,
          entrypoint: items,
          env: { additionalProperties: items['items'] as Schema },
          mounts: items,
          network,
          vm: { properties: { mounts: items, network } },
        },
      },
    },
  };
}

const featured = (feature: string): Schema => ({
  required: ['experimental_features'],
  properties: { experimental_features: { contains: { const: feature } } },
});

/** `framework.x` behind the feature of the same name. */
function withoutFramework(name: 'docker' | 'kvm'): Schema {
  const no = refused(`framework.${name} needs "${name}" in experimental_features.`);
  // Patterns, because editors propose constants.
  const from = implies({ pattern: String.raw`^framework\.${name}$` }, no);
  const mounts: Schema = { items: { properties: { from } } };
  const long: Schema = { required: ['from'], properties: { from: { pattern: '^framework$' } } };
  const capability = implies({ pattern: `^${name}$` }, no);
  return {
    properties: {
      program: { properties: { mounts, vm: { properties: { mounts } } } },
      bindings: { items: { properties: { from }, ...implies(long, { properties: { capability } }) } },
    },
  };
}

const tooOld = 'This needs manifest_version 0.4.0.';
const orFeature = 'This needs manifest_version 0.4.0, or "governance" in experimental_features.';

const noEntries: Schema = { additionalProperties: false, errorMessage: orFeature };

export const gates: readonly Schema[] = [
  implies(versionBefore(2), programWithout('when', '0.2.0')),
  implies(versionBefore(3), programWithout('each', '0.3.0')),
  implies(versionBefore(4), {
    properties: { overlays: { items: refused(tooOld) } },
    if: featured('governance'),
    else: { properties: { use: noEntries, policies: { items: refused(orFeature) } } },
  }),
  { if: featured('docker'), else: withoutFramework('docker') },
  { if: featured('kvm'), else: withoutFramework('kvm') },
  implies(
    { required: ['policies', 'overlays'], properties: { policies: { minItems: 1 }, overlays: { minItems: 1 } } },
    without(['overlays'], '`policies` and `overlays` are two spellings of one list: keep one.'),
  ),
  implies(
    { required: ['child_templates'], properties: { child_templates: { minProperties: 1 } } },
    { required: ['slots'], properties: { slots: hasSlotOf('component') } },
  ),
];

function hasSlotOf(kind: string): Schema {
  return implies(
    { additionalProperties: { not: { required: ['kind'], properties: { kind: { const: kind } } } } },
    refused(`child_templates need a slot of kind ${kind}.`),
  );
}
