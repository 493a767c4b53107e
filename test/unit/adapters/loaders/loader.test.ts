/** Which loader a URL is given to. */
import { expect, it } from 'vitest';
import { createLoader } from '../../../../src/adapters/loaders/loader.ts';

it('a loader tells before it fetches', async () => {
  const stop = new Error('elsewhere');
  const loader = createLoader({
    onRemote: () => {
      throw stop;
    },
  });
  await expect(loader.load('http://127.0.0.1:1/x.yaml', { maxBytes: 1 })).rejects.toBe(stop);
});
