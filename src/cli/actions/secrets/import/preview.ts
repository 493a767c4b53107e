import { type Cli, exitCode } from '../../../../app/cli.ts';
import { UsageError } from '../../../../app/usage-error.ts';
import { printable } from '../../../../diagnostics/render/width.ts';
import { type Preview, pageSizes, previewImport } from '../../../../runtime/secrets/import/preview.ts';
import { table } from '../../../table.ts';
import { performSecrets, printJson, type SecretsFlags } from '../perform.ts';

export interface PreviewFlags extends SecretsFlags {
  readonly query?: string;
  readonly pageToken?: string;
  readonly pageSize?: string;
}

export function importPreviewCommand(cli: Cli, vault: string, flags: PreviewFlags): Promise<number> {
  const { query, pageToken, format } = flags;
  const pageSize = flags.pageSize === undefined ? undefined : sizeFrom(flags.pageSize);
  return performSecrets(cli, flags, async ({ context }) => {
    const preview = await previewImport(context, vault, {
      ...(query === undefined ? {} : { query }),
      ...(pageToken === undefined ? {} : { pageToken }),
      ...(pageSize === undefined ? {} : { pageSize }),
    });
    if (format === 'json') await printJson(cli, { vault, ...preview });
    else await tellPreview(cli, preview);
    return exitCode.ok;
  });
}

function sizeFrom(text: string): number {
  const size = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (size < 1 || size > pageSizes.most)
    throw new UsageError(`--page-size takes a number from 1 to ${pageSizes.most}, and was given \`${text}\``);
  return size;
}

async function tellPreview(cli: Cli, { candidates, nextToken }: Preview): Promise<void> {
  if (candidates.length > 0)
    await cli.out(
      table([
        ['STATUS', 'KEY', 'NAME AT THE PROVIDER', 'WHY NOT'],
        ...candidates.map(({ status, key, remoteName, conflicts }) => [
          status,
          key === '' ? '-' : key,
          remoteName,
          conflicts.map(({ message }) => message).join('; ') || '-',
        ]),
      ]),
    );
  else if (nextToken === null) await cli.err('there is nothing to import\n');
  if (nextToken !== null) await cli.err(`there is more: --page-token '${printable(nextToken)}'\n`);
}
