/** Runs that go on while a secret changes: each does what its settings say, and that is told. */
import type { Cli } from '../../../app/cli.ts';
import { type RunTold, tellRotated } from '../../../app/run-control/tell-rotated.ts';
import type { SecretsSession } from '../../../app/secrets-session.ts';
import { printable } from '../../../diagnostics/render/width.ts';
import type { Written } from '../../../runtime/secrets/set-secret.ts';

/** Nobody has what was created just now. */
export async function tellRuns(
  { context, stateDir }: SecretsSession,
  { vault, key, change }: Written,
): Promise<readonly RunTold[]> {
  if (change === 'created') return [];
  const { identity } = context.pool.named(vault);
  return tellRotated(stateDir, { vault, key, identity });
}

export async function printRuns(cli: Cli, runs: readonly RunTold[]): Promise<void> {
  for (const { run, reactions } of runs) {
    if (!reactions) await cli.err(`warning: run ${run} did not answer, and goes on with what it has\n`);
    for (const one of reactions ?? []) await cli.err(`run ${run}: ${printable(reactionText(one))}\n`);
  }
}

function reactionText({ component, path, does, state, reason }: NonNullable<RunTold['reactions']>[number]): string {
  const of = `${component} (\`config.${path}\`)`;
  if (state === 'failed') return `${of} keeps what it has: ${reason ?? 'it failed'}`;
  if (state === 'skipped') return `${of} keeps what it has until its next start: ${reason ?? 'nothing is to be done'}`;
  return does === 'restart' ? `${of} is restarted` : `${of} has its file replaced`;
}
