/** A verdict that stands on probes: derived again from their evidence, whatever the gate wrote. */
import { describe, expect, it } from 'vitest';
import { canonicalJson, type JsonObject, type JsonValue } from '../../../../../src/base/json.ts';
import { sha256Hex } from '../../../../../src/base/sha256.ts';
import { type Forged, forgeRun, type Said } from '../../../../support/run/run-folder.ts';
import { verify } from '../../../../support/run/verified.ts';

interface Probe {
  readonly required?: boolean;
  readonly passed?: boolean | null;
  readonly outcome?: string;
  /** Otherwise than the statement. */
  readonly told?: JsonObject;
  readonly subjects?: (subjects: readonly JsonObject[]) => readonly JsonObject[];
  readonly predicate?: JsonObject;
  readonly after?: readonly Said[];
  readonly without?: boolean;
}

const blocked = (gate: string): JsonObject => ({
  state: 'BLOCKED',
  blocked: [{ gate, subject: 'works', reasons: ['r'], remedy: 'm' }],
});
const complete: JsonObject = { state: 'COMPLETE', basis: 'probes_passed' };
const action = { type: 'probe.run', target: 'probes.works' };

/** /task has finished, /web is stopped when the probe `works` was judged. */
function probed(verdict: JsonObject, probe: Probe = {}, judged: JsonObject | undefined = judgedAs(verdict)): Forged {
  const {
    required = true,
    passed = true,
    outcome = 'completed',
    told = {},
    subjects = (all) => all,
    after = [],
  } = probe;
  let made: JsonObject = {};
  return {
    plan: (plan) => ({
      ...plan,
      runtime: {
        ...(plan['runtime'] as JsonObject),
        probes: {
          works: { kind: 'headless_run', required, component: '/task', argv: ['x'], budgetSeconds: 1, expectExit: 0 },
        },
      },
    }),
    evidence: (name, value) => {
      if (name !== 'works') return value;
      made = {
        ...value,
        subject: subjects([...(value['subject'] as JsonObject[]), ...(made['subject'] as JsonObject[])]) as JsonValue,
        predicate: {
          probe: 'works',
          probeKind: 'headless_run',
          passed,
          outcome,
          summary: 's',
          blobs: [],
          ...probe.predicate,
        },
      };
      return made;
    },
    said: (said, put) => {
      const of = (at: number, field: string): string => String(said[at]?.data[field]).slice('sha256:'.length);
      const task = sha256Hex(canonicalJson({ attempt: 1, program: `sha256:${of(4, 'program')}` }));
      made = {
        subject: [
          { name: 'environment', digest: { sha256: of(2, 'environment') } },
          { name: 'program /web', digest: { sha256: of(6, 'program') } },
          { name: 'task /task', digest: { sha256: task } },
        ],
      };
      const evidence = put('works');
      const found = { kind: 'headless_run', passed, outcome, summary: 's', durationSeconds: 1 };
      const subject = `sha256:${sha256Hex(canonicalJson(made['subject'] as JsonValue))}`;
      const state = passed === true ? 'succeeded' : 'failed';
      return [
        ...said.slice(0, 9),
        ...(probe.without
          ? []
          : [
              { type: 'intent', action, attempt: 1, data: {} },
              {
                type: 'outcome',
                action,
                attempt: 1,
                data: { state, evidence, blobs: [], probe: { ...found, subject, ...told } },
              },
            ]),
        ...after,
        ...(judged ? [{ type: 'progress', data: { event: 'judged', ...judged } }] : []),
        {
          type: 'outcome',
          action: { type: 'process.start', target: '/web' },
          attempt: 1,
          data: { state: 'cancelled', exit: 'SIGTERM' },
        },
        { type: 'gate', data: verdict },
      ];
    },
  };
}

function judgedAs({ state: _, ...verdict }: JsonObject): JsonObject | undefined {
  return 'basis' in verdict || 'blocked' in verdict ? verdict : undefined;
}

const reasons = (forged: Forged): string =>
  verify(forgeRun(forged))
    .refused.map(({ gate, subject, reasons }) => `${gate} ${subject}: ${reasons.join()}`)
    .join('\n');

