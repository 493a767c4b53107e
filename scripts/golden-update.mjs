// Accepts what the golden cases give now: npm run golden:update -- [part of SUITE/CASE]
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
if (process.env.CI) {
  console.error('expected outputs are not updated under CI: update them on your machine and commit the difference');
  process.exit(1);
}
const env = { ...process.env, HEADGATE_GOLDEN_UPDATE: '1', HEADGATE_GOLDEN_FILTER: process.argv[2] ?? '' };
const { status } = spawnSync(
  'npx',
  ['vitest', 'run', '--project', 'golden', '--reporter', 'dot', '--passWithNoTests'],
  {
    stdio: 'inherit',
    env,
  },
);
if (status === 0) console.log('Now read the difference: git diff golden');
process.exit(status ?? 1);
