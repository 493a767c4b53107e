import { realpathSync } from 'node:fs';
import type { Cli } from '../../../app/cli.ts';
import { UsageError } from '../../../app/usage-error.ts';
import { serveChecks } from '../../check-server/serve.ts';

export interface ServerRunFlags {
  readonly idle: string;
}

/** The longest time that a timer can count. */
const LONGEST = 2 ** 31 - 1;
/** Milliseconds between looks at the socket and at what was installed. */
const LOOK = 2000;

export async function serverRunCommand(cli: Cli, { idle }: ServerRunFlags): Promise<number> {
  const [, count, unit] = /^(\d{1,6})([sm])$/.exec(idle) ?? [];
  const idleMs = Number(count ?? 0) * (unit === 'm' ? 60_000 : 1000);
  if (idleMs < 1 || idleMs > LONGEST)
    throw new UsageError(`--idle takes a time such as 10m or 30s, and was given \`${idle}\``);
  return serveChecks(cli, { program: realpathSync(process.argv[1] ?? ''), idleMs, lookMs: LOOK });
}
