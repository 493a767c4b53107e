import type { PolicyAsk, PolicyClient, PolicyOutcome } from '../../src/ports/policy-client.ts';

/** What a policy answers: a text, or a failure as the real client would tell it. */
export type StubAnswer =
  | { readonly text: string; readonly protocol?: '2' }
  | {
      readonly failure: Omit<Extract<PolicyOutcome, { ok: false }>, 'ok' | 'elapsedMs'> & {
        readonly elapsedMs?: number;
      };
    };

/** `answers/USE.json`, or `answers/USE.v2.json` for an answer in version 2 of the protocol. */
export function answerFileOf(path: string): { readonly use: string; readonly protocol?: '2' } | undefined {
  const [, use, sharing] = /^answers\/(.+?)(\.v2)?\.json$/.exec(path) ?? [];
  if (use === undefined) return undefined;
  return sharing === undefined ? { use } : { use, protocol: '2' };
}

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
          ? { ok: true, ...answer, elapsedMs: 0 }
          : { ok: false, elapsedMs: 0, ...answer.failure };
      });
    },
  };
}
