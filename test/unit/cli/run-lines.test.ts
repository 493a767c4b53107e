import { describe, expect, it } from 'vitest';
import { deferred } from '../../../src/base/deferred.ts';
import { createTeller, mostWaiting } from '../../../src/cli/run-lines.ts';
import type { RunEvent } from '../../../src/runtime/run.ts';

const line = (text: string): RunEvent => ({
  type: 'log',
  line: { moniker: '/a', stream: 'stderr', at: '2030-01-01T00:00:00.000Z', text },
});

describe('lines of a run', () => {
  it('are written in order, one write at a time, and hold back who says more than may wait', async () => {
    const read = deferred<void>();
    const written: string[] = [];
    const { tell, settled } = createTeller({
      err: (text) => {
        written.push(text);
        return read.promise;
      },
    });
    expect(tell(line('first'))).toBeUndefined();
    const many = Math.ceil(mostWaiting / 1000);
    const held = Array.from({ length: many }, (_, i) => tell(line(`${i} ${'x'.repeat(1000)}`)));
    expect(held.filter((one) => one !== undefined).length).toBeLessThan(many / 10);
    expect(held.at(-1)).toBeInstanceOf(Promise);
    expect(written).toHaveLength(1);
    read.resolve();
    await held.at(-1);
    await settled();
    const all = written.join('').trimEnd().split('\n');
    expect(all.map((text) => text.split(' ')[3]).slice(0, 4)).toEqual(['first', '0', '1', '2']);
    expect(all).toHaveLength(many + 1);
  });

  it('tell what probes found, and what the gate made of it, without a control character', async () => {
    let written = '';
    const { tell, settled } = createTeller({
      err: async (text) => {
        written += text;
      },
    });
    const looked = { type: 'probe.run', target: 'probes.answers' };
    const found = {
      kind: 'api_smoke',
      passed: false,
      outcome: 'completed',
      summary: 'status\u001b[2J 500',
      durationSeconds: 0.3,
    };
    for (const entry of [
      { type: 'intent', action: looked, data: {} },
      { type: 'outcome', action: looked, data: { state: 'failed', probe: found } },
      {
        type: 'outcome',
        action: looked,
        data: { state: 'succeeded', probe: { ...found, passed: true, summary: 'ok', reused: true } },
      },
      { type: 'outcome', action: looked, data: { state: 'skipped', reason: '/a did not start' } },
      { type: 'progress', action: null, data: { event: 'judged', basis: 'probes_passed' } },
      {
        type: 'progress',
        action: null,
        data: { event: 'judged', blocked: [{ gate: 'probe_failed', subject: 'answers' }] },
      },
    ])
      void tell({ type: 'entry', entry: { ...entry, at: '2030-01-01T00:00:00.000Z' } } as unknown as RunEvent);
    await settled();
    expect(
      written
        .trimEnd()
        .split('\n')
        .map((text) => text.slice(13)),
    ).toEqual([
      'probe answers | [begins]',
      'probe answers | [failed in 0.3 s: status␛[2J 500]',
      'probe answers | [passed before, on the same subject: ok]',
      'probe answers | [skipped: /a did not start]',
      'gate | [complete by probes_passed: every probe that is required has passed]',
      'gate | [not complete: probe_failed answers]',
    ]);
  });
});
