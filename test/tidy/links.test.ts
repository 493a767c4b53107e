/** Links between documents and into the source lead somewhere. Pages of diagnostics have none. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';

const below = (folder: string): readonly string[] =>
  existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
const documents = [
  ...below('.'),
  ...below('docs'),
  ...below('docs/policies'),
  ...below('examples').map((folder) => join(folder, 'README.md')),
].filter((path) => path.endsWith('.md') && existsSync(path));

/** As GitHub names headings. */
const anchors = (markdown: string): readonly string[] =>
  [...markdown.matchAll(/^#+ (.*)$/gm)].map((match) =>
    (match[1] as string)
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );

function faultsOf(path: string, markdown: string): readonly string[] {
  const text = markdown.replace(/^```[\s\S]*?^```$/gm, '');
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, link = '']) => {
    if (/^[a-z]+:/.test(link)) return [];
    const [file = '', anchor] = link.split('#');
    const target = join(dirname(path), file);
    if (file !== '' && !existsSync(target)) return [`${path}: ${link} leads nowhere`];
    if (anchor === undefined) return [];
    const known = anchors(file === '' ? markdown : readFileSync(target, 'utf8'));
    return known.includes(anchor) ? [] : [`${path}: ${link} names no heading`];
  });
}

describe('links', () => {
  it.each(documents)('%s', (path) => {
    expect(faultsOf(path, readFileSync(path, 'utf8'))).toEqual([]);
  });

  it('sees what leads nowhere', () => {
    const text = '# A heading: one\n[a](gone.md) [b](#a-heading-one) [c](#two) [d](https://example.com/x)\n';
    expect(faultsOf('docs/x.md', text)).toEqual([
      'docs/x.md: gone.md leads nowhere',
      'docs/x.md: #two names no heading',
    ]);
  });
});
