/** Logs of components on the terminal, from the run itself or from its files. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Cli } from '../app/cli.ts';
import { createLogTail } from '../app/log-tail.ts';
import type { RunClient } from '../app/run-control/client.ts';
import { printable } from '../diagnostics/render/width.ts';
import type { LogLine } from '../runtime/environments/local/logs.ts';
import { programText } from './program-text.ts';

export interface LogSource {
  readonly folder: string;
  readonly moniker: string | undefined;
  /** Asked for at each look. */
  readonly monikers: () => readonly string[];
}

const show = (cli: Cli, lines: readonly LogLine[]): Promise<void> =>
  cli.out(lines.map(({ at, moniker, text }) => `${at} ${printable(moniker)} | ${programText(text)}\n`).join(''));

/** What there is by now. */
export async function printLogs(cli: Cli, { folder, moniker, monikers }: LogSource): Promise<void> {
  const tail = createLogTail({ folder, monikers, once: true, ...(moniker === undefined ? {} : { moniker }) });
  for (let lines = tail.next(); lines.length > 0; lines = tail.next()) await show(cli, lines);
}

/** As the run tells it; what it could not tell any more, because it was killed or the reader was slow, from the files. */
export async function followLogs(
  cli: Cli,
  source: LogSource,
  client: RunClient | undefined,
  goesOn: () => boolean,
): Promise<void> {
  const told = createTold();
  if (client) {
    try {
      for await (const lines of client.logs(source.moniker, cli.interrupt.signal)) {
        for (const line of lines) told.add(line);
        await show(cli, lines);
      }
      return;
    } catch {
      // Nobody is there, or not any more.
    }
  }
  await followFiles(cli, source, told, goesOn);
}

async function followFiles(
  cli: Cli,
  { folder, moniker, monikers }: LogSource,
  told: Told,
  goesOn: () => boolean,
): Promise<void> {
  const tail = createLogTail({ folder, monikers, ...(moniker === undefined ? {} : { moniker }) });
  while (!cli.interrupt.signal.aborted) {
    const more = goesOn();
    for (let lines = tail.next(); lines.length > 0; lines = tail.next()) {
      const left = lines.filter((line) => !told.has(line));
      if (left.length > 0) await show(cli, left);
    }
    if (!more) return;
    await sleep(100);
  }
}

interface Told {
  readonly add: (line: LogLine) => void;
  /** Asked of all lines from the beginning, in their order. */
  readonly has: (line: LogLine) => boolean;
}

/** Several lines of a component can have the same time, so those of the last one are counted. */
function createTold(): Told {
  const last = new Map<string, { readonly at: string; count: number }>();
  return {
    add: ({ moniker, at }) => {
      const before = last.get(moniker);
      if (before?.at === at) before.count++;
      else last.set(moniker, { at, count: 1 });
    },
    has: ({ moniker, at }) => {
      const before = last.get(moniker);
      if (!before || at > before.at) return false;
      return at < before.at || before.count-- > 0;
    },
  };
}
