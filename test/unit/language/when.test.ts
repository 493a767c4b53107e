import { describe, expect, test } from 'vitest';
import { type Parsed, parseEach, parseWhen } from '../../../src/language/when.ts';

const shown = (parsed: Parsed<{ readonly kind: string; readonly path: string }>): string =>
  parsed.ok ? `${parsed.value.kind} ${parsed.value.path}` : parsed.unknownSource ? 'unknown source' : 'malformed';

describe('when', () => {
  test.each([
    ['config.a', 'config a'],
    ['config.a.b', 'config a.b'],
    ['slots.s', 'slots s'],
    ['slots.s.url', 'slots s.url'],
    ['config', 'malformed'],
    ['slots', 'malformed'],
    ['config.', 'malformed'],
    ['config..a', 'malformed'],
    ['config.a.', 'malformed'],
    ['item.a', 'malformed'],
    ['item', 'malformed'],
    ['foo.x', 'unknown source'],
    ['${config.a}', 'unknown source'],
    ['', 'unknown source'],
  ])('%s', (text, meaning) => expect(shown(parseWhen(text))).toBe(meaning));
});

describe('each', () => {
  test.each([
    ['config.a', 'config a'],
    ['config.a.b', 'config a.b'],
    ['slots.s', 'slots s'],
    ['slots.s.url', 'malformed'],
    ['slots.', 'malformed'],
    ['config', 'malformed'],
    ['config.a..b', 'malformed'],
    ['item', 'malformed'],
    ['foo.x', 'malformed'],
    ['', 'malformed'],
  ])('%s', (text, meaning) => expect(shown(parseEach(text))).toBe(meaning));
});
