import { type Cli, exitCode } from '../../../app/cli.ts';
import { printable } from '../../../diagnostics/render/width.ts';
import { exitOfFault } from '../../../runtime/secrets/faults.ts';
import { type ListedSecret, type ListedVault, listSecrets } from '../../../runtime/secrets/list-secrets.ts';
import { table } from '../../table.ts';
import { performSecrets, printJson, type SecretsFlags, tellFault, vaultsNamed } from './perform.ts';

export const listCommand = (cli: Cli, named: string | undefined, flags: SecretsFlags): Promise<number> =>
  performSecrets(cli, flags, async (session) => {
    const vaults: ListedVault[] = [];
    for (const name of vaultsNamed(session, named)) vaults.push(await listSecrets(session.context, name));
    if (flags.format === 'json') await printJson(cli, { vaults });
    else await tellList(cli, vaults);
    const faults = vaults.flatMap(({ fault }) => fault ?? []);
    for (const fault of faults) await tellFault(cli, fault);
    return faults[0] ? exitOfFault(faults[0]) : exitCode.ok;
  });

async function tellList(cli: Cli, vaults: readonly ListedVault[]): Promise<void> {
  const rows = vaults.flatMap(({ vault, secrets }) =>
    secrets.map((one) => [
      `${vault}/${one.key}`,
      one.status,
      one.version === null ? '-' : String(one.version),
      one.mode ?? '-',
      one.rotatedAt ?? one.createdAt ?? '-',
      noteOf(one),
    ]),
  );
  if (rows.length > 0)
    await cli.out(table([['SECRET', 'STATUS', 'VERSION', 'WRITTEN BY', 'LAST WRITTEN', 'NOTE'], ...rows]));
  for (const { vault, disabledAt, secrets, fault } of vaults) {
    if (disabledAt !== null) await cli.err(`${printable(`vault ${vault} is disabled, and was not asked`)}\n`);
    else if (secrets.length === 0 && !fault) await cli.err(`${printable(`vault ${vault} has no secrets`)}\n`);
  }
}

function noteOf({ cleanUp, unfinished, isLost, description }: ListedSecret): string {
  if (cleanUp)
    return cleanUp.work === 'remove'
      ? `still to be removed at the provider (${cleanUp.code})`
      : `a version is still to be discarded at the provider (${cleanUp.code})`;
  if (unfinished) return `a ${unfinished.work} was not finished`;
  if (isLost) return 'the vault does not have it; `headgate secrets set` creates it again';
  return description ?? '-';
}
