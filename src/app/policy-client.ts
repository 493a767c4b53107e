/** The policy client of the command line, loaded when the first policy is asked: most scenarios have none. */
import type { HiddenPlace } from '../adapters/sandbox/hidden.ts';
import type { PolicyClient } from '../ports/policy-client.ts';
import type { Cli } from './cli.ts';

export function createLazyPolicyClient(
  cli: Cli,
  sandboxed: boolean,
  root: string | undefined,
  hidden: readonly HiddenPlace[] = [],
): PolicyClient {
  const sandbox = sandboxed ? 'bubblewrap' : 'none';
  return {
    sandbox,
    async ask(processes, asks, limits, follow) {
      const { createSandboxPolicyClient } = await import('../adapters/policies/sandbox-client.ts');
      if (!sandboxed && processes.length > 0) {
        await cli.err('warning: --no-sandbox: policies run with all your rights, and the plan says so\n');
      }
      const client = createSandboxPolicyClient({
        signal: cli.interrupt.signal,
        sandbox: sandboxed ? 'bubblewrap' : 'none',
        ...(root === undefined ? {} : { root }),
        hidden,
        ...(cli.status ? { onProgress: (line: string) => cli.status?.(line) } : {}),
      });
      // Held: an interrupt waits until every process is gone.
      const outcomes = await cli.interrupt.hold(() => client.ask(processes, asks, limits, follow));
      cli.status?.('');
      return outcomes;
    },
  };
}
