/** A cache is kept to its size, and one that is too full already may stay. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { meterCache } from '../../../../src/adapters/sandbox/cache-meter.ts';
import { createTempFolder } from '../../../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);
const MiB = 1024 ** 2;
const over = { reason: 'limit', message: 'its cache at /cache holds 3 MiB, and 1 MiB are allowed' };

it.each([
  ['what is put into it', 0, 3 * MiB, 0, over],
  ['what is open there without a name', 0, 0, 3 * MiB, over],
  ['nothing that was there before', 3 * MiB, 3 * MiB, 0, undefined],
  ['nothing below its size', 0, 1000, 1000, undefined],
])('ends a program for %s', async (_, before, after, nameless, end) => {
  const source = temp.lay({});
  writeFileSync(join(source, 'f'), Buffer.alloc(before));
  const meter = await meterCache(
    { source, target: '/cache', bytes: MiB },
    () => nameless,
    () => {},
  );
  writeFileSync(join(source, 'f'), Buffer.alloc(after));
  const found = await meter.end();
  if (end) expect(found).toMatchObject(end);
  else expect(found).toBeUndefined();
});
