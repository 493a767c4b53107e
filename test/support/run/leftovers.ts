/** The end of a run: nothing of it is left on the machine but its record. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { type LiveRun, until } from './cli-run.ts';
import { listeningPorts, mounts, type Process, processesOf, unixSockets } from './traces.ts';

const short = ({ pid, command, state }: Process): string => `${pid} ${state} ${command.slice(0, 200)}`;

/** Waits a moment for what the kernel is still taking down. */
export async function expectNoProcess(marker: string, ms = 5_000): Promise<void> {
  const left = await until(
    () => processesOf(marker).map(short),
    (list) => list.length === 0,
    ms,
  ).catch(() => processesOf(marker).map(short));
  expect(left).toEqual([]);
}

/** Folders for sockets that headgate makes outside of its state carry the process id, in base 36. */
const socketFolder = (pid: number): string => `hg-${pid.toString(36)}-`;

/** Others on this machine may run headgate as well, so it is looked for what was this one's. */
export async function expectNothingOf({ child, exports, id }: LiveRun, marker: string): Promise<void> {
  await expectNoProcess(marker);
  const own = socketFolder(child.pid as number);
  const folders = ['/tmp', `/run/user/${process.getuid?.() ?? 0}`].filter((path) => existsSync(path));
  expect(folders.flatMap((path) => readdirSync(path).filter((name) => name.startsWith(own)))).toEqual([]);
  expect(unixSockets().filter((name) => name.includes(own) || name.includes(id))).toEqual([]);
  const left = mounts().filter((line) => line.includes(own) || line.includes(marker));
  expect(left).toEqual([]);
  const ports = Object.values(exports).map((url) => Number(new URL(url).port));
  expect(listeningPorts().filter((port) => ports.includes(port))).toEqual([]);
}

/** Files below a folder whose bytes hold the text. */
export function filesWith(folder: string, text: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => path.includes(text) || readFileSync(path).includes(text));
}

/** Lines of all files of this name in storage, in the order of the files' paths. */
export function storedLines(stateDir: string, name: string): readonly string[] {
  const storage = join(stateDir, 'storage');
  try {
    return readdirSync(storage, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name === name)
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .flatMap((path) => readFileSync(path, 'utf8').split('\n').filter(Boolean));
  } catch {
    return [];
  }
}
