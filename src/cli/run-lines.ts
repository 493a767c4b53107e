/** What happens in a run, as lines on standard error. */
import type { Cli } from '../app/cli.ts';
import type { JsonObject } from '../base/json.ts';
import { printable } from '../diagnostics/render/width.ts';
import type { RunEvent } from '../runtime/run.ts';
import { warningText } from './blocked-text.ts';
import { programText } from './program-text.ts';

export interface Teller {
  /** A promise when too much waits to be read, until it was; programs wait so long. */
  readonly tell: (event: RunEvent) => Promise<void> | undefined;
  readonly settled: () => Promise<void>;
}

/** Characters that may wait for whoever reads. One piece of what a program said may come on top. */
export const mostWaiting = 256 * 1024;

/** Lines of programs, and what becomes of components, one after the other. */
export function createTeller(cli: Pick<Cli, 'err'>): Teller {
  let waiting = '';
  let writing: Promise<void> | undefined;
  const write = async (): Promise<void> => {
    while (waiting !== '') {
      const text = waiting;
      waiting = '';
      await cli.err(text);
    }
    writing = undefined;
  };
  const say = (at: string, moniker: string, text: string): void => {
    waiting += `${at.slice(11, 23)} ${printable(moniker)} | ${text}\n`;
    writing ??= write();
  };
  return {
    tell: (event) => {
      if (event.type === 'log') {
        say(event.line.at, event.line.moniker, programText(event.line.text));
        return waiting.length > mostWaiting ? writing : undefined;
      }
      if (event.type === 'warning') {
        waiting += warningText(event.warning);
        writing ??= write();
      }
      if (event.type !== 'entry') return undefined;
      const { type, actionId, data, at } = event.entry;
      const moniker = actionId?.slice(actionId.indexOf(':') + 1) ?? '';
      if (type === 'failure') say(at, moniker, `[${String(data['exit'])}]`);
      if (type === 'retry') say(at, moniker, `[${retryText(data)}]`);
      return undefined;
    },
    settled: async () => writing,
  };
}

const retryText = ({ afterMs, restart, most }: JsonObject): string =>
  `starts again in ${String(afterMs)} ms, restart ${String(restart)} of ${String(most)}`;
