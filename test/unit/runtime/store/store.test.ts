import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openStore } from '../../../../src/runtime/store/store.ts';
import { createTempFolder } from '../../../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('store', () => {
  it('gives back what was put, by the hash of it', () => {
    const folder = temp.lay({});
    const digest = openStore(folder).put(bytes('hello'));
    expect(digest).toBe(`sha256:${createHash('sha256').update('hello').digest('hex')}`);
    expect(openStore(folder).get(digest)).toEqual(Buffer.from('hello'));
    const path = join(folder, 'sha256', digest.slice(7, 9), digest.slice(9));
    expect([readFileSync(path, 'utf8'), statSync(path).mode & 0o777]).toEqual(['hello', 0o600]);
    expect(readdirSync(join(path, '..'))).toHaveLength(1);
  });

  it('does not give back what was damaged, and heals when it is put again', () => {
    const folder = temp.lay({});
    const store = openStore(folder);
    const digest = store.put(bytes('hello'));
    truncateSync(join(folder, 'sha256', digest.slice(7, 9), digest.slice(9)), 3);
    expect([store.get(digest), store.has(digest)]).toEqual([undefined, true]);
    store.put(bytes('hello'));
    expect(store.get(digest)).toEqual(Buffer.from('hello'));
  });

  it('refuses what is not a digest, so that no name leads out of it', () => {
    expect(() => openStore(temp.lay({})).get('sha256:../../etc/passwd')).toThrow(TypeError);
  });
});
