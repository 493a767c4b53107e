/** Programs of the user, as processes. */
import { expect, it } from 'vitest';
import { call } from '../../../../src/runtime/deploy/call.ts';

const env = { PATH: process.env['PATH'] ?? '' };

it('tells that a program had no answer in time, after what it said', async () => {
  const called = await call('sh', ['-c', 'echo begun >&2; exec sleep 600'], { env, timeoutMs: 1_500 });
  expect(called).toEqual({ code: null, stdout: '', stderr: 'begun\nsh has had no answer for 1.5 s\n' });
});

it('tells how one ended that had the time', async () => {
  const called = await call('sh', ['-c', 'echo out; exit 3'], { env, timeoutMs: 120_000 });
  expect(called).toEqual({ code: 3, stdout: 'out\n', stderr: '' });
});

it('tells of one that is not there', async () => {
  expect(await call('headgate-has-no-such-program', [], { env })).toMatchObject({ code: null, missing: true });
});
