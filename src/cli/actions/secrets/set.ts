import { type Cli, exitCode } from '../../../app/cli.ts';
import type { SecretsSession } from '../../../app/secrets-session.ts';
import { printable } from '../../../diagnostics/render/width.ts';
import { setSecret, type Written } from '../../../runtime/secrets/set-secret.ts';
import { performSecrets, printJson, type SecretsFlags, secretNamed } from './perform.ts';
import { isUndone, printRuns, tellRuns } from './tell-runs.ts';
import { valueFromStdin } from './value-from-stdin.ts';

export const setCommand = (cli: Cli, typed: string, flags: SecretsFlags): Promise<number> =>
  performSecrets(cli, flags, async (session) => {
    const name = secretNamed(session, typed);
    const value = await valueFromStdin(cli);
    return tellWritten(cli, flags, session, await cli.interrupt.hold(() => setSecret(session.context, name, value)));
  });

/** Live runs are told as well. The secret is written whatever they do; one that goes on without it is told by the exit code. */
export async function tellWritten(
  cli: Cli,
  { format }: SecretsFlags,
  session: SecretsSession,
  written: Written,
): Promise<number> {
  if (format !== 'json') await cli.out(`${printable(writtenText(written))}\n`);
  const runs = await tellRuns(session, written);
  if (format === 'json') await printJson(cli, runs.length === 0 ? written : { ...written, runs });
  await printRuns(cli, runs);
  return runs.some(isUndone) ? exitCode.errors : exitCode.ok;
}

function writtenText({ vault, key, change, secretVersion }: Written): string {
  const which = secretVersion === null ? '' : `: version ${secretVersion} is the current one`;
  switch (change) {
    case 'created':
      return `created ${vault}/${key}${which}`;
    case 'created_again':
      return `created ${vault}/${key} again, since the vault did not have it${which}`;
    case 'rotated':
      return `rotated ${vault}/${key}${which}`;
    case 'recovered':
      return `finished what an earlier command began at ${vault}/${key}${which}`;
  }
}
