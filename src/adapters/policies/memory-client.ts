import type { PolicyAsk, PolicyClient, PolicyOutcome } from '../../ports/policy-client.ts';

/** What a policy is to answer: an outcome, or a text with a status. */
export type MemoryAnswer = PolicyOutcome | { readonly status?: number; readonly text: string };

/** Answers without starting anything. For tests. */
export function createMemoryPolicyClient(answers: (ask: PolicyAsk) => MemoryAnswer): PolicyClient {
  return {
    sandbox: 'none',
    async ask(_processes, asks, limits) {
      return asks.map((ask) => toOutcome(answers(ask), limits.maxBodyBytes));
    },
  };
}

function toOutcome(answer: MemoryAnswer, limit: number): PolicyOutcome {
  if ('ok' in answer) return answer;
  const { status = 200, text } = answer;
  const size = Buffer.byteLength(text);
  if (status < 200 || status > 299)
    return {
      ok: false,
      phase: 'status',
      message: `the answer has status HTTP ${status}`,
      elapsedMs: 0,
      bodyPreview: text.slice(0, 1024),
    };
  if (size > limit)
    return {
      ok: false,
      phase: 'size',
      message: `the answer is too large: it has ${size} bytes, and ${limit} bytes are allowed`,
      elapsedMs: 0,
    };
  return { ok: true, text, elapsedMs: 0 };
}
