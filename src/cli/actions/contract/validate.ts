import { type Cli, exitCode } from '../../../app/cli.ts';
import { judgeContractFiles } from '../../../app/contract-files.ts';
import { UsageError } from '../../../app/usage-error.ts';
import { printable } from '../../../diagnostics/render/width.ts';
import { sortDiagnostics } from '../../../diagnostics/sink.ts';
import { report } from '../../report.ts';

export interface ContractValidateFlags {
  readonly format?: 'text' | 'json';
}

/** 0 when all are valid, 1 when one is not. */
export async function contractValidateCommand(
  cli: Cli,
  files: readonly string[],
  { format = 'text' }: ContractValidateFlags,
): Promise<number> {
  if (files.includes('')) throw new UsageError('one of the paths is empty');
  const { diagnostics, sources, valid } = await judgeContractFiles(files, cli.cwd);
  const told = { diagnostics: sortDiagnostics(diagnostics), sources, input: files[0] as string };
  const code = await report(cli, told, [{ name: format }]);
  if (format === 'text') for (const [file, { kind }] of valid) await cli.err(`${printable(file)} is a valid ${kind}\n`);
  return code === exitCode.ok && valid.size === new Set(files).size ? exitCode.ok : exitCode.errors;
}
