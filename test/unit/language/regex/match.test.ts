import { describe, expect, it } from 'vitest';
import { createBudget, createMatcher } from '../../../../src/language/regex/match.ts';

function found(pattern: string, text: string): string {
  const matcher = createMatcher(pattern);
  if (!matcher) return 'no regular expression';
  return 'limit' in matcher ? matcher.limit : matcher.search(text);
}

describe('a regular expression', () => {
  const long = `${'a'.repeat(5000)}!`;
  it.each([
    ['^(a+)+$', long],
    ['^(a|a)*$', long],
    ['^(?:a?){30}a{30}$', 'a'.repeat(29)],
    ['(.*)(.*)(.*)(.*)(.*)[^a!]$', long],
    ['(x+x+)+y', 'x'.repeat(5000)],
    ['^(?=(a+)+b)', long],
    ['(?<=(a+)+b)c', long],
    ['^(?!(a*)*!$)', long],
  ])('that has many ways is decided in few steps: %s', (pattern, text) => {
    const matcher = createMatcher(pattern);
    if (!matcher || 'limit' in matcher) throw new Error('no matcher');
    const budget = createBudget();
    const before = budget.steps;
    expect(matcher.search(text, budget)).toBe('no match');
    expect((before - budget.steps) / text.length).toBeLessThan(5 * pattern.length + 500);
  });

  it.each([
    ['(a)\\1', 'back-reference'],
    ['(?<n>a)\\k<n>', 'back-reference'],
    ['.{0,1000000}', 'too-large'],
    ['((a{1,300}){1,300}){1,300}', 'too-large'],
    ['('.repeat(300) + ')'.repeat(300), 'too-deep'],
    ['[', 'no regular expression'],
    ['\\1', 'no regular expression'],
  ])('that is refused: %s', (pattern, reason) => {
    expect(found(pattern, 'a')).toBe(reason);
  });

  it('of a thousand states on a text of a megabyte is given up when its steps are spent', () => {
    const matcher = createMatcher(`(?:${'a?'.repeat(999)})b`);
    if (!matcher || 'limit' in matcher) throw new Error('no matcher');
    const budget = createBudget();
    expect(matcher.search('a'.repeat(1_000_000), budget)).toBe('unknown');
    // What was begun for one character is brought to its end: each state, and each way out of it, once.
    expect(budget.steps).toBeGreaterThan(-10_000);
  });

  it('with a thousand lookarounds does not take memory for all of them', () => {
    const before = process.memoryUsage().rss;
    expect(found(`${'(?=a)'.repeat(1000)}b`, 'a'.repeat(1_000_000))).toBe('unknown');
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1_048_576);
  });

  it('shares its budget with others', () => {
    const matcher = createMatcher('a+b');
    if (!matcher || 'limit' in matcher) throw new Error('no matcher');
    const budget = createBudget();
    const verdicts = Array.from({ length: 10 }, () => matcher.search('a'.repeat(300_000), budget));
    expect(verdicts[0]).toBe('no match');
    expect(verdicts[9]).toBe('unknown');
  });

  it.each([
    ['^$', ''],
    ['', ''],
    ['^.{1,4096}$', 'a'.repeat(4096)],
    ['^🦊+$', '🦊🦊'],
    ['^\\ud83e\\udd8a$', '🦊'],
    ['^\\p{Lu}', 'Ä'],
    ['\\bb\\b', 'a b c'],
    ['^[^\\]]+$', 'a[b'],
    ['a|', 'x'],
    ['(?:){1000000000}', ''],
    ['(?<!\\$)\\d', '1'],
  ])('that matches: %s', (pattern, text) => {
    expect(found(pattern, text)).toBe('match');
  });

  it.each([
    ['^.{1,4096}$', 'a'.repeat(4097)],
    ['^.$', '\u2028'],
    ['(?<!\\$)\\d', '$1'],
    ['^a{0}$', 'a'],
  ])('that does not: %s', (pattern, text) => {
    expect(found(pattern, text)).toBe('no match');
  });
});
