/** Slots, provides and resources. */
import { sortedBy } from '../../base/order.ts';
import type { CapabilityKind, ProvideDecl, ResourceDecl, SlotDecl } from '../../ir/manifest.ts';
import type { DecodeContext } from './context.ts';
import { booleanOf, type Cursor, fieldsOf, namesOf, oneOf, optionalText, present, textOf } from './cursor.ts';

export const capabilityKinds: readonly CapabilityKind[] = [
  'mcp',
  'llm',
  'http',
  'component',
  'docker',
  'a2a',
  'storage',
  'kvm',
];

export function slotsOf(ctx: DecodeContext, cursor: Cursor | undefined): readonly SlotDecl[] {
  const slots = namesOf(ctx, cursor).flatMap(({ name, nameRange, ...item }): readonly SlotDecl[] => {
    const fields = fieldsOf(ctx, item, { known: ['kind', 'profile', 'optional', 'multiple'], required: ['kind'] });
    const kind = oneOf(ctx, fields?.get('kind'), capabilityKinds, item.node.range);
    const profile = optionalText(ctx, fields?.get('profile'))?.value ?? null;
    const optional = booleanOf(ctx, fields?.get('optional'), false);
    const multiple = booleanOf(ctx, fields?.get('multiple'), false);
    if (!fields || !kind) return [];
    return [
      {
        name,
        nameRange,
        range: item.node.range,
        kind,
        profile,
        kindRange: fields.get('kind')?.node.range ?? item.node.range,
        optional,
        multiple,
      },
    ];
  });
  return sortedBy(slots, (s) => s.name);
}

export function providesOf(ctx: DecodeContext, cursor: Cursor | undefined): readonly ProvideDecl[] {
  const provides = namesOf(ctx, cursor).flatMap(({ name, nameRange, ...item }): readonly ProvideDecl[] => {
    const fields = fieldsOf(ctx, item, { known: ['kind', 'profile', 'endpoint'], required: ['kind'] });
    const kind = oneOf(ctx, fields?.get('kind'), capabilityKinds, item.node.range);
    const profile = optionalText(ctx, fields?.get('profile'))?.value ?? null;
    const endpoint = optionalText(ctx, fields?.get('endpoint'));
    if (!fields || !kind) return [];
    const kindRange = fields.get('kind')?.node.range ?? item.node.range;
    return [{ name, nameRange, range: item.node.range, kind, profile, kindRange, ...(endpoint ? { endpoint } : {}) }];
  });
  return sortedBy(provides, (p) => p.name);
}

/** Kinds other than storage are refused by a rule, which says why. */
export function resourcesOf(ctx: DecodeContext, cursor: Cursor | undefined): readonly ResourceDecl[] {
  const resources = namesOf(ctx, cursor).flatMap(({ name, nameRange, ...item }): readonly ResourceDecl[] => {
    const fields = fieldsOf(ctx, item, { known: ['kind', 'params'], required: ['kind'] });
    const known = oneOf(ctx, fields?.get('kind'), capabilityKinds, item.node.range);
    const kind = known && textOf(ctx, fields?.get('kind'));
    const given = present(fields?.get('params'));
    const params = given && fieldsOf(ctx, given, { known: ['size', 'retention', 'sharing'] });
    const [size, retention, sharing] = ['size', 'retention', 'sharing'].map((key) =>
      optionalText(ctx, params?.get(key)),
    );
    if (!kind) return [];
    const decoded = { ...(size ? { size } : {}), ...(retention ? { retention } : {}), ...(sharing ? { sharing } : {}) };
    return [{ name, nameRange, range: item.node.range, kind, params: decoded }];
  });
  return sortedBy(resources, (r) => r.name);
}
