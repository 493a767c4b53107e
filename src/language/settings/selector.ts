/** Names of workers, providers, models and capabilities: people write them, programs read them in variables. */
import { textOf } from '../decode/cursor.ts';
import { refuse, type Shape, sequence } from './shape.ts';

export const mostSelectorBytes = 128;

/** Blanks around it do not count. */
export const selector = (description: string, separator?: ','): Shape<string> => {
  const never = separator === undefined ? '\\t\\r\\n' : `\\t\\r\\n${separator}`;
  return {
    schema: { type: 'string', description, pattern: `^[^${never}]*[^\\s${never}][^${never}]*$` },
    read: (ctx, cursor) => {
      const found = textOf(ctx, cursor);
      if (!found) return undefined;
      const name = found.value.trim();
      const bytes = Buffer.byteLength(name, 'utf8');
      if (name === '') return refuse(ctx, cursor, 'an empty text says nothing');
      if (/[\t\r\n]/.test(found.value))
        return refuse(ctx, cursor, 'the name has a tab or a line end', 'write it in one line, without tabs');
      if (separator !== undefined && name.includes(separator))
        return refuse(ctx, cursor, `the name has a \`${separator}\``, 'write several names as several items');
      if (bytes > mostSelectorBytes)
        return refuse(ctx, cursor, `the name has ${bytes} bytes`, `shorten it to ${mostSelectorBytes} bytes`);
      return name;
    },
  };
};

/** In the order in which they are written; what is written twice counts once. */
export const selectors = (description: string, separator?: ','): Shape<readonly string[]> => {
  const any = sequence(description, selector('a name', separator));
  return {
    ...any,
    read: (ctx, cursor) => {
      const found = any.read(ctx, cursor);
      return found && [...new Set(found)];
    },
  };
};
