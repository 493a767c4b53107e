/** Asks the agent of a sandbox for a prover in it: from there the kernel answers, and not what headgate meant to do. */
import type { Attempt } from './agent/attempts.ts';
import { attemptAll } from './agent/attempts.ts';
import type { AgentCommand } from './agent/protocol.ts';
import { asArguments, type Bubblewrap } from './bubblewrap.ts';
import { confineArguments } from './confine.ts';
import { gateShell } from './gate.ts';

export interface Tries {
  /** One answer for each, see `attemptAll`; undefined where nobody could try. */
  readonly ask: (attempts: readonly Attempt[]) => Promise<readonly string[] | undefined>;
  readonly hear: (id: number, results: readonly string[]) => void;
  /** Nobody answers any more. */
  readonly over: () => void;
}

/** Few enough for one command line and for one message back. */
const mostAtOnce = 500;

/** `slots` are ports that stand for edges: the agent itself listens there. */
export function createTries(
  bubblewrap: Bubblewrap,
  slots: readonly number[],
  tell: (command: AgentCommand) => void,
): Tries {
  const waiting = new Map<number, (results: readonly string[] | undefined) => void>();
  let count = 0;
  let isOver = false;
  const some = (attempts: readonly Attempt[]): Promise<readonly string[] | undefined> =>
    new Promise((done) => {
      if (isOver) return done(undefined);
      const id = count++;
      waiting.set(id, (results) => done(results?.length === attempts.length ? results : undefined));
      tell({
        type: 'try',
        id,
        command: [bubblewrap.path, '--args', '5', '--', gateShell],
        // The filter of system calls went to the program, and says nothing of where a connection leads.
        args: asArguments(confineArguments(bubblewrap, { cwd: '/', filtered: false, nests: false })),
        script: `exec ${quoted(process.execPath)} -e ${quoted(proverText(attempts, slots))} </dev/null 4>&- 5>&-\n`,
      });
    });
  return {
    ask: async (attempts) => {
      const results: string[] = [];
      for (let at = 0; at < attempts.length; at += mostAtOnce) {
        const answered = await some(attempts.slice(at, at + mostAtOnce));
        if (!answered) return undefined;
        results.push(...answered);
      }
      return results;
    },
    hear: (id, results) => {
      waiting.get(id)?.(results);
      waiting.delete(id);
    },
    over: () => {
      isOver = true;
      for (const done of waiting.values()) done(undefined);
      waiting.clear();
    },
  };
}

function proverText(attempts: readonly Attempt[], slots: readonly number[]): string {
  const given = [JSON.stringify(attempts), JSON.stringify(slots)].join(', ');
  const write = '(results) => process.stdout.write(JSON.stringify(results))';
  return `(${String(attemptAll)})(require('node:net'), require('node:fs'), ${given}, ${write});`;
}

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
