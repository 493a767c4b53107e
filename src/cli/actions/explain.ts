import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { nearestCode, readPage } from '../../adapters/files/pages.ts';
import { readRow } from '../../adapters/files/run-codes.ts';
import { type Cli, exitCode } from '../../app/cli.ts';
import { UsageError } from '../../app/usage-error.ts';
import { isRunId } from '../../runtime/state/run-folder.ts';
import type { ExplainFlags } from './explain-graph.ts';

/** One word is a code; two are something of a scenario, or of a run. */
export async function explainCommand(
  cli: Cli,
  subject: string,
  id: string | undefined,
  flags: ExplainFlags,
): Promise<number> {
  const page = id === undefined && flags.without === undefined ? (readPage(subject) ?? readRow(subject)) : undefined;
  if (page !== undefined) {
    if (flags.format === 'json') throw new UsageError('the page of a code is a text; --format json is for scenarios');
    await cli.out(page);
    return exitCode.ok;
  }
  if ((subject === 'last' || isRunId(subject)) && !existsSync(resolve(cli.cwd, subject))) {
    const { explainRun } = await import('./explain-run.ts');
    return explainRun(cli, subject, id, flags);
  }
  if (id !== undefined || flags.without !== undefined || existsSync(resolve(cli.cwd, subject))) {
    const { explainGraph } = await import('./explain-graph.ts');
    return explainGraph(cli, subject, id, flags);
  }
  const near = nearestCode(subject);
  throw new UsageError(
    `there is no diagnostic code \`${subject}\`; ${near === undefined ? 'codes stand in brackets before a message, such as `link/unbound-slot`' : `did you mean \`${near}\`?`}`,
  );
}
