import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { SimTraceProbe } from '../../../../src/ir/plan-probe-schema.ts';
import type { Executed } from '../../../../src/ports/execution.ts';
import type { ProbeResult } from '../../../../src/runtime/probes/probe.ts';
import { simTrace } from '../../../../src/runtime/probes/sim-trace.ts';
import { outputOf, type TestContext, testContext } from '../../../support/run/probe-context.ts';

const trace = (states: readonly object[]): string => states.map((state) => `${JSON.stringify(state)}\n`).join('');
const good = trace([
  { tick: 1, x: 0 },
  { tick: 2, x: 1 },
  { tick: 3, x: 1, won: true },
]);
const digest = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`;

let context: TestContext;
async function probed(
  ends: readonly (string | Partial<Executed>)[],
  more: Partial<SimTraceProbe> = {},
  secrets: readonly string[] = [],
): Promise<ProbeResult> {
  context = testContext({
    files: { 'level.json': '{"level":1}' },
    secrets,
    ends: ends.map((end) => (typeof end === 'string' ? { stdout: outputOf(end) } : end)),
  });
  const probe: SimTraceProbe = {
    kind: 'sim_trace',
    required: true,
    component: '/sim',
    argv: ['./sim'],
    ticks: 3,
    document: 'level.json',
    invariants: {},
    ...more,
  };
  return simTrace(probe, context);
}

it('is run twice, in the same way, with the same document', async () => {
  const found = await probed([good], { budgetSeconds: 9 });
  expect(found).toMatchObject({
    passed: true,
    outcome: 'completed',
    summary: '`./sim` in /sim: 3 ticks, twice the same',
  });
  expect(context.executions).toHaveLength(2);
  const [first, second] = context.executions;
  expect(second).toEqual(first);
  expect(first).toMatchObject({
    subject: '/sim',
    argv: ['./sim'],
    budgetMs: 9_000,
    stdin: Buffer.from('{"level":1}'),
    env: { HEADGATE_DOCUMENT: '/probe/level.json' },
    shown: { '/probe/level.json': '/work/level.json' },
  });
  expect(found.details['traceHash']).toBe(digest(good));
  expect(context.kept(found.blobs['trace'])).toBe(good);
});

it.each<
  [string, readonly (string | Partial<Executed>)[], Partial<SimTraceProbe>, readonly [boolean | null, string, string]]
>([
  ['too few ticks', [trace([{ tick: 1 }])], {}, [false, 'completed', '1 tick, and 3 were expected']],
  ['too many ticks', [good + trace([{ tick: 4 }])], {}, [false, 'completed', '4 ticks, and 3 were expected']],
  ['nothing said', [''], {}, [false, 'completed', '0 ticks, and 3 were expected']],
  ['a line that is not JSON', [`${good}oh\n`], {}, [false, 'completed', 'line 4 of its trace is not JSON']],
  ['a state that is no object', [`[1]\n${good}`], {}, [false, 'completed', 'line 1 of its trace is not a JSON object']],
  ['an empty line', [`\n${good}`], {}, [false, 'completed', 'line 1 of its trace is not JSON']],
  [
    'a tick that stands still',
    [trace([{ t: 1 }, { t: 2 }, { t: 2 }])],
    { invariants: { monotonic: 't' } },
    [false, 'completed', '`t` does not grow at line 3 of its trace'],
  ],
  [
    'a tick that goes back',
    [trace([{ t: 1 }, { t: 0 }, { t: 2 }])],
    { invariants: { monotonic: 't' } },
    [false, 'completed', '`t` does not grow at line 2 of its trace'],
  ],
  [
    'a tick that is no number',
    [trace([{ t: 'a' }, { t: 'b' }, { t: 'c' }])],
    { invariants: { monotonic: 't' } },
    [false, 'completed', '`t` does not grow at line 1 of its trace'],
  ],
  [
    'a state that stands still while ticks go on',
    [
      trace([
        { t: 1, x: 0 },
        { t: 2, x: 0 },
        { t: 3, x: 0 },
      ]),
    ],
    { invariants: { monotonic: 't', minChanges: 1 } },
    [false, 'completed', 'its state changes 0 times, and 1 were expected'],
  ],
  [
    'too few changes, ticks apart',
    [good],
    { invariants: { monotonic: 'tick', minChanges: 3 } },
    [false, 'completed', 'its state changes 2 times, and 3 were expected'],
  ],
  [
    'another end',
    [good],
    { invariants: { terminal: { won: false } } },
    [false, 'completed', '`won` ends as true, and false was expected'],
  ],
  [
    'an end without the field',
    [good],
    { invariants: { terminal: { lost: true } } },
    [false, 'completed', '`lost` ends as nothing, and true was expected'],
  ],
  [
    'another digest',
    [good],
    { traceHash: digest('') },
    [false, 'completed', `the digest of its trace is ${digest(good)}`],
  ],
  ['a status, of the first run', [{ code: 4 }, good], {}, [false, 'completed', 'it ended with status 4']],
  ['a status, of the second run', [good, { code: 4 }], {}, [false, 'completed', 'it ended with status 4']],
  [
    'traces that differ',
    [good, good.replace('"x":1', '"x":2')],
    {},
    [null, 'unstable', 'its two traces differ from line 2 on'],
  ],
  ['a trace that is longer', [good, good + good], {}, [null, 'unstable', 'its two traces differ from line 4 on']],
  [
    'a trace that lacks its last line end',
    [good, good.trimEnd()],
    {},
    [null, 'unstable', 'its two traces differ from line 4 on'],
  ],
  [
    'a trace that is too long',
    [{ stdout: outputOf(good, 5) }],
    {},
    [null, 'error', `its trace has more than ${good.length} bytes, too many to compare`],
  ],
])('is judged: %s', async (_, ends, more, [passed, outcome, why]) => {
  const found = await probed(ends, more);
  expect([found.passed, found.outcome, found.summary]).toEqual([passed, outcome, `\`./sim\` in /sim: ${why}`]);
});

