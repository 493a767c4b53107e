import { type Cli, exitCode } from '../../../app/cli.ts';
import { printable } from '../../../diagnostics/render/width.ts';
import { type Deleted, deleteSecret } from '../../../runtime/secrets/delete-secret.ts';
import { performSecrets, printJson, type SecretsFlags, secretNamed } from './perform.ts';

export const deleteCommand = (cli: Cli, typed: string, flags: SecretsFlags): Promise<number> =>
  performSecrets(cli, flags, async (session) => {
    const name = secretNamed(session, typed);
    const deleted = await cli.interrupt.hold(() => deleteSecret(session.context, name));
    if (flags.format === 'json') await printJson(cli, deleted);
    else await cli.out(`${printable(deletedText(deleted))}\n`);
    return exitCode.ok;
  });

function deletedText({ vault, key, atProvider }: Deleted): string {
  switch (atProvider) {
    case 'removed':
      return `deleted ${vault}/${key}`;
    case 'later':
      return `deleted ${vault}/${key} here; the vault is disabled, and has it until it is enabled and ${key} is deleted or set again`;
    case 'kept':
      return `deleted the reference ${vault}/${key}; what it refers to is managed elsewhere, and stays`;
  }
}
