import { expect, test } from 'vitest';
import { createAnswerReplay } from '../../../src/app/answer-replay.ts';
import type { PolicyAsk, PolicyClient } from '../../../src/ports/policy-client.ts';

const ask = (id: string, body: string): PolicyAsk => ({
  id,
  display: id,
  to: { url: 'http://127.0.0.1:1' },
  body,
  headers: { 'headgate-policy': id },
});

test('what was answered once is said again, and nobody is asked', async () => {
  let asked = 0;
  const live: PolicyClient = {
    sandbox: 'bubblewrap',
    ask: async (_processes, asks) => {
      asked += asks.length;
      return asks.map(({ id, body }) => ({ ok: true, text: `${id} ${body}`, elapsedMs: asked }));
    },
  };
  const limits = { startMs: 1, connectMs: 1, headersMs: 1, bodyMs: 1, totalMs: 1, maxBodyBytes: 1 };
  const { record, replay } = createAnswerReplay();
  const questions = [ask('a', '{}'), ask('b', '{}'), ask('a', '[]')];
  const first = await record(live).ask([], questions, limits);
  expect(await replay(live).ask([], questions, limits)).toEqual(first);
  expect(asked).toBe(3);
  expect(replay(live).sandbox).toBe('bubblewrap');
  await expect(replay(live).ask([], [ask('c', '{}')], limits)).rejects.toThrow('asks the same questions');
});
