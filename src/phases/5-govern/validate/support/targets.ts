import type { CapabilityKind } from '../../../../ir/manifest.ts';

const why: Partial<Readonly<Record<CapabilityKind, string>>> = {
  storage: 'storage is mounted, not spoken to',
  docker: 'it is a door to the host',
  kvm: 'it is a device of the host',
  component: 'it is a door to the runtime itself',
};

/** Undefined for what travels over the network between programs. */
export const whyNotInterposed = (kind: CapabilityKind): string | undefined => why[kind];
