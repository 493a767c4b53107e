/** Which component runs where. */
import type { Environment } from '../../ports/environment.ts';

export interface Placement {
  /** Each once, in the order of their names. */
  readonly environments: readonly Environment[];
  /** Of a moniker, or of `exports.NAME`, which stands where its consumer is: on this machine. */
  readonly of: (subject: string) => Environment;
}

/** `named` says by moniker where a component runs; all others run in `usual`. */
export function place(usual: Environment, named: ReadonlyMap<string, Environment> = new Map()): Placement {
  const all = new Map([usual, ...named.values()].map((one) => [one.name, one]));
  return {
    environments: [...all.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
    of: (subject) => named.get(subject) ?? usual,
  };
}
