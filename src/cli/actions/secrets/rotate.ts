import { type Cli, exitCode } from '../../../app/cli.ts';
import { UsageError } from '../../../app/usage-error.ts';
import { resumeRotation, rotateSecret } from '../../../runtime/secrets/rotate-secret.ts';
import { fewestGenerated, mostGenerated } from '../../../runtime/secrets/values.ts';
import { performSecrets, printJson, type SecretsFlags, secretNamed } from './perform.ts';
import { tellWritten } from './set.ts';
import { valueFromStdin } from './value-from-stdin.ts';

export interface RotateFlags extends SecretsFlags {
  readonly generate?: string;
  readonly resume?: boolean;
}

export function rotateCommand(cli: Cli, typed: string, flags: RotateFlags): Promise<number> {
  const generate = flags.generate === undefined ? undefined : lengthFrom(flags.generate);
  if (flags.resume && generate !== undefined)
    throw new UsageError('--resume goes on with what was begun, and --generate begins anew; give one of the two');
  return performSecrets(cli, flags, async (session) => {
    const name = secretNamed(session, typed);
    if (flags.resume) {
      const resumed = await cli.interrupt.hold(() => resumeRotation(session.context, name));
      if (resumed) return tellWritten(cli, flags, session, resumed);
      if (flags.format === 'json') await printJson(cli, { ...name, change: null });
      else await cli.err('nothing is left to be done\n');
      return exitCode.ok;
    }
    const to = generate === undefined ? { text: await valueFromStdin(cli) } : { generate };
    const written = await cli.interrupt.hold(() => rotateSecret(session.context, name, to));
    return tellWritten(cli, flags, session, written);
  });
}

function lengthFrom(text: string): number {
  const length = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (length < fewestGenerated || length > mostGenerated)
    throw new UsageError(
      `--generate takes a number from ${fewestGenerated} to ${mostGenerated}, and was given \`${text}\``,
    );
  return length;
}
