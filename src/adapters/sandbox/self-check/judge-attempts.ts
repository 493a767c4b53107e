/** What the attempts of a self-check came to, by what the host sees and by what was said from inside. */

import type { Said } from './attempts.ts';
import { startTimesAround } from './own-processes.ts';

export interface Attempt {
  readonly what: string;
  /** `unknown` could not be tried. */
  readonly outcome: 'denied' | 'done' | 'unknown';
  /** What could be done, where something could. */
  readonly found?: readonly string[];
}

export interface Checked {
  /** Null when something could not be tried, which is not the same as passed. */
  readonly passed: boolean | null;
  readonly attempts: readonly Attempt[];
}

/** As the host sees it, after the attempts. */
export interface Seen {
  /** Labels of places where a file was made. */
  readonly outside: readonly string[];
  readonly git: readonly string[];
  /** Labels, in the order in which they were given. */
  readonly keys: readonly string[];
  readonly connections: number;
  /** Of headgate. */
  readonly pid: number;
  readonly kernel: readonly string[];
  readonly hasTree: boolean;
}

export function judgeAttempts(text: string, seen: Seen): Checked {
  const said = readSaid(text);
  const row = (what: string, found: readonly string[] | undefined): Attempt =>
    found === undefined
      ? { what, outcome: 'unknown' }
      : found.length === 0
        ? { what, outcome: 'denied' }
        : { what, outcome: 'done', found };
  const of = (indices: readonly number[] | undefined, labels: readonly string[]): readonly string[] | undefined =>
    indices?.map((index) => labels[index] ?? String(index));
  // What the host sees counts also where nothing was said.
  const hostOr = (found: readonly string[]): readonly string[] | undefined =>
    found.length > 0 || said ? found : undefined;
  const ours = startTimesAround(seen.pid);
  const keyring = said?.keyring;
  const attempts = [
    row('writing outside of its workspace', hostOr(seen.outside)),
    row('a port on the loopback of the host', hostOr(seen.connections > 0 ? ['127.0.0.1'] : [])),
    row(
      'processes of the host',
      said?.processes.some((start) => ours.has(start)) ? ['headgate'] : said?.processes && [],
    ),
    row('`.git` of the workspace', seen.hasTree ? hostOr(seen.git) : hostOr([])),
    row('key files', of(said?.keys, seen.keys)),
    row('settings of the kernel', of(said?.kernel, seen.kernel)),
    row(
      'the keyring of the caller',
      keyring === null || keyring === undefined ? undefined : keyring ? ['session'] : [],
    ),
  ];
  const is = (outcome: Attempt['outcome']): boolean => attempts.some((one) => one.outcome === outcome);
  return { passed: is('done') ? false : is('unknown') ? null : true, attempts };
}

function readSaid(text: string): Said | undefined {
  try {
    const said = JSON.parse(text) as Partial<Said> | null;
    const lists = [said?.outside, said?.git, said?.keys, said?.kernel, said?.ports, said?.processes];
    return lists.every(Array.isArray) ? (said as Said) : undefined;
  } catch {
    return undefined;
  }
}
