// Runs every generator (scripts/gen-*.mjs): npm run gen
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
for (const name of readdirSync('scripts')
  .filter((file) => /^gen-.*\.mjs$/.test(file))
  .sort()) {
  const { status } = spawnSync(process.execPath, [`scripts/${name}`], { stdio: 'inherit' });
  if (status !== 0) process.exit(1);
}
