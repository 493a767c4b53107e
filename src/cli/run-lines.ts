/** What happens in a run, as lines on standard error. */
import type { Cli } from '../app/cli.ts';
import type { JsonObject } from '../base/json.ts';
import { printable } from '../diagnostics/render/width.ts';
import { probeNamed } from '../ir/action.ts';
import type { Entry } from '../language/journal/entry.ts';
import type { Verdict } from '../runtime/gate/gate.ts';
import type { RunEvent } from '../runtime/run.ts';
import { basisText } from './basis-text.ts';
import { warningText } from './blocked-text.ts';
import { askedText } from './interaction-text.ts';
import { verdictOf } from './probe-text.ts';
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
      const { entry } = event;
      if (entry.action === null && entry.type === 'progress') {
        if (entry.data.event === 'judged') say(at, 'gate', verdictText(entry.data));
        if (entry.data.event === 'interaction-asked') say(at, entry.data.component, `[${askedText(entry.data)}]`);
        if (entry.data.event === 'interaction-answered')
          say(at, 'operator', `[${entry.data.id} is ${entry.data.answer}]`);
      }
      if (entry.action !== null && entry.action.type === 'probe.run') {
        for (const text of probeTexts(entry)) say(at, `probe ${probeNamed(entry.action)}`, text);
        return undefined;
      }
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

const verdictText = (verdict: Verdict): string =>
  'basis' in verdict
    ? `[complete by ${basisText(verdict.basis)}]`
    : `[not complete: ${verdict.blocked.map(({ gate, subject }) => `${gate} ${printable(subject)}`).join(', ')}]`;

function probeTexts(entry: Exclude<Entry, { readonly action: null }>): readonly string[] {
  if (entry.type === 'intent') return ['[begins]'];
  if (entry.type !== 'outcome') return [];
  const { probe, state, reason, fault } = entry.data;
  if (!probe) return [`[${state}: ${printable(reason ?? fault ?? '')}]`];
  const how = probe.reused ? 'passed before, on the same subject' : `${verdictOf(probe)} in ${probe.durationSeconds} s`;
  return [`[${how}: ${printable(probe.summary)}]`];
}
