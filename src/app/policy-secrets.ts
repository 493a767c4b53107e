/** Secrets for policies, from the vaults of the settings. Nothing is loaded or opened before a policy that was granted one is to start. */
import { homeOf } from '../adapters/files/home.ts';
import type { PlanVault } from '../ir/plan-vault-schema.ts';
import type { Secrets, SecretsByRight } from '../ports/secrets.ts';
import type { Cli } from './cli.ts';

export interface PolicySecretsPlace {
  /** Absolute; files of the vaults are seen from it. */
  readonly folder: string;
  /** What `--state-dir` names. */
  readonly stateDir: string | undefined;
}

export function createLazySecrets(
  cli: Cli,
  vaults: Readonly<Record<string, PlanVault>>,
  { folder, stateDir }: PolicySecretsPlace,
): Secrets {
  let opened: Promise<SecretsByRight> | undefined;
  const open = async (): Promise<SecretsByRight> => {
    const [{ openSecrets }, { stateDirOf }] = await Promise.all([
      import('../runtime/secrets/open.ts'),
      import('../runtime/state/run-folder.ts'),
    ]);
    return openSecrets({
      vaults,
      place: { folder, home: homeOf(cli.env), env: cli.env, now: Date.now },
      stateDir: stateDirOf(cli.env, stateDir, cli.cwd),
      notice: (text) => void cli.err(`warning: ${text}\n`),
    });
  };
  return {
    resolve: async (reference, consumer, signal = cli.interrupt.signal) => {
      opened ??= open();
      const { byOperator } = await import('../runtime/authority/authority.ts');
      return (await opened).resolve(reference, consumer, byOperator, signal);
    },
    close: async () => {
      await (await opened)?.close();
    },
  };
}
