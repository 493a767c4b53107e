import type { Capability, CapabilityKind, SlotDecl } from '../../ir/manifest.ts';

export const showCapability = (c: Capability): string =>
  c.profile === null ? `\`${c.kind}\`` : `\`${c.kind}\` (profile \`${c.profile}\`)`;

export const sameCapability = (a: Capability, b: Capability): boolean => a.kind === b.kind && a.profile === b.profile;

/** Framework capabilities and the kind of each (spec: framework capabilities table). */
export const frameworkKinds: ReadonlyMap<string, CapabilityKind> = new Map([
  ['component', 'component'],
  ['docker', 'docker'],
  ['kvm', 'kvm'],
]);

/** How many connections a slot takes or a source forwards; `max` may be Infinity. */
export interface Cardinality {
  readonly min: number;
  readonly max: number;
}
export const one: Cardinality = { min: 1, max: 1 };

export const declaredCardinality = (slot: Pick<SlotDecl, 'optional' | 'multiple'>): Cardinality => ({
  min: slot.optional ? 0 : 1,
  max: slot.multiple ? Number.POSITIVE_INFINITY : 1,
});

export const isOne = (c: Cardinality): boolean => c.min === 1 && c.max === 1;

export const accepts = (target: Cardinality, source: Cardinality): boolean =>
  target.min <= source.min && target.max >= source.max;

export const showCardinality = (c: Cardinality): string =>
  c.min === c.max ? String(c.min) : `${c.min}..${c.max === Number.POSITIVE_INFINITY ? '*' : c.max}`;
