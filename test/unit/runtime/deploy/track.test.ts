import { describe, expect, it } from 'vitest';
import type { Blocked } from '../../../../src/ir/blocked.ts';
import type { Seen } from '../../../../src/ports/target.ts';
import { nothing } from '../../../../src/runtime/authority/authority.ts';
import { createTrack, type Track } from '../../../../src/runtime/deploy/track.ts';
import type { Recorder } from '../../../../src/runtime/journal/record.ts';

/** What it writes, in one line each. */
function tracked(
  restart: 'always' | 'never' = 'always',
  may: () => boolean = () => true,
): { readonly track: Track; readonly said: string[]; readonly lost: Blocked[] } {
  const said: string[] = [];
  const lost: Blocked[] = [];
  const blocked = [{ gate: 'authority_missing', subject: '/a', reasons: ['none'], remedy: 'ask' }];
  let attempt = 0;
  const record = {
    begin: () => {
      said.push(`begin ${++attempt}`);
      return attempt;
    },
    tell: (type: string, _: unknown, at: number, data: { readonly exit?: string }) =>
      said.push(`${type} ${at} ${data.exit ?? ''}`.trim()),
    outcome: (_: unknown, at: number, data: { readonly state: string }) => said.push(`${data.state} ${at}`),
  } as unknown as Recorder;
  const track = createTrack({
    moniker: '/a',
    settled: { restart, restarts: 8 },
    place: 'compose',
    record,
    authority: { stand: () => (may() ? nothing : { blocked }), back: () => nothing, over: () => {} },
    onLost: (more) => lost.push(...more),
    onState: () => {},
  });
  return { track, said, lost };
}
const seen = (state: Seen['state'], more: Partial<Seen> = {}): Seen => ({
  state,
  code: null,
  restarts: 0,
  instance: 'one',
  ...more,
});

describe('a component that a place runs', () => {
  it('is absent before it is made, starts, and is ready once', () => {
    const { track, said } = tracked();
    track.begin();
    for (const state of ['absent', 'starting', 'ready', 'ready'] as const) track.look(seen(state));
    expect(said).toEqual(['begin 1', 'succeeded 1']);
    expect([track.status().state, track.isUp(), track.ended()]).toEqual(['ready', true, undefined]);
  });

  it('does not begin without a right to, and is told to be lost when the place starts it again without one', () => {
    let may = false;
    const { track, said, lost } = tracked('always', () => may);
    expect([track.begin(), said, lost.length]).toEqual([undefined, [], 1]);
    may = true;
    expect(track.begin()).toEqual({ on: [] });
    track.look(seen('ready'));
    may = false;
    track.look(seen('ready', { restarts: 1, code: 3 }));
    expect([lost.map(({ gate }) => gate), said.at(-2)]).toEqual([
      ['authority_missing', 'authority_missing'],
      'begin 2',
    ]);
  });

  it('that is started again has failed, is begun once more, and is ready again', () => {
    const { track, said } = tracked();
    track.begin();
    track.look(seen('ready'));
    track.look(seen('ready', { restarts: 1, code: 3 }));
    expect(said).toEqual([
      'begin 1',
      'succeeded 1',
      'failure 1 it ended with status 3',
      'retry 1 it ended with status 3',
      'begin 2',
      'succeeded 2',
    ]);
    expect(track.status()).toMatchObject({ state: 'ready', restarts: 1, lastExit: 'it ended with status 3' });
  });

  it('that another takes the place of is another life; for a moment there may be none', () => {
    const { track, said } = tracked();
    track.begin();
    track.look(seen('ready'));
    track.look(seen('starting', { instance: '' }));
    track.look(seen('ready', { instance: 'two' }));
    expect(said.slice(2)).toEqual([
      'failure 1 compose put another in its place',
      'retry 1 compose put another in its place',
      'begin 2',
      'succeeded 2',
    ]);
  });

  it('that ends for good is finished with 0, and failed with anything else', () => {
    const well = tracked();
    well.track.begin();
    well.track.look(seen('ended', { code: 0 }));
    expect(well.track.ended()).toEqual({ status: 'finished', code: 0 });
    const badly = tracked();
    badly.track.begin();
    badly.track.look(seen('ready'));
    badly.track.look(seen('ended', { code: 137 }));
    expect(badly.track.ended()).toEqual({ status: 'failed', reason: 'it ended with status 137 (SIGKILL)' });
  });

  it('that is gone was taken away by somebody', () => {
    const { track } = tracked();
    track.begin();
    track.look(seen('ready'));
    track.look(seen('absent', { instance: '' }));
    expect(track.ended()).toEqual({ status: 'failed', reason: 'it is gone: somebody took it out of compose' });
  });

  it('with a fault has failed before it was up, and not after', () => {
    const { track } = tracked();
    track.begin();
    track.look(seen('starting', { fault: 'no such image' }));
    expect(track.ended()).toEqual({ status: 'failed', reason: 'no such image' });
    const other = tracked();
    other.track.begin();
    other.track.look(seen('ready'));
    other.track.look(seen('starting', { fault: 'unhealthy' }));
    expect(other.track.ended()).toBeUndefined();
  });

  it('as a task is up when it runs, and has its outcome when it ends', () => {
    const { track, said } = tracked('never');
    track.begin();
    track.look(seen('ready'));
    expect(said).toEqual(['begin 1', 'progress 1']);
    track.stopped('it was stopped');
    expect(said.at(-1)).toBe('cancelled 1');
    expect(track.status().state).toBe('stopped');
  });

  it('that goes on from an earlier process is not begun again', () => {
    const { track, said } = tracked('never');
    track.begin(4);
    track.look(seen('ended', { code: 0 }));
    expect(said).toEqual(['succeeded 4']);
  });
});
