/** `-D`: the names that it takes. What they do is in authoring/levels. */
import { UsageError } from './usage-error.ts';

export async function checkDenied(names: readonly string[]): Promise<void> {
  if (names.length === 0) return;
  const { deniedFault } = await import('../authoring/levels/deny.ts');
  for (const name of names) {
    const fault = deniedFault(name);
    if (fault !== undefined) throw new UsageError(`-D ${name}: ${fault}`);
  }
}
