import { describe, expect, test } from 'vitest';
import { parseInterpolation } from '../../../src/language/interpolation.ts';

const shown = (text: string): string => {
  const parsed = parseInterpolation(text);
  if (!parsed.ok) return `no: ${parsed.message}`;
  return parsed.pieces.map((p) => (p.kind === 'literal' ? JSON.stringify(p.text) : `${p.kind}(${p.path})`)).join(' ');
};

describe('interpolation', () => {
  test.each([
    ['', '""'],
    ['plain', '"plain"'],
    ['${config}', 'config()'],
    ['${config.}', 'config()'],
    ['${config.a.b}', 'config(a.b)'],
    ['${slots.s.url}/x', 'slots(s.url) "/x"'],
    ['a${item}b${item.url}', '"a" item() "b" item(url)'],
    ['$X $$ $', '"$X $$ $"'],
    ['$${config.x}', '"$" config(x)'],
    ['${config.a b}', 'config(a b)'],
    ['${config.${item}}', 'config(${item) "}"'],
    ['}', '"}"'],
    ['${', 'no: `${` has no closing `}`'],
    ['a ${config.x', 'no: `${config.x` has no closing `}`'],
    ['${}', 'no: `${}` names nothing; use `config`, `slots` or `item`'],
    ['${env.X}', 'no: `${env.X}` has an unknown source `env`; use `config`, `slots` or `item`'],
    ['${Config.x}', 'no: `${Config.x}` has an unknown source `Config`; did you mean `config`?'],
    ['${ config.x}', 'no: `${ config.x}` has blanks inside; write `${config.x}`'],
  ])('%s', (text, pieces) => expect(shown(text)).toBe(pieces));

  test('a long text is not quoted in full', () => expect(shown(`\${${'x'.repeat(10_000)}`).length).toBeLessThan(120));
});
