/** What every command about secrets does around its work: opens the vaults, tells a fault as all of them do, and closes what it opened. */
import { type Cli, exitCode } from '../../../app/cli.ts';
import { openSecretsSession, type SecretsFlags, type SecretsSession } from '../../../app/secrets-session.ts';
import { printable } from '../../../diagnostics/render/width.ts';
import type { VaultFault } from '../../../ports/vault.ts';
import { FaultError, faultError, faultOf } from '../../../runtime/secrets/fault-error.ts';
import { exitOfFault } from '../../../runtime/secrets/faults.ts';
import type { SecretName } from '../../../runtime/secrets/set-secret.ts';
import { requireDefault } from '../../../runtime/secrets/vault-changes.ts';

export type { SecretsFlags };

/** Changes are made in `cli.interrupt.hold`, so that none is cut off between the provider and its record. Answers the exit code: that of the work, or that of the fault which it threw. */
export async function performSecrets(
  cli: Cli,
  flags: SecretsFlags,
  work: (session: SecretsSession) => Promise<number>,
): Promise<number> {
  const session = await openSecretsSession(cli, flags);
  if (!session) return exitCode.errors;
  try {
    return await work(session);
  } catch (error) {
    if (!(error instanceof FaultError)) throw error;
    const fault = faultOf(error);
    if (flags.format === 'json') await cli.out(`${JSON.stringify({ version: 1, error: fault }, null, 2)}\n`);
    await tellFault(cli, fault);
    return exitOfFault(fault);
  } finally {
    await session.context.pool.close();
  }
}

export const tellFault = (cli: Cli, { code, detail, message, remedy }: VaultFault): Promise<void> =>
  cli.err(`error[${code}/${detail}]: ${printable(message)}\n  = help: ${printable(remedy)}\n`);

export const printJson = (cli: Cli, value: object): Promise<void> =>
  cli.out(`${JSON.stringify({ version: 1, ...value }, null, 2)}\n`);

/** `VAULT/KEY`, or `KEY` in the default vault. A key of several parts is named with its vault. */
export function secretNamed({ context }: SecretsSession, typed: string): SecretName {
  if (typed.startsWith('secret://'))
    throw faultError(
      'invalid_request',
      'key_form',
      'a secret is named without `secret://` here',
      `name it as \`${typed.slice('secret://'.length)}\``,
    );
  const at = typed.indexOf('/');
  if (at < 0) return { vault: requireDefault(context).name, key: typed };
  return { vault: context.pool.named(typed.slice(0, at)).name, key: typed.slice(at + 1) };
}

/** All vaults unless one is named. Throws a fault for a name that no vault has. */
export const vaultsNamed = ({ context }: SecretsSession, name: string | undefined): readonly string[] =>
  name === undefined ? context.pool.all.map((one) => one.name) : [context.pool.named(name).name];
