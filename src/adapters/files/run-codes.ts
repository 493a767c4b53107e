/** What codes of runs mean, from the tables of the documents. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageFolder } from './package-folder.ts';

/** Runs say why they do not begin, or what went wrong, by such a code: rows of tables in the documents say what each means. */
const RUN_CODE = /^[a-z]+(?:_[a-z]+)+$/;

export function readRow(code: string): string | undefined {
  if (!RUN_CODE.test(code)) return undefined;
  const root = join(packageFolder(), 'docs');
  const found = (existsSync(root) ? readdirSync(root) : [])
    .filter((name) => name.endsWith('.md'))
    .sort()
    .flatMap((name) => rowsIn(root, name, code));
  return found.length === 0 ? undefined : `# \`${code}\`\n\n${found.join('\n')}`;
}

/** The first cell names it; what the others say stands above the table. */
function rowsIn(root: string, name: string, code: string): readonly string[] {
  const lines = readFileSync(join(root, name), 'utf8').split('\n');
  return lines.flatMap((line, i) => {
    const [first = '', ...rest] = cellsOf(line);
    if (!first.includes(`\`${code}\``)) return [];
    let top = i;
    while (lines[top - 1]?.startsWith('|')) top--;
    const [head = '', ...heads] = cellsOf(lines[top] as string);
    // Besides codes, the first cell may say what it is about.
    const own = first
      .replaceAll(/`[a-z_]+`(?:, | and )?/g, '')
      .replace(/^:\s*/, '')
      .trim();
    const said = own === '' ? headSentence(head) : `means: ${own}`;
    const words = [said, ...rest.map((cell, at) => (heads[at] && cell !== '' ? `${heads[at]}: ${cell}` : cell))];
    return [
      `${words
        .filter((one) => one !== '')
        .map((one) => sentence(plain(one)))
        .join('\n')}\n\nSee docs/${name}.\n`,
    ];
  });
}

/** What a table calls the codes of its first column; a word that only says that they are codes says nothing here. */
function headSentence(head: string): string {
  if (head.startsWith('when ')) return `said ${head}`;
  if (head === 'blocked') return 'the run is BLOCKED';
  return head === 'code' ? '' : head;
}

const sentence = (text: string): string =>
  `${text.slice(0, 1).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`;

/** None of a line that is no row. */
const cellsOf = (line: string): readonly string[] =>
  line.startsWith('|')
    ? line
        .split(/(?<!\\)\|/)
        .slice(1, -1)
        .map((cell) => cell.trim())
    : [];

/** Where a link leads is seen on the page. */
const plain = (text: string): string => text.replaceAll(/\[([^\]]+)\]\([^)]*\)/g, '$1');
