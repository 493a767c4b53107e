/** `entrypoint` and `args`: a command line, a file that holds one, or an array of items. */
import type { Argument, Template } from '../../ir/manifest.ts';
import type { DecodeContext } from './context.ts';
import { below, type Cursor, fieldsOf, itemsOf, optionalText, present, wrongType } from './cursor.ts';
import { guardsOf, rawTextOf, templateOrFile, wordsOf } from './texts.ts';

export function commandOf(ctx: DecodeContext, cursor: Cursor | undefined): readonly Argument[] {
  if (!cursor) return [];
  if (cursor.node.kind === 'array')
    return cursor.node.items.flatMap((node, index) => itemOf(ctx, { node, path: below(cursor.path, index) }) ?? []);
  const text = rawTextOf(ctx, cursor, 'a string, `{file: "path"}` or an array');
  const words = text && wordsOf(ctx, text, cursor.path);
  return (words ?? []).map((word) => plain(word));
}

const plain = (value: Template): Argument => ({ form: 'one', object: false, values: [value], range: value.range });

function itemOf(ctx: DecodeContext, cursor: Cursor): Argument | undefined {
  const node = cursor.node;
  const isFile = node.kind === 'object' && node.entries.length > 0 && node.entries.every((e) => e.key === 'file');
  if (node.kind === 'string' || isFile) {
    const value = templateOrFile(ctx, cursor);
    return value && plain(value);
  }
  if (node.kind !== 'object')
    return wrongType(ctx, cursor, 'a string, `{file: "path"}` or an object with `arg` or `argv`');
  const fields = fieldsOf(ctx, cursor, { known: ['when', 'each', 'arg', 'argv', 'join'] });
  if (!fields) return undefined;
  const [arg, argv] = [present(fields.get('arg')), present(fields.get('argv'))];
  const guards = guardsOf(ctx, fields.get('when'), fields.get('each'));
  const join = optionalText(ctx, fields.get('join'));
  if ((arg === undefined) === (argv === undefined)) {
    if (!arg && (fields.misspelt('arg') || fields.misspelt('argv'))) return undefined;
    ctx.report(
      'invalid-value',
      node.range,
      cursor.path,
      arg ? 'both `arg` and `argv` are given' : 'neither `arg` nor `argv` is given',
      'give exactly one of `arg` and `argv`',
    );
    return undefined;
  }
  if (join && (argv || !present(fields.get('each')))) {
    ctx.report(
      'invalid-value',
      join.range,
      cursor.path,
      '`join` needs `each` and `arg`',
      'remove `join`, or repeat an `arg` with `each`',
    );
  }
  const values = arg ? listOf(templateOrFile(ctx, arg)) : argv && groupOf(ctx, argv);
  if (!values) return undefined;
  const object = argv !== undefined || guards.when !== undefined || guards.each !== undefined || join !== undefined;
  return {
    form: arg ? 'one' : 'group',
    object,
    values,
    range: node.range,
    ...guards,
    ...(join ? { join: join.value } : {}),
  };
}

const listOf = (value: Template | undefined): readonly Template[] | undefined => value && [value];

function groupOf(ctx: DecodeContext, cursor: Cursor): readonly Template[] | undefined {
  if (cursor.node.kind === 'array') {
    const values = itemsOf(ctx, cursor).map((item) => templateOrFile(ctx, item));
    return values.every((value) => value !== undefined) ? values : undefined;
  }
  const text = rawTextOf(ctx, cursor, 'a string, `{file: "path"}` or an array of them');
  return text && wordsOf(ctx, text, cursor.path);
}
