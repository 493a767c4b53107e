/** Interactions of a run that lives: what its components ask for, and what is answered. */
import type { FinalizeState, InteractionStatus } from '../../ir/workspace-status.ts';
import type { Interaction } from '../journal/interactions.ts';
import { interactionStatus } from '../journal/interactions.ts';
import type { Recorder } from '../journal/record.ts';
import { type Answering, judgeAnswer } from './answer.ts';
import { decideAsking } from './ask.ts';
import { type InteractionFault, runOver } from './fault.ts';
import type { InteractionRequest } from './request.ts';

export type Asked =
  | { readonly interaction: InteractionStatus; readonly isNew: boolean }
  | { readonly fault: InteractionFault };
export type Answered = { readonly interaction: InteractionStatus } | { readonly fault: InteractionFault };

export interface Interactions {
  /** On the disk when it returns. Who asks is not said by whoever asks. */
  readonly ask: (component: string, request: InteractionRequest, key?: string) => Asked;
  /** On the disk when it returns. */
  readonly answer: (answering: Answering) => Answered;
  /** In the order in which they were asked. */
  readonly all: () => readonly InteractionStatus[];
  /** How often a component has been asked for again; see `Interaction.generation`. */
  readonly generationOf: (component: string) => number;
  /** Resolves when something was asked or answered, or the signal is aborted. */
  readonly changed: (signal: AbortSignal) => Promise<void>;
}

export interface InteractionsOptions {
  readonly runId: string;
  readonly record: Pick<Recorder, 'run'>;
  readonly state: () => { readonly interactions: ReadonlyMap<string, Interaction> };
  readonly generationOf: Interactions['generationOf'];
  readonly redact: (text: string) => string;
  /** Of the own workspace of a component; undefined where it has none. */
  readonly finalizeOf: (component: string) => FinalizeState | undefined;
  /** Nothing is written down any more. */
  readonly isOver: () => boolean;
}

/** Of a run of which nothing was begun. */
export const noInteractions = (run: string): Interactions => ({
  ask: () => ({ fault: runOver(run) }),
  answer: () => ({ fault: runOver(run) }),
  generationOf: () => 0,
  all: () => [],
  changed: async () => {},
});

/** Throws what the system says where something cannot be written down. */
export function createInteractions(options: InteractionsOptions): Interactions {
  const { runId, record, state, redact } = options;
  const waiting = new Set<() => void>();
  const wake = (): void => {
    for (const one of [...waiting]) one();
  };
  const told = (id: string): InteractionStatus => interactionStatus(state().interactions.get(id) as Interaction);
  return {
    ask: (component, request, key) => {
      if (options.isOver()) return { fault: runOver(runId) };
      const generation = options.generationOf(component);
      const decided = decideAsking(state().interactions, { component, request, key, generation, redact });
      if ('fault' in decided) return decided;
      if ('known' in decided) return { interaction: told(decided.known.id), isNew: false };
      record.run('progress', decided.record);
      wake();
      return { interaction: told(decided.record.id), isNew: true };
    },
    answer: (answering) => {
      if (options.isOver()) return { fault: runOver(runId) };
      const { reason } = answering;
      const said = { ...answering, ...(reason === undefined ? {} : { reason: redact(reason) }) };
      const judged = judgeAnswer(runId, state().interactions, said, options.finalizeOf);
      if ('fault' in judged) return judged;
      if ('known' in judged) return { interaction: told(judged.known.id) };
      record.run('progress', judged.record);
      wake();
      return { interaction: told(judged.record.id) };
    },
    generationOf: options.generationOf,
    all: () => [...state().interactions.values()].map(interactionStatus),
    changed: (signal) =>
      new Promise((done) => {
        if (signal.aborted) return done();
        const leave = (): void => {
          waiting.delete(leave);
          signal.removeEventListener('abort', leave);
          done();
        };
        waiting.add(leave);
        signal.addEventListener('abort', leave);
      }),
  };
}
