/** Slots, provides and resources. */
import type { CapabilityKind, ProvideDecl, ResourceDecl, SlotDecl } from '../../ir/manifest.ts';
import type { DecodeContext } from './context.ts';
import { booleanOf, type Cursor, fieldsOf, oneOf, optionalText, present, textOf } from './cursor.ts';
import { decodeNamed } from './entries.ts';

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

export const slotsOf = (ctx: DecodeContext, cursor: Cursor | undefined): readonly SlotDecl[] =>
  decodeNamed(ctx, cursor, (item): SlotDecl | undefined => {
    const { name, nameRange } = item;
    const fields = fieldsOf(ctx, item, { known: ['kind', 'profile', 'optional', 'multiple'], required: ['kind'] });
    const kind = oneOf(ctx, fields?.get('kind'), capabilityKinds, item.node.range);
    const profile = optionalText(ctx, fields?.get('profile'))?.value ?? null;
    const optional = booleanOf(ctx, fields?.get('optional'), false);
    const multiple = booleanOf(ctx, fields?.get('multiple'), false);
    if (!fields || !kind) return undefined;
    const kindRange = fields.get('kind')?.node.range ?? item.node.range;
    return { name, nameRange, range: item.node.range, kind, profile, kindRange, optional, multiple };
  });

export const providesOf = (ctx: DecodeContext, cursor: Cursor | undefined): readonly ProvideDecl[] =>
  decodeNamed(ctx, cursor, (item): ProvideDecl | undefined => {
    const { name, nameRange } = item;
    const fields = fieldsOf(ctx, item, { known: ['kind', 'profile', 'endpoint'], required: ['kind'] });
    const kind = oneOf(ctx, fields?.get('kind'), capabilityKinds, item.node.range);
    const profile = optionalText(ctx, fields?.get('profile'))?.value ?? null;
    const endpoint = optionalText(ctx, fields?.get('endpoint'));
    if (!fields || !kind) return undefined;
    const kindRange = fields.get('kind')?.node.range ?? item.node.range;
    return { name, nameRange, range: item.node.range, kind, profile, kindRange, ...(endpoint ? { endpoint } : {}) };
  });

/** Kinds other than storage are refused by a rule, which says why. */
export const resourcesOf = (ctx: DecodeContext, cursor: Cursor | undefined): readonly ResourceDecl[] =>
  decodeNamed(ctx, cursor, (item): ResourceDecl | undefined => {
    const { name, nameRange } = item;
    const fields = fieldsOf(ctx, item, { known: ['kind', 'params'], required: ['kind'] });
    const known = oneOf(ctx, fields?.get('kind'), capabilityKinds, item.node.range);
    const kind = known && textOf(ctx, fields?.get('kind'));
    const given = present(fields?.get('params'));
    const params = given && fieldsOf(ctx, given, { known: ['size', 'retention', 'sharing'] });
    const [size, retention, sharing] = ['size', 'retention', 'sharing'].map((key) =>
      optionalText(ctx, params?.get(key)),
    );
    if (!kind) return undefined;
    const decoded = { ...(size ? { size } : {}), ...(retention ? { retention } : {}), ...(sharing ? { sharing } : {}) };
    return { name, nameRange, range: item.node.range, kind, params: decoded };
  });
