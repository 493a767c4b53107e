import { describe, expect, it } from 'vitest';
import type { HeadlessRunProbe } from '../../../../src/ir/plan-probe-schema.ts';
import type { Executed } from '../../../../src/ports/execution.ts';
import { headlessRun } from '../../../../src/runtime/probes/headless-run.ts';
import { outputOf, testContext } from '../../../support/run/probe-context.ts';

const probe = (more: Partial<HeadlessRunProbe> = {}): HeadlessRunProbe => ({
  kind: 'headless_run',
  required: true,
  component: '/build',
  argv: ['./check.sh', 'a b'],
  budgetSeconds: 30,
  expectExit: 0,
  ...more,
});

const of = (end: Partial<Executed>, more: Partial<HeadlessRunProbe> = {}) =>
  headlessRun(probe(more), testContext({ ends: [end] }));

describe('how a program ends', () => {
  it.each<[Partial<Executed>, Partial<HeadlessRunProbe>, unknown[]]>([
    [{ code: 0 }, {}, [true, 'completed', '`./check.sh a b` in /build exited with 0']],
    [{ code: 3 }, { expectExit: 3 }, [true, 'completed', '`./check.sh a b` in /build exited with 3']],
    [{ code: 3 }, {}, [false, 'completed', '`./check.sh a b` in /build: it ended with status 3, and 0 was expected']],
    [
      { code: 0 },
      { expectExit: 3 },
      [false, 'completed', '`./check.sh a b` in /build: it ended with status 0, and 3 was expected'],
    ],
    [
      { code: 139 },
      {},
      [false, 'completed', '`./check.sh a b` in /build: it ended with status 139 (SIGSEGV), and 0 was expected'],
    ],
    [
      { code: null, signal: 'SIGKILL' },
      {},
      [false, 'completed', '`./check.sh a b` in /build: it was ended by SIGKILL, and 0 was expected'],
    ],
    [{ ended: 'budget', code: 0 }, {}, [false, 'timeout', '`./check.sh a b` in /build took more than 30 s']],
    [{ ended: 'stopped', code: 0 }, {}, [null, 'cancelled', '`./check.sh a b` in /build was ended with the run']],
    [
      { ended: 'error', code: null, fault: 'program `x` does not exist' },
      {},
      [null, 'error', '`./check.sh a b` in /build: program `x` does not exist'],
    ],
    [
      { ended: 'error', code: 0, fault: 'it took 65 MiB' },
      {},
      [null, 'error', '`./check.sh a b` in /build: it took 65 MiB'],
    ],
  ])('says what becomes of the probe: %j', async (end, more, [passed, outcome, summary]) => {
    expect(await of(end, more)).toMatchObject({ passed, outcome, summary });
  });
});

it('is run where the probe says, with what it says, and for as long', async () => {
  const context = testContext({ files: { 'in.txt': 'words' } });
  await headlessRun(probe({ cwd: 'out', env: { A: '1' }, stdin: 'in.txt', budgetSeconds: 7 }), context);
  expect(context.executions).toMatchObject([
    {
      subject: '/build',
      argv: ['./check.sh', 'a b'],
      cwd: 'out',
      env: { A: '1' },
      stdin: Buffer.from('words'),
      budgetMs: 7_000,
      graceMs: 5_000,
      mostOutputBytes: 8 * 1024 * 1024,
    },
  ]);
});

it('is an error when what it is to read has changed, and nothing is run', async () => {
  const context = testContext();
  expect(await headlessRun(probe({ stdin: 'in.txt' }), context)).toMatchObject({ passed: null, outcome: 'error' });
  expect(context.executions).toEqual([]);
});

describe('what it said', () => {
  it('is kept whole, shown in part, and counted where it was dropped', async () => {
    const text = `${'x'.repeat(2_500)}`;
    const context = testContext({ ends: [{ stdout: outputOf(text, 1_000), stderr: outputOf('oh') }] });
    const found = await headlessRun(probe(), context);
    expect(found.details).toMatchObject({
      argv: ['./check.sh', 'a b'],
      exitCode: 0,
      stdout: { preview: 'x'.repeat(2_000), cut: 500, bytes: 3_500, dropped: 1_000 },
      stderr: { preview: 'oh', bytes: 2 },
    });
    expect(found.details['stderr']).not.toHaveProperty('cut');
    expect([context.kept(found.blobs['stdout']), context.kept(found.blobs['stderr'])]).toEqual([text, 'oh']);
  });

  it('has no secret in it before anything is hashed, cut or kept: in bytes that are no text as well', async () => {
    const secret = 'correct-horse';
    const bytes = Buffer.concat([Buffer.from([0xff, 0xfe, 0x00]), Buffer.from(`a ${secret} b`), Buffer.from([0xc0])]);
    const edge = `${'y'.repeat(1_995)}${secret}`;
    const context = testContext({
      secrets: [secret],
      ends: [{ stdout: outputOf(bytes), stderr: outputOf(edge), ended: 'error', fault: `no ${secret}` }],
    });
    const found = await headlessRun(probe({ argv: ['a', secret] }), context);
    expect(JSON.stringify(found)).not.toMatch(/correct/);
    expect(context.kept(found.blobs['stderr'])).toBe(`${'y'.repeat(1_995)}[secret]`);
    expect(context.kept(found.blobs['stdout'])).toContain('a [secret] b');
    expect(found.summary).toBe('`a [secret]` in /build: no [secret]');
  });
});
