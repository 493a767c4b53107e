/** Bytes as programs show them to people: lists of numbers, dumps, colours, quotes. Each answers the bytes again, as Latin-1. */

/** Of JavaScript, Go and Python: `[112,97]`, `[112 97]`. What is no byte is between two of them. */
export const numbersDecoded = (text: string): string =>
  [...text.matchAll(/\d{1,3}(?:[\s,]{1,4}\d{1,3}){5,}/g)]
    .map(([run]) => String.fromCharCode(...bytesIn(run)))
    .join('\n');

const lineEnd = 10;
const bytesIn = (run: string): readonly number[] =>
  run.split(/[\s,]+/).map((one) => (Number(one) > 0xff ? lineEnd : Number(one)));

/** Of hexdump, xxd and od: a place, then bytes or pairs of them, then what can be shown. The rows of one dump are joined. */
export const dumpsDecoded = (text: string): string =>
  [
    ...text.matchAll(
      /^[ \t]{0,8}[0-9a-fA-F]{4,16}:?[ \t]{1,4}((?:[0-9a-fA-F]{4}|[0-9a-fA-F]{2})(?: {1,2}(?:[0-9a-fA-F]{4}|[0-9a-fA-F]{2})(?![0-9a-fA-F])){0,15})/gm,
    ),
  ]
    .map(([, row = '']) => Buffer.from(row.replaceAll(' ', '').slice(0, 32), 'hex').toString('latin1'))
    .join('');

/** Colours and the like (ECMA-48). */
const sequences = /\x1b\[[0-9;:?]{0,32}[ -/]{0,4}[@-~]/g;
export const withoutColours = (text: string): string => text.replace(sequences, '');

/** However often it was put into quotes, by whatever rule: of a shell, of CSV, of SQL, of JSON in JSON. */
export const withoutQuotes = (text: string): string => text.replace(/['"\\]/g, '');

/** As it stands in quotes of a shell, of SQL and of CSV. */
export const quotedForms = (text: string): readonly string[] => [
  text.replaceAll("'", "'\\''"),
  text.replaceAll("'", `'"'"'`),
  text.replaceAll("'", "''"),
  text.replaceAll('"', '""'),
];
