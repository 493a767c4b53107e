import { type Cli, exitCode } from '../../../app/cli.ts';
import { askServers } from '../../check-server/ask-all.ts';
import type { ServerFlags } from './status.ts';

export async function serverStopCommand(cli: Cli, { format }: ServerFlags): Promise<number> {
  const stopped = (await askServers(cli.env, 'stop')).map(({ pid }) => pid);
  if (format === 'json') await cli.out(`${JSON.stringify({ stopped }, null, 2)}\n`);
  else await cli.out(stopped.length === 0 ? 'no check server\n' : stopped.map((pid) => `stopped ${pid}\n`).join(''));
  return exitCode.ok;
}
