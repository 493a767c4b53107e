import type { MountDecl } from '../../ir/manifest.ts';
import type { DecodeContext } from './context.ts';
import { type Cursor, fieldsOf, present } from './cursor.ts';
import { decodeItems } from './entries.ts';
import { guardsOf, templateOf } from './texts.ts';

export const mountsOf = (ctx: DecodeContext, cursor: Cursor | undefined): readonly MountDecl[] =>
  decodeItems(ctx, cursor, (item) => mountOf(ctx, item));

function mountOf(ctx: DecodeContext, cursor: Cursor): MountDecl | undefined {
  const fields = fieldsOf(ctx, cursor, { known: ['when', 'each', 'name', 'path', 'from'], required: ['path', 'from'] });
  if (!fields) return undefined;
  const guards = guardsOf(ctx, fields.get('when'), fields.get('each'));
  const name = templateOf(ctx, present(fields.get('name')));
  const path = templateOf(ctx, fields.get('path'));
  const from = templateOf(ctx, fields.get('from'));
  return path && from ? { path, from, range: cursor.node.range, ...guards, ...(name ? { name } : {}) } : undefined;
}
