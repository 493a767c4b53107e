/** The policy that docs/secrets.md shows, so that tests hold what readers are told. */
import { readFileSync } from 'node:fs';

export function openBaoPolicy(mount = 'secret'): string {
  const found = /^```hcl[^\n]*\n([\s\S]*?)^```$/m.exec(readFileSync('docs/secrets.md', 'utf8'));
  if (!found?.[1]) throw new Error('docs/secrets.md shows no policy');
  return found[1].replaceAll('"secret/', `"${mount}/`);
}
