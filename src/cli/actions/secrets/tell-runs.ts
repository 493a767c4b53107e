/** Runs that go on while a secret changes: each does what its settings say, and that is told. */
import type { Cli } from '../../../app/cli.ts';
import { type RunTold, tellRotated } from '../../../app/run-control/tell-rotated.ts';
import type { SecretsSession } from '../../../app/secrets-session.ts';
import { printable } from '../../../diagnostics/render/width.ts';
import type { Written } from '../../../runtime/secrets/set-secret.ts';
import { reactionText } from '../../rotation-text.ts';

/** Of one that was created as well: a run may be bound to a key that was deleted meanwhile. */
export async function tellRuns(
  { context, stateDir }: SecretsSession,
  { vault, key }: Written,
): Promise<readonly RunTold[]> {
  const { identity } = context.pool.named(vault);
  return tellRotated(stateDir, { vault, key, identity });
}

export async function printRuns(cli: Cli, runs: readonly RunTold[]): Promise<void> {
  for (const { run, reactions } of runs) {
    if (!reactions) await cli.err(`warning: run ${run} did not answer, and goes on with what it has\n`);
    for (const one of reactions ?? []) await cli.err(`run ${run}: ${printable(reactionText(one))}\n`);
  }
}

/** What a run did not do that its settings ask for. */
export const isUndone = ({ reactions }: RunTold): boolean =>
  reactions === undefined || reactions.some(({ state }) => state === 'kept' || state === 'failed');
