import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { coversPattern, matchesResource, parsePattern } from '../../../src/base/resource-pattern.ts';

describe('a pattern of resources', () => {
  it.each([
    ['*', '/a.agent', true],
    ['*', '', true],
    ['/a.*', '/a.b/c', true],
    ['/a.agent', '/a.agent2', false],
    ['/hub.peers[/a.out]', '/hub.peers[/a.out]', true],
    ['api.example:443', 'api.example:*', false],
    ['api.example:*', 'api.example:*', true],
    ['?.example:443', 'a.example:443', true],
    ['?', 'ab', false],
    ['/usr/bin/{node,python3}', '/usr/bin/python3', true],
    ['/usr/bin/{node,python3}', '/usr/bin/perl', false],
    ['a*b*c', 'aXbYbZc', true],
    ['a*b*c', 'aXbY', false],
    ['**', 'x/y', true],
  ])('%s on %s: %s', (pattern, resource, wanted) => {
    expect(matchesResource(pattern, resource)).toBe(wanted);
  });

  it.each([
    ['', 'it is empty'],
    ['{a', 'a brace is not closed'],
    ['a}', 'a brace is closed that was not opened'],
    ['{a{b}', 'there are braces within braces'],
    ['{a,}', 'one of the choices in its braces is empty'],
    ['{a,b,c,d}{a,b,c,d}{a,b,c,d}{a,b}', 'its braces stand for more than 64 patterns'],
  ])('%s cannot be read, and matches nothing', (pattern, fault) => {
    expect(parsePattern(pattern)).toEqual({ fault });
    expect(matchesResource(pattern, pattern)).toBe(false);
  });

  it.each([
    ['*', '/a', true],
    ['/a*', '/a*c', true],
    ['/a*c', '/a*', false],
    ['?', '*', false],
    ['a', '?', false],
    ['{a,b}', 'a', true],
    ['a', '{a,b}', false],
  ])('%s covers %s: %s', (outer, inner, wanted) => {
    expect(coversPattern(outer, inner)).toBe(wanted);
  });

  it('what covers another one matches all that it matches', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), minLength: 1, maxLength: 5 });
    const plain = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 6 });
    fc.assert(
      fc.property(text, text, plain, (outer, inner, resource) => {
        fc.pre(coversPattern(outer, inner) && matchesResource(inner, resource));
        return matchesResource(outer, resource);
      }),
      { numRuns: 300 },
    );
  });
});
