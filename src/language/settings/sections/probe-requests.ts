/** What a probe asks over HTTP, and what it expects. */
import { fileNamed } from '../mentions.ts';
import { choice, integer, pair, path, record, refuse, type Shape, text, texts } from '../shape.ts';

export const begins = (pattern: RegExp, what: string, help: string): Shape<string> =>
  text(what, { pattern, what, help });
/** As it is sent: what HTTP cannot send would only be found out when somebody waits for an answer. */
export const urlPath = (what: string): Shape<string> =>
  text(what, {
    pattern: /^\/[\x21-\x7e]*$/,
    what: 'a path',
    help: 'write the path of a URL, such as `/status`; `%20` stands for a blank',
  });

/** An empty text means something here. */
export const anything = text('a text', { pattern: /^/, what: 'a text', help: '' });

/** A value that is compared as it is. */
export const scalar: Shape<string | number | boolean | null> = {
  schema: { type: ['string', 'number', 'boolean', 'null'], description: 'a value that is compared as it is' },
  read: (ctx, cursor) => {
    const { node } = cursor;
    if (node.kind === 'string' || node.kind === 'number' || node.kind === 'boolean') return node.value;
    if (node.kind === 'null') return null;
    return refuse(ctx, cursor, 'only a text, a number, a boolean or null can be compared', 'compare one of its fields');
  },
};

const statusRange = pair('from and to, both of them too', 'a range', '`[400, 499]`', [100, 599]);
const oneStatus = integer('of HTTP', 100, 599);

const status: Shape<number | readonly number[]> = {
  schema: { anyOf: [oneStatus.schema, statusRange.schema] },
  read: (ctx, cursor) => {
    if (cursor.node.kind !== 'array') return oneStatus.read(ctx, cursor);
    const range = statusRange.read(ctx, cursor);
    const [from = 0, to = 0] = range ?? [];
    return range?.length === 2 && from > to
      ? refuse(ctx, cursor, 'a range begins with the smaller number', `write \`[${to}, ${from}]\``)
      : range;
  },
};

const headers = texts('by name', anything);

const expectation = record(
  'what must come back',
  {},
  {
    status,
    headers,
    schema: fileNamed(path('a JSON Schema for the body')),
    maxMs: integer('how long it may take', 1, 3_600_000),
  },
);

export const request = record(
  'what is asked',
  {
    method: choice('of HTTP', ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const),
    path: urlPath('of the URL'),
  },
  { headers, body: anything, expect: expectation },
);