describe('a run that is judged by probes', () => {
  it.each<[string, Forged]>([
    ['COMPLETE, and its services are stopped', probed(complete)],
    ['BLOCKED by what failed', probed(blocked('probe_failed'), { passed: false })],
    ['BLOCKED by what ran out of time', probed(blocked('probe_not_assessed'), { passed: null, outcome: 'unstable' })],
    ['BLOCKED by a runner', probed(blocked('probe_runner_error'), { passed: null, outcome: 'error' })],
    ['BLOCKED without evidence', probed(blocked('probe_evidence_missing'), { without: true })],
    [
      'COMPLETE where none is required',
      probed({ state: 'COMPLETE', basis: 'no_probes_required' }, { required: false, passed: false }),
    ],
  ])('%s is verified', (what, forged) => {
    // Where nothing is required, the run is over when its components have ended.
    const found = reasons(forged);
    if (what.includes('none is required')) expect(found).toMatch(/\/web did not end well/);
    else expect(found).toBe('');
  });

  it.each<[string, Forged, RegExp]>([
    [
      'COMPLETE, and the probe failed',
      probed(complete, { passed: false }),
      /verdict_differs .*works closes probe_failed/,
    ],
    [
      'COMPLETE, and it was not assessed',
      probed(complete, { passed: null, outcome: 'unstable' }),
      /works closes probe_not_assessed/,
    ],
    [
      'COMPLETE, and it did not come to its end',
      probed(complete, { outcome: 'timeout' }),
      /works closes probe_not_assessed/,
    ],
    [
      'COMPLETE, and its runner broke',
      probed(complete, { passed: null, outcome: 'error' }),
      /works closes probe_runner_error/,
    ],
    ['COMPLETE, and it was never run', probed(complete, { without: true }), /works closes probe_evidence_missing/],
    [
      'COMPLETE, and it was begun once more',
      probed(complete, { after: [{ type: 'intent', action, attempt: 2, data: {} }] }),
      /works closes probe_evidence_missing/,
    ],
    [
      'COMPLETE, by another basis',
      probed({ ...complete, basis: 'no_probes_declared' }),
      /gives no_probes_declared as its basis, which is probes_passed/,
    ],
    [
      'COMPLETE, and the program has been another one since',
      probed(complete, {
        subjects: (all) =>
          all.map((one) => (one['name'] === 'program /web' ? { ...one, digest: { sha256: '00' } } : one)),
      }),
      /works closes probe_evidence_missing/,
    ],
    [
      'COMPLETE, and the task has run once more',
      probed(complete, { subjects: (all) => all.filter(({ name }) => name !== 'task /task') }),
      /works closes probe_evidence_missing/,
    ],
    [
      'evidence that says otherwise than its entry',
      probed(complete, { passed: false, told: { passed: true } }),
      /evidence_corrupt .*says passed: false, and its entry says true/,
    ],
    [
      'evidence of another probe',
      probed(complete, { predicate: { probe: 'other' } }),
      /evidence_corrupt .*about the probe other/,
    ],
    [
      'evidence of another kind',
      probed(complete, { predicate: { probeKind: 'sim_trace' } }),
      /evidence_corrupt .*of another kind/,
    ],
    [
      'evidence about another subject than its entry says',
      probed(complete, { told: { subject: `sha256:${'0'.repeat(64)}` } }),
      /about another subject than its entry says/,
    ],
    ['BLOCKED, and it passed', probed(blocked('probe_failed')), /works closes nothing, and not probe_failed/],
    [
      'BLOCKED by another gate than it closes',
      probed(blocked('probe_not_assessed'), { passed: false }),
      /works closes probe_failed, and not probe_not_assessed/,
    ],
    [
      'CANCELLED after it was judged',
      probed(
        { state: 'CANCELLED', reason: 'stop' },
        { after: [{ type: 'cancel', data: { reason: 'stop' } }] },
        { basis: 'probes_passed' },
      ),
      /had been judged before it was asked to end/,
    ],
  ])('%s is refused', (_, forged, wanted) => {
    expect(reasons(forged)).toMatch(wanted);
  });
});

describe('a run with a task that may ask', () => {
  const action = { type: 'gate.confirm', target: '/task' };
  const outcome = (state: string): Said => ({ type: 'outcome', action, attempt: 1, data: { state } });
  const asking = (...outcomes: readonly Said[]): Forged => ({
    plan: (plan) => ({ ...plan, runtime: { components: { '/task': { restart: 'never', control: true } } } }),
    said: (said) => [
      ...said.slice(0, -1),
      ...outcomes.flatMap((one, before): readonly Said[] => [
        { type: 'intent', action, attempt: before + 1, data: {} },
        { ...one, attempt: before + 1 },
      ]),
      ...said.slice(-1),
    ],
  });

  it('is COMPLETE when what it asked was accepted', () => {
    expect(reasons(asking(outcome('succeeded')))).toBe('');
    expect(reasons(asking(outcome('failed'), outcome('succeeded')))).toBe('');
  });

  it.each([
    ['nobody waited for the answers', []],
    ['something was rejected', [outcome('failed')]],
    ['the run was stopped meanwhile', [outcome('succeeded'), outcome('cancelled')]],
  ] as const)('and is not where %s', (_, outcomes) => {
    expect(reasons(asking(...outcomes))).toMatch(/the gate says COMPLETE, and \/task was not confirmed/);
  });
});
