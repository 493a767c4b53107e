import { describe, expect, it } from 'vitest';
import { revokeIn, revokeInterrupted } from '../../../../src/runtime/authority/told.ts';

describe('004-5: a delegation that an operator takes back', () => {
  it.each(['', '  ', '\n', 'two\nlines', 'a\u0000b', 'x'.repeat(501)])('needs a reason in one line: %j', (reason) => {
    const asked: string[] = [];
    const authority = {
      revoke: (id: string) => {
        asked.push(id);
        return 'revoked' as const;
      },
    };
    expect(revokeIn('r', undefined, authority, 'a', reason)).toMatchObject({ code: 'reason_invalid' });
    expect(asked).toEqual([]);
    expect(revokeIn('r', undefined, authority, 'a', 'enough')).toBeUndefined();
    expect(asked).toEqual(['a']);
  });

  it('is not given up by a run that nobody has: it is said what to do before it goes on', () => {
    const { code, message, remedy } = revokeInterrupted('r');
    expect([code, message]).toEqual(['run_over', 'run r was interrupted, and no process has it']);
    expect(remedy).toContain('before `headgate resume r`');
  });
});
