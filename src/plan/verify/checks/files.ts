/** Whether the folder holds the files that the statement covers, byte by byte, and no other. */
import type { Blocked } from '../../../ir/blocked.ts';
import type { FolderFile, FolderReader } from '../../../ports/folder-reader.ts';
import { fault } from '../fault.ts';
import { isPassing, statementFile } from '../folder.ts';
import type { CoveredFile } from '../statement.ts';

/** O(files + bytes), one piece of a file at a time. What has another size is not read. */
export function checkFiles(
  reader: FolderReader,
  found: readonly FolderFile[],
  covered: readonly CoveredFile[],
): readonly Blocked[] {
  const there = new Map(found.map((file) => [file.name, file]));
  const wanted = new Set(covered.map(({ name }) => name));
  const changed = covered.flatMap((file) => {
    const reason = whyNot(reader, file, there.get(file.name));
    if (reason === undefined) return [];
    return [fault(there.has(file.name) ? 'file_changed' : 'file_missing', file.name, reason)];
  });
  const more = found.flatMap(({ name }) =>
    wanted.has(name) || name === statementFile ? [] : [fault('file_unexpected', name, unexpected(name), remove)],
  );
  return [...changed, ...more];
}

const remove = 'take it out of the folder, or copy the folder again from where it ran';
const unexpected = (name: string): string =>
  isPassing(name)
    ? 'a process of headgate that had the run left it; where it ran, `headgate resume RUN` tidies up'
    : 'the statement does not cover it, so nobody knows who put it there';

function whyNot(reader: FolderReader, file: CoveredFile, found: FolderFile | undefined): string | undefined {
  if (!found) return 'the statement covers it, and it is not there';
  if (found.kind !== 'file') return found.kind === 'link' ? 'is a link' : 'is not a plain file';
  if (found.bytes !== file.bytes) return `it has ${found.bytes} bytes, and had ${file.bytes}`;
  const digest = reader.digest(file.name);
  if ('fault' in digest) return digest.fault;
  return digest.sha256 === file.sha256 && digest.bytes === file.bytes ? undefined : 'its content is not what it was';
}
