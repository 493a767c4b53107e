import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatReference, isReference, parseReference } from '../../../../src/language/secrets/reference.ts';

describe('references to secrets', () => {
  it.each([
    ['secret://local/db', { vault: 'local', key: 'db' }],
    ['secret://local/team/db.main', { vault: 'local', key: 'team/db.main' }],
    ['secret://local/db@3', { vault: 'local', key: 'db', version: { number: 3 } }],
    ['secret://cloud/db@AWSPREVIOUS', { vault: 'cloud', key: 'db', version: { stage: 'AWSPREVIOUS' } }],
    ['secret://bao/db#password', { vault: 'bao', key: 'db', field: 'password' }],
    ['secret://bao/db@2#a/b@c#d', { vault: 'bao', key: 'db', version: { number: 2 }, field: 'a/b@c#d' }],
  ])('%s', (text, expected) => {
    expect(parseReference(text)).toEqual(expected);
    expect(formatReference(parseReference(text) as never)).toBe(text);
  });

  it.each([
    'secret:/local/db',
    'Secret://local/db',
    'secret://',
    'secret:///db',
    'secret://local',
    'secret://local/',
    'secret://local//db',
    'secret://local/../db',
    'secret://local/a/./b',
    'secret://local/d b',
    'secret://local/db@',
    'secret://local/db@0',
    'secret://local/db@ä',
    'secret://local/db#',
    'secret://-x/db',
    `secret://local/${'k'.repeat(121)}`,
    `secret://local/db#${'f'.repeat(512)}`,
  ])('%s is none', (text) => {
    const found = parseReference(text);
    expect(found).toHaveProperty('fault');
    expect((found as { fault: string }).fault).not.toContain(text.slice(9) || '\0');
  });

  it('is a reference as a whole or not at all', () => {
    expect(isReference('secret://x')).toBe(true);
    expect(isReference('Bearer secret://local/db')).toBe(false);
  });

  it('reads back what it writes', () => {
    const part = fc.stringMatching(/^[A-Za-z0-9_-]{1,8}$/);
    const any = fc.record(
      {
        vault: fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,9}$/),
        key: fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/')),
        version: fc.oneof(
          fc.record({ number: fc.integer({ min: 1, max: 999_999_999 }) }),
          fc.record({ stage: fc.stringMatching(/^[A-Za-z][A-Za-z0-9_.:-]{0,20}$/) }),
        ),
        field: fc.string({ minLength: 1, maxLength: 40 }),
      },
      { requiredKeys: ['vault', 'key'] },
    );
    fc.assert(
      fc.property(any, (one) => {
        expect(parseReference(formatReference(one))).toEqual(one);
      }),
    );
  });
});
