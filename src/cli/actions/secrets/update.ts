import { type Cli, exitCode } from '../../../app/cli.ts';
import { printable } from '../../../diagnostics/render/width.ts';
import type { SecretStatus } from '../../../runtime/secrets/registry-form.ts';
import { updateSecret } from '../../../runtime/secrets/update-secret.ts';
import { performSecrets, printJson, type SecretsFlags, secretNamed } from './perform.ts';

export interface UpdateFlags extends SecretsFlags {
  readonly description?: string;
  readonly status?: SecretStatus;
}

export const updateCommand = (cli: Cli, typed: string, flags: UpdateFlags): Promise<number> =>
  performSecrets(cli, flags, async (session) => {
    const { description, status, format } = flags;
    const name = secretNamed(session, typed);
    const changed = await cli.interrupt.hold(() =>
      updateSecret(session.context, name, {
        ...(description === undefined ? {} : { description }),
        ...(status === undefined ? {} : { status }),
      }),
    );
    const shown = { vault: name.vault, key: name.key, status: changed.status, description: changed.description };
    if (format === 'json') await printJson(cli, shown);
    else await cli.out(`${printable(`updated ${name.vault}/${name.key}: ${changed.status}`)}\n`);
    return exitCode.ok;
  });
