import { open } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type Cli, exitCode } from '../../../../app/cli.ts';
import { UsageError } from '../../../../app/usage-error.ts';
import { printable } from '../../../../diagnostics/render/width.ts';
import { exitOfFault } from '../../../../runtime/secrets/faults.ts';
import { commitImport, type ImportResult } from '../../../../runtime/secrets/import/commit.ts';
import { type ImportRow, maxRowsFile, readRows } from '../../../../runtime/secrets/import/rows.ts';
import { readStdin } from '../../../stdin.ts';
import { performSecrets, printJson, type SecretsFlags } from '../perform.ts';

export interface CommitFlags extends SecretsFlags {
  readonly file: string;
}

/** 4 where a row that could have been imported was not. What is in the way of a row is no error. */
export const importCommitCommand = (cli: Cli, vault: string, flags: CommitFlags): Promise<number> =>
  performSecrets(cli, flags, async ({ context }) => {
    const rows: readonly ImportRow[] = readRows(flags.file === '-' ? await readStdin() : await read(cli, flags.file));
    const result = await cli.interrupt.hold(() => commitImport(context, vault, rows));
    if (flags.format === 'json') await printJson(cli, { vault, ...result });
    else await tellResult(cli, vault, result);
    return result.errorCount === 0 ? exitCode.ok : exitOfFault({ code: 'provider_error' });
  });

/** As much of it as makes it too large. */
async function read(cli: Cli, given: string): Promise<Uint8Array> {
  const path = resolve(cli.cwd, given);
  try {
    const file = await open(path);
    try {
      const chunks: Uint8Array[] = [];
      for await (const chunk of file.createReadStream({ end: maxRowsFile })) chunks.push(chunk as Uint8Array);
      return Buffer.concat(chunks);
    } finally {
      await file.close();
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(
      code === 'ENOENT' ? `\`${given}\` does not exist` : `\`${given}\` cannot be read (${code ?? 'unknown'})`,
    );
  }
}

async function tellResult(cli: Cli, vault: string, result: ImportResult): Promise<void> {
  const { importedCount, skippedCount, errorCount, results } = result;
  for (const { status, key, externalRef, reason } of results)
    if (status === 'imported') await cli.out(`${printable(`imported ${vault}/${key}`)}\n`);
    else await cli.err(`${printable(`${status} ${externalRef}: ${reason ?? ''}`)}\n`);
  await cli.err(`${importedCount} imported, ${skippedCount} skipped, ${errorCount} failed\n`);
}
