import { PassThrough } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { deferred } from '../../../src/base/deferred.ts';
import { holdBack } from '../../../src/base/hold-back.ts';

const piece = Buffer.alloc(16 * 1024, 'x');

describe('reading that is held back', () => {
  it('waits for what was read to be taken, and then goes on', async () => {
    const stream = new PassThrough();
    const taken = deferred<void>();
    let bytes = 0;
    holdBack(stream, (chunk) => {
      bytes += chunk.length;
      return bytes === piece.length ? taken.promise : undefined;
    });
    for (let i = 0; i < 4; i++) stream.write(piece);
    await turn();
    expect(bytes).toBe(piece.length);
    expect(stream.writableNeedDrain).toBe(true);
    taken.resolve();
    await turn();
    expect(bytes).toBe(4 * piece.length);
  });

  it('takes the rest when the writer has ended', async () => {
    const stream = new PassThrough();
    let bytes = 0;
    const { free } = holdBack(stream, (chunk) => {
      bytes += chunk.length;
      return new Promise(() => {});
    });
    for (let i = 0; i < 4; i++) stream.write(piece);
    await turn();
    free();
    await turn();
    expect(bytes).toBe(4 * piece.length);
  });
});
