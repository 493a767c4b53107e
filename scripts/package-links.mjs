// Links of what is published: the README stands on a web page of the registry, and the other documents in a package that holds only a part
// of the repository, so links that lead out of it are written in full while the package is made. `absolute` before, `relative` after;
// each undoes the other. See `prepack` and `postpack`.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const { files, repository } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const base = `${repository.url.replace(/^git\+/, '').replace(/\.git$/, '')}/blob/main/`;

const folders = files.filter((path) => !path.includes('*'));
const isPublished = (path) => folders.some((folder) => path === folder || path.startsWith(`${folder}/`));

/** Links of a document with `change` applied to each, but for those in fenced text. */
function withLinks(markdown, change) {
  const parts = markdown.split(/^(```[\s\S]*?^```)$/m);
  return parts
    .map((part, i) => (i % 2 === 1 ? part : part.replace(/\]\(([^)\s]+)\)/g, (_, link) => `](${change(link)})`)))
    .join('');
}

export function absoluteLinks(path, markdown) {
  return withLinks(markdown, (link) => {
    const [file, anchor] = link.split('#');
    if (file === '' || /^[a-z]+:/.test(link)) return link;
    const target = join(dirname(path), file);
    if (path !== 'README.md' && isPublished(target)) return link;
    return `${base}${target}${anchor === undefined ? '' : `#${anchor}`}`;
  });
}

export function relativeLinks(path, markdown) {
  return withLinks(markdown, (link) => {
    if (!link.startsWith(base)) return link;
    const [target, anchor] = link.slice(base.length).split('#');
    return `${relative(dirname(path), target)}${anchor === undefined ? '' : `#${anchor}`}`;
  });
}

/** Every document that is published, by its path in the repository. */
export function publishedDocuments(root) {
  const below = (path) => {
    if (path.endsWith('.md')) return [path];
    if (!existsSync(join(root, path)) || /\.\w+$/.test(path) || path === 'LICENSE') return [];
    return readdirSync(join(root, path), { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory() || entry.name.endsWith('.md') ? below(`${path}/${entry.name}`) : [],
    );
  };
  return folders.flatMap(below);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const change = { absolute: absoluteLinks, relative: relativeLinks }[process.argv[2]];
  if (!change) throw new Error('usage: node scripts/package-links.mjs absolute|relative');
  const root = fileURLToPath(new URL('..', import.meta.url));
  for (const path of publishedDocuments(root)) {
    const before = readFileSync(join(root, path), 'utf8');
    const after = change(path, before);
    if (after !== before) writeFileSync(join(root, path), after);
  }
}
