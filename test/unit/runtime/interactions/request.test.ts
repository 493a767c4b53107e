/** What a component may ask for, and what it may not. */
import { describe, expect, it } from 'vitest';
import { interactionBounds, isUnfit, readInteraction, readKey } from '../../../../src/runtime/interactions/request.ts';

const asked = (more: object = {}): object => ({ kind: 'request_confirmation', message: 'May I?', ...more });
const nested = (depth: number): object =>
  JSON.parse(`${'{"a":'.repeat(depth - 1)}{}${'}'.repeat(depth - 1)}`) as object;
const lists = (depth: number): object => ({ a: JSON.parse(`${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}`) });
const { messageBytes, payloadBytes, payloadDepth } = interactionBounds;

describe('what a component asks for', () => {
  it.each([
    ['a confirmation', asked()],
    ['a suggestion', asked({ kind: 'suggest_tasks', payload: { tasks: ['tidy up', 'go on'] } })],
    ['lines and tabs', asked({ message: 'one\n\ttwo' })],
    ['any script, joined as it is written', asked({ message: 'می‌خواهم 👩‍👩‍👧 ç' })],
    ['the longest message', asked({ message: 'é'.repeat(messageBytes / 2) })],
    ['the largest payload', asked({ payload: { a: 'x'.repeat(payloadBytes - 8) } })],
    ['the deepest payload', asked({ payload: nested(payloadDepth) })],
    ['the deepest lists', asked({ payload: lists(payloadDepth) })],
    ['an empty payload', asked({ payload: {} })],
    ['names of every prototype', asked({ payload: JSON.parse('{"__proto__": {"toString": 1}, "constructor": 2}') })],
  ])('is taken: %s', (_, body) => {
    const read = readInteraction(body);
    expect(read).toEqual(body);
    expect(isUnfit(read)).toBe(false);
  });

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a list', [asked()]],
    ['a text', 'May I?'],
    ['another kind', asked({ kind: 'accept' })],
    ['no kind', { message: 'May I?' }],
    ['no message', { kind: 'suggest_tasks' }],
    ['no words', asked({ message: ' \n ' })],
    ['a message that is no text', asked({ message: ['May I?'] })],
    ['another field', asked({ component: '/other' })],
    ['a name of every prototype as a field', JSON.parse('{"kind":"suggest_tasks","message":"a","__proto__":{}}')],
    ['a payload that is a list', asked({ payload: [] })],
    ['a payload that is null', asked({ payload: null })],
    ['a payload that is too deep', asked({ payload: nested(payloadDepth + 1) })],
    ['lists that are too deep', asked({ payload: lists(payloadDepth + 1) })],
    ['a number that JSON cannot write', asked({ payload: { a: [Number.POSITIVE_INFINITY] } })],
    ['half a character', asked({ message: 'a\ud800' })],
    ['half a character in a key', asked({ payload: { 'a\udfff': 1 } })],
    ['a line break in a key', asked({ payload: { 'a\nb': 1 } })],
    ...['\u0000', '\u0007', '\r', '\u001b[31m', '\u007f', '\u009b', '\u202e', '\u2066', '\u2028'].flatMap(
      (control): [string, object][] => [
        [`${JSON.stringify(control)} in the message`, asked({ message: `a${control}b` })],
        [`${JSON.stringify(control)} in the payload`, asked({ payload: { a: [{ b: `a${control}b` }] } })],
        [`${JSON.stringify(control)} in a key`, asked({ payload: { a: { [control]: 1 } } })],
      ],
    ),
  ])('is refused: %s', (_, body) => {
    const read = readInteraction(body);
    expect(isUnfit(read) && [read.isTooLarge, read.message !== '', read.remedy !== '']).toEqual([false, true, true]);
  });

  it.each([
    ['a message, counted in bytes', asked({ message: `é${'é'.repeat(messageBytes / 2)}` })],
    ['a payload', asked({ payload: { a: 'x'.repeat(payloadBytes - 7) } })],
    ['a payload, counted in bytes', asked({ payload: { a: 'é'.repeat(payloadBytes / 2) } })],
  ])('is too large: %s', (_, body) => {
    const read = readInteraction(body);
    expect(isUnfit(read) && read.isTooLarge).toBe(true);
  });

  it('may have fields that whoever reads it knows', () => {
    expect(isUnfit(readInteraction(asked({ component: '/a' }), ['component']))).toBe(false);
  });

  it('has a key of visible ASCII', () => {
    expect(readKey('a-1~!')).toBe('a-1~!');
    expect(readKey('x'.repeat(interactionBounds.keyLength))).toBeDefined();
    for (const key of ['', ' ', 'a b', 'a\tb', 'é', 'x'.repeat(interactionBounds.keyLength + 1)])
      expect(readKey(key)).toBeUndefined();
  });
});
