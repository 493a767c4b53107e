import { invariant } from '../base/invariant.ts';
import type { PolicyAsk, PolicyClient, PolicyOutcome } from '../ports/policy-client.ts';

export interface AnswerReplay {
  /** Asks as ever, and keeps what comes. */
  readonly record: (live: PolicyClient) => PolicyClient;
  /** Says the same once more to the same questions; nothing is started. */
  readonly replay: (live: PolicyClient) => PolicyClient;
}

export function createAnswerReplay(): AnswerReplay {
  const kept = new Map<string, PolicyOutcome>();
  const keyOf = ({ headers, body }: PolicyAsk): string => JSON.stringify([headers, body]);
  return {
    record: (live) => ({
      ...live,
      ask: async (processes, asks, limits, follow) => {
        const outcomes = await live.ask(processes, asks, limits, follow);
        for (const [index, ask] of asks.entries()) kept.set(keyOf(ask), outcomes[index] as PolicyOutcome);
        return outcomes;
      },
    }),
    replay: (live) => ({
      ...live,
      ask: async (_processes, asks) =>
        asks.map((ask) => {
          const outcome = kept.get(keyOf(ask));
          invariant(outcome, 'the same scenario asks the same questions');
          return outcome;
        }),
    }),
  };
}
