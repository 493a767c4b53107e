/** The rows of contract-rows.yaml, and the table that docs/contracts.md shows of them. */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parse } from 'yaml';

export const begin = '<!-- Written by `npm run gen` from scripts/contract-rows.yaml. -->';
export const end = '<!-- End of what is written. -->';

export const readRows = (path = 'scripts/contract-rows.yaml') => parse(readFileSync(path, 'utf8'));

/** The text with the table of these rows between the marks. Throws where there are none. */
export function withTable(page, rows) {
  const [before, rest] = cut(page, begin);
  const [, after] = cut(rest, end);
  return `${before}${begin}\n${tableOf(rows)}${end}${after}`;
}

function cut(text, mark) {
  const at = text.indexOf(mark);
  if (at < 0) throw new Error(`docs/contracts.md has lost its mark ${mark}`);
  return [text.slice(0, at), text.slice(at + mark.length)];
}

const tableOf = (rows) =>
  [
    '| part | state | kept by | module | test |',
    '|---|---|---|---|---|',
    ...rows.map(
      ({ parts, state, by, modules, tests }) =>
        `| ${parts.map((part) => `\`${part}\``).join(', ')} | ${state} | ${by} | ${joined(modules.map(linked))} | ${joined(tests.map(testOf))} |`,
    ),
    '',
  ].join('\n');

const joined = (cells) => (cells.length === 0 ? '—' : cells.join('; '));
const linked = (path) => `[${basename(path, '.ts')}](../${path})`;
const testOf = ({ file, title }) => `[${basename(file, '.test.ts')}](../${file}) "${title}"`;
