/** What becomes of a request: a new interaction, the one that it was, or none. */
import { describe, expect, it } from 'vitest';
import { type Asking, decideAsking } from '../../../../src/runtime/interactions/ask.ts';
import { interactionBounds } from '../../../../src/runtime/interactions/request.ts';
import { createInteractionFold, type InteractionFold } from '../../../../src/runtime/journal/interactions.ts';

const same = (text: string): string => text;
const request = { kind: 'request_confirmation', message: 'May I?' } as const;
const asking = (more: Partial<Asking> = {}): Asking => ({
  component: '/a',
  request,
  generation: 0,
  redact: same,
  ...more,
});

/** Asks, writes it down where it is new, and answers the id or the code. */
function ask(fold: InteractionFold, more: Partial<Asking> = {}): string {
  const one = asking(more);
  const decided = decideAsking(fold.all, one);
  if ('fault' in decided) return decided.fault.code;
  if ('known' in decided) return decided.known.id;
  fold.asked(decided.record, one.generation);
  return decided.record.id;
}

describe('asking', () => {
  it('numbers what is asked over the whole run', () => {
    const fold = createInteractionFold();
    expect([ask(fold), ask(fold, { component: '/b' }), ask(fold)]).toEqual(['1', '2', '3']);
  });

  it('is done once with a key, by one component, for one time that it was asked for', () => {
    const fold = createInteractionFold();
    expect(ask(fold, { key: 'k' })).toBe('1');
    expect(ask(fold, { key: 'k' })).toBe('1');
    fold.answered({ event: 'interaction-answered', id: '1', answer: 'accepted' });
    expect(ask(fold, { key: 'k' })).toBe('1');
    expect(ask(fold, { key: 'k2' })).toBe('2');
    expect(ask(fold, { key: 'k', component: '/b' })).toBe('3');
    // A task that runs again asks about what it has done now.
    expect(ask(fold, { key: 'k', generation: 1 })).toBe('4');
  });

  it('is refused with a key that came with another request', () => {
    const fold = createInteractionFold();
    ask(fold, { key: 'k' });
    for (const other of [
      { ...request, message: 'May I not?' },
      { ...request, kind: 'suggest_tasks' as const },
      { ...request, payload: {} },
    ])
      expect(ask(fold, { key: 'k', request: other })).toBe('idempotency_key_reused');
  });

  it('knows a request again though more of it is known to be secret by now', () => {
    const fold = createInteractionFold();
    const hush = (text: string): string => text.replaceAll('hush', '[secret]');
    const told = { ...request, message: 'with hush' };
    expect(ask(fold, { key: 'k', request: told })).toBe('1');
    expect(ask(fold, { key: 'k', request: told, redact: hush })).toBe('1');
  });

  it('writes no secret down, wherever it stands, and no key', () => {
    const hush = (text: string): string => text.replaceAll('hush', '[secret]').replaceAll('271828', '[secret]');
    const decided = decideAsking(
      new Map(),
      asking({
        key: 'hush',
        redact: hush,
        request: { ...request, message: 'hush', payload: { hush: ['a hush', { a: 271828, b: 1, c: null, d: true }] } },
      }),
    );
    expect(decided).toEqual({
      record: {
        event: 'interaction-asked',
        id: '1',
        component: '/a',
        kind: 'request_confirmation',
        message: '[secret]',
        payload: { '[secret]': ['a [secret]', { a: '[secret]', b: 1, c: null, d: true }] },
        key: expect.stringMatching(/^sha256:\S{44}$/),
      },
    });
    expect(JSON.stringify(decided)).not.toMatch(/hush|271828/);
  });

  it('is bounded: what is open, all of it, and its size, each for one component', () => {
    const fold = createInteractionFold();
    for (let n = 0; n < interactionBounds.open; n++) ask(fold);
    expect(ask(fold, { key: 'k' })).toBe('too_many_interactions');
    expect(ask(fold, { component: '/b' })).toBe('101');
    for (let n = 1; n <= interactionBounds.open; n++)
      fold.answered({ event: 'interaction-answered', id: String(n), answer: 'rejected' });
    for (let n = interactionBounds.open; n < interactionBounds.all; n++) {
      const id = ask(fold);
      fold.answered({ event: 'interaction-answered', id, answer: 'accepted' });
    }
    expect(ask(fold)).toBe('too_many_interactions');
    expect(ask(fold, { component: '/b' })).toBe('1002');

    const large = createInteractionFold();
    const payload = { a: 'x'.repeat(60 * 1024) };
    let taken = 0;
    for (; taken < interactionBounds.all; taken++) {
      const id = ask(large, { request: { ...request, payload } });
      if (id === 'too_many_interactions') break;
      large.answered({ event: 'interaction-answered', id, answer: 'accepted' });
    }
    expect(taken).toBe(
      Math.floor(interactionBounds.allBytes / (JSON.stringify(payload).length + request.message.length)),
    );
  });

  it('gives what was asked before even where no more may be asked', () => {
    const fold = createInteractionFold();
    ask(fold, { key: 'first' });
    for (let n = 1; n < interactionBounds.open; n++) ask(fold);
    expect(ask(fold)).toBe('too_many_interactions');
    expect(ask(fold, { key: 'first' })).toBe('1');
  });
});
