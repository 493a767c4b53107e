import { type Cli, exitCode } from '../../../app/cli.ts';
import { findInput } from '../../../app/input.ts';
import { compileInput, setUp } from '../../../app/session.ts';
import { type Bound, boundTo, type SecretUse, secretUses } from '../../../runtime/secrets/usage.ts';
import { table } from '../../table.ts';
import { performSecrets, printJson, type SecretsFlags, secretNamed } from './perform.ts';

export const usageCommand = (cli: Cli, typed: string | undefined, flags: SecretsFlags): Promise<number> =>
  performSecrets(cli, flags, async (session) => {
    const { context, stateDir } = session;
    const isVault = typed !== undefined && context.pool.all.some(({ name }) => name === typed);
    const one = typed === undefined ? undefined : isVault ? { vault: typed } : secretNamed(session, typed);
    const uses = secretUses(context, stateDir, await boundHere(cli, flags)).filter(
      ({ vault, key }) => !one || (vault === one.vault && (!('key' in one) || key === one.key)),
    );
    if (flags.format === 'json') await printJson(cli, { uses });
    else if (uses.length > 0) await cli.out(textOf(uses));
    else await cli.err('nobody is given it, as far as is known here\n');
    return exitCode.ok;
  });

/** By the scenario of the current folder, where there is one that links; nobody is asked and nothing is started. */
async function boundHere(cli: Cli, flags: SecretsFlags): Promise<readonly Bound[]> {
  const input = await findInput('.', cli.cwd);
  if ('diagnostic' in input) return [];
  const bound: Bound[] = [];
  const setup = await setUp(cli, flags);
  await compileInput(cli, input, setup, {
    askPolicies: false,
    onLinked: ({ graph, policies, scopes }) => {
      for (const { moniker, config } of graph.components)
        bound.push(...boundTo({ type: 'component', id: moniker }, config));
      // As the audit has them: by their scope and use.
      const names = new Map(
        scopes.flatMap(({ entries }) =>
          entries.flatMap(({ members, display }) => members.map((id) => [id, display] as const)),
        ),
      );
      for (const { id, moniker, config } of policies.graph.components)
        bound.push(...boundTo({ type: 'policy', id: names.get(id) ?? moniker }, config));
    },
  });
  return bound;
}

const textOf = (uses: readonly SecretUse[]): string =>
  table([
    ['SECRET', 'GIVEN TO', 'PATH', 'RUN', 'LAST RESOLVED'],
    ...uses.map(({ vault, key, consumer, path, run, reference, lastResolved }) => [
      `${vault}/${key}`,
      `${consumer.type.replaceAll('_', ' ')} ${consumer.id}`,
      path ?? '-',
      run ?? (reference === null ? '-' : 'this scenario'),
      lastResolved ? `${lastResolved.at}${lastResolved.outcome === 'failure' ? ' (failed)' : ''}` : '-',
    ]),
  ]);
