/** What components said, as far as the newest part of each log goes: bounded in what is read, not only in what is kept. */
import { closeSync, constants, fstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { compareText } from '../../base/order.ts';

export interface LogPiece {
  /** Of its file. */
  readonly name: string;
  readonly text: string;
  readonly isCut: boolean;
}

const tailBytes = 256 * 1024;
const mostLogs = 64;

/** A text says why there are none. Older files of a log are not opened: its newest one is there from its first line on. */
export function logPieces(folder: string): { readonly logs: readonly LogPiece[]; readonly more: number } | string {
  let names: readonly string[];
  try {
    names = readdirSync(folder).filter((name) => name.endsWith('.log'));
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'nothing has said anything' : 'the logs cannot be read';
  }
  const sorted = [...names].sort(compareText);
  const logs = sorted.slice(0, mostLogs).flatMap((name) => tailOf(join(folder, name), name) ?? []);
  return { logs, more: sorted.length - logs.length };
}

function tailOf(path: string, name: string): LogPiece | undefined {
  let fd: number;
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch {
    return undefined;
  }
  try {
    const found = fstatSync(fd);
    if (!found.isFile()) return undefined;
    const length = Math.min(tailBytes, found.size);
    const bytes = Buffer.alloc(length);
    const read = readSync(fd, bytes, 0, length, found.size - length);
    const text = bytes.toString('utf8', 0, read);
    const isCut = found.size > length;
    // A line that is cut may have the half of a secret.
    return { name, text: isCut ? text.slice(text.indexOf('\n') + 1) : text, isCut };
  } finally {
    closeSync(fd);
  }
}
