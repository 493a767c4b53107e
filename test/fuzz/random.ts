/** A small generator of numbers: the same seed gives the same inputs on every machine. */
export interface Random {
  /** From 0 to below `limit`. */
  readonly below: (limit: number) => number;
  readonly chance: (share: number) => boolean;
  readonly pick: <T>(items: readonly T[]) => T;
  /** Small numbers often, large ones now and then, at most `limit`. */
  readonly size: (limit: number) => number;
}

/** The numbers of one input do not depend on those before it. */
export function createRandom(seed: number, index: number): Random {
  let state = mix(mix(seed ^ 0x9e3779b9) ^ Math.imul(index + 1, 0x85ebca6b));
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    return mix(state) / 0x1_0000_0000;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  return {
    below,
    chance: (share) => next() < share,
    pick: <T>(items: readonly T[]): T => items[below(items.length)] as T,
    size: (limit) => Math.min(limit, Math.floor(2 ** (next() * Math.log2(limit + 1)))),
  };
}

/** Spreads the bits of a number; unsigned. */
function mix(value: number): number {
  let z = value | 0;
  z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
  z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
  return (z ^ (z >>> 15)) >>> 0;
}
