/** Both forms of Compose that a project is written for: that of Debian, and version 2 where it was built. */
import { spawnSync } from 'node:child_process';

const installer = 'scripts/install-compose-v2.sh';

export interface Composer {
  readonly name: string;
  readonly command: readonly string[];
  /** For whoever runs `docker`. */
  readonly env: Readonly<Record<string, string>>;
  /** Between the parts of the name of a container. */
  readonly joint: string;
}

const first: Composer = { name: 'docker-compose 1', command: ['docker-compose'], env: {}, joint: '_' };

/** Undefined where it was not built. */
function second(): Composer | undefined {
  const { status, stdout } = spawnSync(installer, ['--where'], { encoding: 'utf8' });
  const env = { DOCKER_CONFIG: stdout.trim() };
  return status === 0 ? { name: 'docker compose 2', command: ['docker', 'compose'], env, joint: '-' } : undefined;
}

export const composeTwo = second();
export const composers: readonly Composer[] = [first, ...(composeTwo ? [composeTwo] : [])];

/** Where it is not built yet it is, and where that cannot be done, it is said. */
export function buildComposeTwo(): void {
  if (spawnSync(installer, ['--where']).status === 0) return;
  const hasGo = spawnSync('go', ['version']).status === 0;
  if (hasGo && spawnSync(installer, { stdio: ['ignore', 2, 'inherit'] }).status === 0) return;
  const line = '!'.repeat(80);
  const why = hasGo
    ? 'It could not be built, for the reason above.'
    : 'It is not built, and there is no Go to build it.';
  const words = [`!! DID NOT RUN: what is tried with Docker Compose 2. ${why}`, `!! ${installer} builds it, once.`];
  process.stderr.write(['', line, ...words, line, '', ''].join('\n'));
}