it('passes with everything that can be expected', async () => {
  const invariants = { monotonic: 'tick', minChanges: 2, terminal: { won: true, x: 1 } };
  expect(await probed([good], { invariants, traceHash: digest(good) })).toMatchObject({
    passed: true,
    outcome: 'completed',
  });
});

describe('a run that does not end by itself', () => {
  it.each<[Partial<Executed>, readonly [boolean | null, string, string]]>([
    [{ ended: 'budget' }, [false, 'timeout', 'the first run of `./sim` in /sim took more than 60 s']],
    [{ ended: 'stopped' }, [null, 'cancelled', 'the first run of `./sim` in /sim was ended with the run']],
    [{ ended: 'error', fault: 'no such file' }, [null, 'error', 'the first run of `./sim` in /sim: no such file']],
  ])('is not run again: %j', async (end, [passed, outcome, summary]) => {
    expect(await probed([end])).toMatchObject({ passed, outcome, summary });
    expect(context.executions).toHaveLength(1);
  });

  it('the second time is told as the second', async () => {
    expect(await probed([good, { ended: 'budget' }])).toMatchObject({
      passed: false,
      outcome: 'timeout',
      summary: 'the second run of `./sim` in /sim took more than 60 s',
    });
  });
});

it('shows where traces differ, and no secret', async () => {
  const found = await probed([good, good.replace('"x":0', '"x":"hunter2"')], {}, ['hunter2']);
  expect(found.details['difference']).toEqual({
    line: 1,
    first: '{"tick":1,"x":0}',
    second: '{"tick":1,"x":"[secret]"}',
  });
  expect(context.kept(found.blobs['trace2'])).toContain('[secret]');
});

it('is an error when the document has changed, and nothing is run', async () => {
  expect(await probed([good], { document: 'other.json' })).toMatchObject({
    passed: null,
    outcome: 'error',
    summary: 'the document other.json is not what it was when the plan was made',
  });
  expect(context.executions).toEqual([]);
});
