import { describe, expect, it } from 'vitest';
import { nextStep, restartLimits } from '../../../../../src/runtime/actions/component/restarts.ts';

describe('restart', () => {
  const ok = { code: 0, signal: null };
  const bad = { code: 3, signal: null };
  const killed = { code: null, signal: 'SIGKILL' };

  it.each([
    ['on-failure', ok, 'finished'],
    ['on-failure', bad, 'restart'],
    ['on-failure', killed, 'restart'],
    ['always', ok, 'restart'],
    ['always', bad, 'restart'],
    ['never', ok, 'finished'],
    ['never', bad, 'failed'],
    ['never', killed, 'failed'],
  ] as const)('%s after %j: %s', (policy, exit, kind) => {
    expect(nextStep(policy, exit, 0).kind).toBe(kind);
  });

  it('waits twice as long each time, up to a bound, and gives up', () => {
    const waits = Array.from({ length: restartLimits.most }, (_, failures) => {
      const next = nextStep('on-failure', bad, failures);
      return next.kind === 'restart' ? next.afterMs : 0;
    });
    expect(waits.slice(0, 4)).toEqual([500, 1000, 2000, 4000]);
    expect(Math.max(...waits)).toBe(restartLimits.longestMs);
    expect(nextStep('on-failure', bad, restartLimits.most)).toEqual({
      kind: 'failed',
      reason: 'it ended with status 3, after 8 restarts in a row',
    });
  });
});
