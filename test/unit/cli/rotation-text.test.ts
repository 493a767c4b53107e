import { describe, expect, it } from 'vitest';
import { reactionText, rotationTable } from '../../../src/cli/rotation-text.ts';

const one = { component: '/a', path: 'token', does: 'restart' } as const;

describe('what became of a rotation', () => {
  it.each([
    [{ ...one, state: 'begun' }, '/a (`config.token`) is restarted'],
    [{ ...one, does: 'file', state: 'replaced' }, '/a (`config.token`) has its file replaced'],
    [
      { ...one, state: 'kept', reason: 'not_found: gone' },
      '/a (`config.token`) goes on with what it has, since the new value cannot be used: not_found: gone',
    ],
    [
      { ...one, does: 'none', state: 'skipped', reason: 'the settings say nothing of it' },
      '/a (`config.token`) keeps what it has until its next start: the settings say nothing of it',
    ],
    [
      { ...one, does: 'file', state: 'skipped', reason: 'it does not run' },
      '/a (`config.token`) is left as it is: it does not run',
    ],
    [{ ...one, does: 'file', state: 'failed', reason: 'no room' }, '/a (`config.token`) keeps what it has: no room'],
  ] as const)('%o', (reaction, text) => {
    expect(reactionText(reaction)).toBe(text);
  });

  it('is a row of the status each', () => {
    expect(rotationTable([])).toBe('');
    const rows = rotationTable([
      { ...one, vault: 'local', key: 'k', at: '2026-01-01T00:00:00Z', state: 'done' },
      { ...one, vault: 'local', key: 'k', at: '2026-01-01T00:00:00Z', path: 'b', state: 'kept', reason: 'it is gone' },
    ]).split('\n');
    expect(rows.map((row) => row.split(/ {2,}/))).toEqual([
      ['ROTATED', 'OF', 'DOES', 'STATE', 'AT', 'REASON'],
      ['local/k', '/a token', 'restart', 'done', '2026-01-01T00:00:00Z', '-'],
      ['local/k', '/a b', 'restart', 'kept', '2026-01-01T00:00:00Z', 'it is gone'],
      [''],
    ]);
  });
});
