import { existsSync, mkdirSync, readdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { lockTarget } from '../../../../src/adapters/sync/target-lock.ts';
import { createTempFolder } from '../../../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);
const locks = join(temp.path, 'locks');
const target = join(temp.path, 'target');
mkdirSync(target);

describe('one finalize at a time on one source', () => {
  it('the second waits until the first is over, and is told who it waits for', async () => {
    const order: string[] = [];
    const first = await lockTarget({ target, locks });
    const second = lockTarget({
      target,
      locks,
      onWait: (owner) => order.push(`waits for ${owner?.pid === process.pid ? 'us' : owner?.pid}`),
    }).then((lock) => {
      order.push('second');
      return lock;
    });
    await expect.poll(() => order).toEqual(['waits for us']);
    order.push('first is over');
    await first.release();
    await (await second).release();
    expect(order).toEqual(['waits for us', 'first is over', 'second']);
  });

  it('others go on with other sources', async () => {
    const one = await lockTarget({ target, locks });
    const other = await lockTarget({ target: temp.path, locks });
    await Promise.all([one.release(), other.release()]);
  });

  it('whoever waits may be told to stop', async () => {
    const held = await lockTarget({ target, locks });
    const stop = new AbortController();
    const waiting = lockTarget({ target, locks, signal: stop.signal, onWait: () => stop.abort(new Error('stopped')) });
    await expect(waiting).rejects.toThrow('stopped');
    await held.release();
    await (await lockTarget({ target, locks })).release();
  });

  it('leaves nothing in the folder of locks, and takes away what is empty there, but nothing that is held', async () => {
    const own = join(temp.path, 'own-locks');
    const held = await lockTarget({ target, locks: own });
    mkdirSync(join(own, 'empty'));
    mkdirSync(join(own, 'killed'));
    writeFileSync(join(own, 'killed/owner.json'), '{}');
    await (await lockTarget({ target: temp.path, locks: own })).release();
    expect(readdirSync(own)).toHaveLength(2);
    expect(readdirSync(own)).toContain('killed');
    let isFree = false;
    const next = lockTarget({ target, locks: own }).then((lock) => {
      isFree = true;
      return lock;
    });
    await new Promise((done) => setTimeout(done, 300));
    expect(isFree).toBe(false);
    await held.release();
    await (await next).release();
    expect(readdirSync(own)).toEqual(['killed']);
  });

  it('waits for nobody where the folder of the lock goes away again and again, and says so where there can be none', async () => {
    const own = join(temp.path, 'swept-locks');
    let inside = 0;
    let most = 0;
    let isOver = false;
    const sweeping = (async (): Promise<void> => {
      while (!isOver) {
        for (const name of existsSync(own) ? readdirSync(own) : []) {
          try {
            rmdirSync(join(own, name));
          } catch {
            // Held.
          }
        }
        await new Promise((done) => setImmediate(done));
      }
    })();
    const one = async (): Promise<void> => {
      for (let i = 0; i < 6; i++) {
        const lock = await lockTarget({ target, locks: own });
        most = Math.max(most, ++inside);
        await new Promise((done) => setTimeout(done, i));
        inside--;
        await lock.release();
      }
    };
    await Promise.all(Array.from({ length: 6 }, one));
    isOver = true;
    await sweeping;
    expect(most).toBe(1);
    expect(readdirSync(own)).toEqual([]);
    writeFileSync(join(temp.path, 'file'), '');
    await expect(lockTarget({ target, locks: join(temp.path, 'file/locks') })).rejects.toThrow('ENOTDIR');
  });

  it('never two of many at once', async () => {
    let inside = 0;
    let most = 0;
    const one = async (): Promise<void> => {
      const lock = await lockTarget({ target, locks });
      most = Math.max(most, ++inside);
      await new Promise((done) => setTimeout(done, 5));
      inside--;
      await lock.release();
    };
    await Promise.all(Array.from({ length: 8 }, one));
    expect(most).toBe(1);
  });
});
