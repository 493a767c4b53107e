import type { EnvVar } from '../../ir/manifest.ts';
import type { DecodeContext } from './context.ts';
import { type Cursor, fieldsOf, type NamedCursor, optionalText, present, wrongType } from './cursor.ts';
import { decodeNamed } from './entries.ts';
import { guardsOf, templateOrFile } from './texts.ts';

export const envOf = (ctx: DecodeContext, cursor: Cursor | undefined): readonly EnvVar[] =>
  decodeNamed(ctx, cursor, (item) => variableOf(ctx, item));

function variableOf(ctx: DecodeContext, item: NamedCursor): EnvVar | undefined {
  const { node, name, nameRange } = item;
  const isFile = node.kind === 'object' && node.entries.length > 0 && node.entries.every((e) => e.key === 'file');
  if (node.kind === 'string' || isFile) {
    const value = templateOrFile(ctx, item);
    return value && { name, nameRange, value, object: false, range: node.range };
  }
  if (node.kind !== 'object') return wrongType(ctx, item, 'a string, `{file: "path"}` or an object with `value`');
  const fields = fieldsOf(ctx, item, { known: ['when', 'each', 'value', 'join'], required: ['value'] });
  if (!fields) return undefined;
  const guards = guardsOf(ctx, fields.get('when'), fields.get('each'), node.range);
  const join = optionalText(ctx, fields.get('join'));
  const hasEach = present(fields.get('each')) !== undefined;
  if (hasEach !== (join !== undefined)) {
    const message = hasEach ? '`each` needs `join` here: a variable holds one text' : '`join` needs `each`';
    ctx.report(
      'invalid-value',
      node.range,
      item.path,
      message,
      hasEach ? 'add `join`, for example `join: ","`' : 'remove `join`, or add `each`',
    );
  }
  const value = templateOrFile(ctx, fields.get('value'), node.range);
  if (!value) return undefined;
  const object = guards.when !== undefined || guards.each !== undefined || join !== undefined;
  return { name, nameRange, value, object, range: node.range, ...guards, ...(join ? { join: join.value } : {}) };
}
