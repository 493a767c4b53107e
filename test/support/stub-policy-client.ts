import type { PolicyAsk, PolicyClient, PolicyOutcome } from '../../src/ports/policy-client.ts';

/** What a policy answers: a text, or a failure as the real client would tell it. */
export type StubAnswer =
  | { readonly text: string }
  | {
      readonly failure: Omit<Extract<PolicyOutcome, { ok: false }>, 'ok' | 'elapsedMs'> & {
        readonly elapsedMs?: number;
      };
    };

export interface StubPolicyClient extends PolicyClient {
  /** Everything that was asked, in order. */
  readonly asked: readonly PolicyAsk[];
}

/** The `use` name in the reference that the question carries: `#use.export`. */
export function useNameOf(ask: PolicyAsk): string {
  const ref = decodeURI(ask.headers['headgate-policy'] ?? '');
  return ref.slice(1, ref.lastIndexOf('.'));
}

/** Answers by the `use` name of the policy; a policy without an answer proposes nothing. */
export function createStubPolicyClient(answers: ReadonlyMap<string, StubAnswer>): StubPolicyClient {
  const asked: PolicyAsk[] = [];
  return {
    sandbox: 'none',
    asked,
    async ask(_processes, asks) {
      asked.push(...asks);
      return asks.map((ask): PolicyOutcome => {
        const answer = answers.get(useNameOf(ask)) ?? { text: '{"interpositions": []}' };
        return 'text' in answer
          ? { ok: true, text: answer.text, elapsedMs: 0 }
          : { ok: false, elapsedMs: 0, ...answer.failure };
      });
    },
  };
}
