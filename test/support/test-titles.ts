/** Tests that documents name. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Of a test or a group of them, which nothing switches off. */
const isTitle = (text: string, title: string): boolean =>
  text
    .split('\n')
    .filter((line) => !/^\s*\/\/|\.(?:skip|todo|fails)\(/.test(line))
    .some((line) => ["'", '"', '`'].some((quote) => line.includes(`(${quote}${title}${quote},`)));

/** What is wrong with a cell such as `[file](../path) "title"; [file](../path) "title"` of a page in docs/. */
export function faultsOfTests(cell: string): readonly string[] {
  return cell.split(/; (?=\[)/).flatMap((named) => {
    const [, link = '', title = ''] = /^\[[^\]]+\]\(([^)]+)\) "(.+)"$/.exec(named) ?? [];
    const file = join('docs', link);
    if (title === '') return [`\`${named}\` is not a file and a title`];
    if (!existsSync(file)) return [`there is no ${file}`];
    return isTitle(readFileSync(file, 'utf8'), title) ? [] : [`${file} has no test "${title}"`];
  });
}

/** Cells of the rows of the first table below a heading, without its head. */
export const rowsBelow = (markdown: string, heading: string): readonly (readonly string[])[] =>
  (markdown.split(new RegExp(`^${heading}$`, 'm'))[1] ?? '')
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .slice(1)
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
