/** `policies` and `overlays`: two spellings of one list. */
import type { PolicyRef, Spelling } from '../../ir/manifest.ts';
import type { DecodeContext } from './context.ts';
import { type Cursor, itemsOf, textOf } from './cursor.ts';
import { nearReference, orElse } from './near-reference.ts';

export interface PolicyList {
  readonly policies: readonly PolicyRef[];
  readonly spelling: Spelling;
}

export function policiesOf(ctx: DecodeContext, policies: Cursor | undefined, overlays: Cursor | undefined): PolicyList {
  const first = itemsOf(ctx, policies);
  const second = itemsOf(ctx, overlays);
  if (policies && first.length > 0 && second.length > 0) {
    ctx.report(
      'both-spellings',
      policies.node.range,
      '',
      '`policies` and `overlays` are two spellings of one list, and both are given',
      'keep one of the two',
    );
  }
  const spelling: Spelling = first.length > 0 ? 'policies' : 'overlays';
  const items = second.length === 0 ? first : [...first, ...second];
  return { spelling, policies: items.flatMap((item) => refOf(ctx, item) ?? []) };
}

/** `#use.export`: the first dot divides. */
function refOf(ctx: DecodeContext, cursor: Cursor): PolicyRef | undefined {
  const text = textOf(ctx, cursor);
  if (!text) return undefined;
  const match = /^#([^.]+)\.([^.]+)$/.exec(text.value);
  if (match) return { range: text.range, text: text.value, use: match[1] as string, export: match[2] as string };
  const near = nearReference(text.value);
  ctx.report(
    'invalid-policy-ref',
    text.range,
    cursor.path,
    `\`${text.value}\` names no policy`,
    orElse(near, 'write `#<name in use>.<export>`'),
    near === undefined ? undefined : { range: text.range, text: near },
  );
  return undefined;
}
