import { describe, expect, it } from 'vitest';
import { type Ended, type Finding, judge, judgeEnd, type Verdict } from '../../../../src/runtime/gate/gate.ts';
import { exitCodeOf } from '../../../../src/runtime/gate/outcome.ts';

const retry = (name: string): string => `again ${name}`;
const evidence = (probe: string, passed: boolean | null, outcome = 'completed'): Finding => ({
  probe,
  found: 'evidence',
  passed,
  outcome,
  summary: `${probe} says so`,
});
const verdict = (required: readonly Finding[], declared = required.length): Verdict =>
  judge({ declared, required, unfinalized: [], retry });
const gatesOf = (given: Verdict): readonly string[] =>
  'blocked' in given ? given.blocked.map(({ gate, subject }) => `${gate} ${subject}`) : [given.basis];

describe('the completion gate', () => {
  it('001-5: without probes it is open, and says by what it judged', () => {
    expect(verdict([])).toEqual({ basis: 'no_probes_declared' });
    expect(verdict([], 2)).toEqual({ basis: 'no_probes_required' });
    expect(verdict([evidence('a', true)])).toEqual({ basis: 'probes_passed' });
  });

  it.each([
    ['nothing', { probe: 'a', found: 'nothing', why: 'it has not been run' }, 'probe_evidence_missing'],
    ['false', evidence('a', false), 'probe_failed'],
    ['its own time', evidence('a', false, 'timeout'), 'probe_failed'],
    ['a broken runner', evidence('a', null, 'error'), 'probe_runner_error'],
    ['deferred', evidence('a', null, 'deferred'), 'probe_not_assessed'],
    ['unstable', evidence('a', null, 'unstable'), 'probe_not_assessed'],
    ['cancelled', evidence('a', null, 'cancelled'), 'probe_not_assessed'],
    ['null, and completed', evidence('a', null), 'probe_not_assessed'],
    ['true, and not run to its end', evidence('a', true, 'deferred'), 'probe_not_assessed'],
    ['true, and broken', evidence('a', true, 'error'), 'probe_runner_error'],
    ['gone', { probe: 'a', found: 'gone', digest: 'sha256:0' }, 'evidence_missing'],
    ['changed', { probe: 'a', found: 'changed', digest: 'sha256:0' }, 'evidence_corrupt'],
  ] as const)('001-6, 001-7: %s closes it as %s', (_, finding, gate) => {
    const given = verdict([finding]);
    expect(gatesOf(given)).toEqual([`${gate} a`]);
    const [one] = 'blocked' in given ? given.blocked : [];
    expect(one?.reasons.join()).not.toBe('');
    expect(one?.remedy).toContain('`again a`');
  });

  it('names everything that closes it, in the order of the gates and of the names', () => {
    const unfinalized = [{ workspace: 'src', reason: 'it was never finalized', remedy: '`headgate finalize`' }];
    const required: readonly Finding[] = [
      evidence('a', null, 'deferred'),
      evidence('b', null, 'error'),
      evidence('c', false),
      { probe: 'd', found: 'nothing', why: 'it has not been run' },
      evidence('e', true),
      evidence('f', false),
    ];
    const given = judge({ declared: 6, required, unfinalized, retry });
    expect(gatesOf(given)).toEqual([
      'probe_evidence_missing d',
      'probe_failed c',
      'probe_failed f',
      'probe_runner_error b',
      'probe_not_assessed a',
      'workspace_unfinalized src',
    ]);
  });
});

describe('the end of a run', () => {
  const well: Ended = { status: 'finished', code: 0 };
  const badly: Ended = { status: 'failed', reason: 'it ended with status 3' };

  it('is COMPLETE by a verdict alone, and its exit code is 0', () => {
    const end = judgeEnd(new Map([['/a', well]]), { basis: 'probes_passed' });
    expect(end).toEqual({ state: 'COMPLETE', basis: 'probes_passed' });
    expect(exitCodeOf[end.state]).toBe(0);
  });

  it('001-9: is BLOCKED by what a probe found, and never FAILED', () => {
    for (const finding of [evidence('a', false), evidence('a', null, 'error'), evidence('a', null, 'unstable')]) {
      for (const end of [well, badly])
        expect(judgeEnd(new Map([['/a', end]]), verdict([finding]))).toMatchObject({ state: 'BLOCKED' });
    }
    expect(exitCodeOf.BLOCKED).toBe(3);
  });

  it('is FAILED by a program, also where its failure kept the probes from being run', () => {
    const unseen = verdict([{ probe: 'a', found: 'nothing', why: 'it has not been run' }]);
    const failed = { state: 'FAILED', reasons: ['/a: it ended with status 3'] };
    expect(judgeEnd(new Map([['/a', badly]]), unseen)).toEqual(failed);
    expect(judgeEnd(new Map([['/a', badly]]), { basis: 'probes_passed' })).toEqual(failed);
    expect(judgeEnd(new Map([['/a', well]]), unseen)).toMatchObject({ state: 'BLOCKED' });
  });
});
