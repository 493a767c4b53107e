import { type Cli, exitCode } from '../../../app/cli.ts';
import { askServers } from '../../check-server/ask-all.ts';
import type { ServerStatus } from '../../check-server/wire.ts';

export interface ServerFlags {
  readonly format: string;
}

export async function serverStatusCommand(cli: Cli, { format }: ServerFlags): Promise<number> {
  const servers = await askServers(cli.env, 'status');
  if (format === 'json') await cli.out(`${JSON.stringify({ servers }, null, 2)}\n`);
  else await cli.out(servers.length === 0 ? 'no check server\n' : servers.map(line).join(''));
  return exitCode.ok;
}

const mebibytes = (bytes: number): string => `${(bytes / 1_048_576).toFixed(1)} MiB`;

const line = ({ pid, version, program, checks, left, keptBytes, memoryBytes }: ServerStatus): string =>
  `${pid} headgate ${version} (${program}): ${checks} checked, ${left} left to others, ${mebibytes(keptBytes)} of manifests kept, ${mebibytes(memoryBytes)} of memory\n`;
