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
});
