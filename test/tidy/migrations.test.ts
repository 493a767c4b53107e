/** What a shipped migration makes of a line never changes: journals of that version are read by it for as long as there are any. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const folder = 'src/language/journal/migrations';

/** A new migration gets a line here; a line that is here is never edited. */
const shipped: Readonly<Record<string, string>> = {
  '1-to-2.ts': 'dc61b57d5f77ca8b1f09281e5381decffb162a11649c2743de462bdbafa77d9e',
};

it('shipped migrations of journals are never edited', () => {
  const sha256 = (name: string): string =>
    createHash('sha256')
      .update(readFileSync(join(folder, name)))
      .digest('hex');
  expect(Object.fromEntries(readdirSync(folder).map((name) => [name, sha256(name)]))).toEqual(shipped);
});
