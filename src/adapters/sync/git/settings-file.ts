import { statSync } from 'node:fs';
import { callGit } from './call.ts';

/** Of one file, by lower-case key; of what it includes, nothing. */
export async function settingsOf(file: string): Promise<ReadonlyMap<string, string>> {
  if (!statSync(file, { throwIfNoEntry: false })?.isFile()) return new Map();
  const args = ['config', '--no-includes', '--file', file, '--list', '-z'];
  const { code, out } = await callGit({ gitDir: '/', args });
  if (code !== 0) return new Map();
  const entries = out
    .toString('utf8')
    .split('\0')
    .filter((entry) => entry !== '');
  return new Map(
    entries.map((entry): [string, string] => {
      const cut = entry.indexOf('\n');
      return cut < 0 ? [entry, 'true'] : [entry.slice(0, cut), entry.slice(cut + 1)];
    }),
  );
}
