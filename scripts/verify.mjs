// Everything that CI proves, in the order in which it fails fastest: npm run verify
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const steps = [
  ['npm', 'run', '--silent', 'gen'],
  ['npm', 'run', '--silent', 'lint'],
  ['npm', 'run', '--silent', 'types'],
  ['npm', 'run', '--silent', 'build'],
  ['node', 'dist/cli.cjs', '--version'],
  ['npm', 'test', '--silent'],
  // What is generated is committed: generating it again changes nothing.
  ['git', 'diff', '--exit-code', '--stat', '--', 'schemas', 'docs'],
];
for (const [command, ...args] of steps) {
  const started = performance.now();
  const { status } = spawnSync(command, args, { stdio: 'inherit' });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${status === 0 ? 'ok  ' : 'FAIL'} ${[command, ...args].join(' ')} (${seconds} s)`);
  if (status !== 0) process.exit(1);
}
