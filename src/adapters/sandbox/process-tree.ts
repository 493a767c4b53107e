/** Processes below another, as the host counts them. */
import { readdirSync, readFileSync } from 'node:fs';

/** Breadth first, without `pid` itself. What ends while it is looked at is left out. */
export function descendants(pid: number): readonly number[] {
  const found: number[] = [];
  for (let next = childrenOf(pid); next.length > 0; next = next.flatMap(childrenOf)) found.push(...next);
  return found;
}

/**
 * The number of a process in each of the pid namespaces that it is in, from the reader's to its own.
 * Empty when the process is gone.
 */
export function numbersOf(pid: number): readonly number[] {
  const line = /^NSpid:\s*(.*)$/m.exec(textOf(`/proc/${pid}/status`))?.[1];
  return line === undefined ? [] : line.trim().split(/\s+/).map(Number);
}

/** The first process of the innermost pid namespace below `pid`, when there is one deeper than `depth` namespaces. */
export function innermostInit(pid: number, depth: number): number | undefined {
  return descendants(pid).find((child) => {
    const numbers = numbersOf(child);
    return numbers.length > depth && numbers.at(-1) === 1;
  });
}

/** Each thread has children of its own. */
export const childrenOf = (pid: number): readonly number[] =>
  namesIn(`/proc/${pid}/task`).flatMap((thread) =>
    textOf(`/proc/${pid}/task/${thread}/children`)
      .split(' ')
      .filter((name) => name !== '')
      .map(Number),
  );

function namesIn(path: string): readonly string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
