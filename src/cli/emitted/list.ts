/**
 * What an emit wrote into a folder: a line a file, as `sha256sum -c` reads them, in a file of its own, since what is mounted as it is has no
 * place for a mark of ours. While files are being written the list holds what was there before as well, and says so: whoever is killed
 * leaves nothing that no list names.
 */
import { compareText } from '../../base/order.ts';

export interface WrittenList {
  /** Hexadecimal SHA-256, by path below the folder. */
  readonly files: ReadonlyMap<string, ReadonlySet<string>>;
  /** Only while files are being written: what stands in the names of temporary files. */
  readonly mark?: string | undefined;
}

export const nothingWritten: WrittenList = { files: new Map() };

/** One a kind: two of them may share a folder. */
export const listName = (kind: string): string => `.headgate-${kind}.sha256`;

const heading =
  '# Written by headgate: what it wrote here. A file that the next plan has no more is removed, unless it was changed.\n';
const writing = '# Not all is written yet: ';

export function listText({ files, mark }: WrittenList): string {
  const lines = [...files]
    .sort(([a], [b]) => compareText(a, b))
    .flatMap(([path, digests]) => [...digests].sort().map((digest) => `${digest}  ${path}\n`));
  return [heading, ...(mark === undefined ? [] : [`${writing}${mark}\n`]), ...lines].join('');
}

/** What is no line of a list counts for nothing: each line stands for itself, also in a list that was merged by hand. */
export function readList(text: string, holds: readonly string[]): WrittenList {
  const files = new Map<string, Set<string>>();
  let mark: string | undefined;
  for (const line of text.split(/\r?\n/)) {
    if (line.startsWith(writing)) mark = /^[0-9a-f]{12}$/.exec(line.slice(writing.length))?.[0];
    const [, digest, path] = /^([0-9a-f]{64}) {2}(.+)$/.exec(line) ?? [];
    if (digest === undefined || path === undefined || !isHeld(path, holds)) continue;
    const digests = files.get(path) ?? new Set();
    files.set(path, digests.add(digest));
  }
  return { files, mark };
}

/** Whether an output of the kind may have that path: a list may come from anybody. */
export const isHeld = (path: string, holds: readonly string[]): boolean =>
  path.split(/[/\\]/).every((step) => step !== '' && step !== '.' && step !== '..') &&
  holds.some((name) => (name.endsWith('/') ? path.startsWith(name) : path === name));

export function unitedLists(lists: readonly WrittenList['files'][]): WrittenList['files'] {
  const all = new Map<string, Set<string>>();
  for (const files of lists)
    for (const [path, digests] of files) all.set(path, new Set([...(all.get(path) ?? []), ...digests]));
  return all;
}
