/** Builds dist/ when a source is newer than it, so that no test runs yesterday's command line. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

function newest(folder: string): number {
  let latest = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    latest = Math.max(latest, entry.isDirectory() ? newest(path) : statSync(path).mtimeMs);
  }
  return latest;
}

export function setup(): void {
  const built = existsSync('dist/cli.cjs') ? statSync('dist/cli.cjs').mtimeMs : 0;
  const files = [
    'package.json',
    ...['build', 'chunks', 'link-scripts', 'code-cache'].map((name) => `scripts/${name}.mjs`),
  ];
  const sources = Math.max(newest('src'), ...files.map((file) => statSync(file).mtimeMs));
  if (built < sources) execFileSync(process.execPath, ['scripts/build.mjs'], { stdio: 'inherit' });
}
