/** Processes below another, as the host counts them. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';

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

export function childrenOf(pid: number): readonly number[] {
  // Each thread has children of its own; some kernels are built without telling them.
  const told = namesIn(`/proc/${pid}/task`).map((thread) => textOf(`/proc/${pid}/task/${thread}/children`));
  if (told.some((text) => text !== '') || existsSync('/proc/thread-self/children'))
    return told.flatMap((text) => text.split(' ').filter(Boolean).map(Number));
  return childrenBySearch(pid);
}

/** Looks at every process there is. */
export const childrenBySearch = (pid: number): readonly number[] =>
  namesIn('/proc')
    .filter((name) => /^\d+$/.test(name))
    // The name in parentheses may hold anything; the parent is the second field after it.
    .filter(
      (name) => / \) \S (\d+) /.exec(` ${textOf(`/proc/${name}/stat`).replace(/^.*\)/s, ')')}`)?.[1] === String(pid),
    )
    .map(Number);

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
