/** Two numbers for the addresses of a project, such as `10.213`, that nothing else on this machine uses. */
import { networkInterfaces } from 'node:os';

interface Block {
  readonly first: number;
  readonly last: number;
}

function blockOf(cidr: string): Block | undefined {
  const [, a, b, c, d, length] = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\/(\d+)$/.exec(cidr) ?? [];
  if (length === undefined) return undefined;
  const address = ((Number(a) * 256 + Number(b)) * 256 + Number(c)) * 256 + Number(d);
  const size = 2 ** (32 - Number(length));
  const first = Math.floor(address / size) * size;
  return { first, last: first + size - 1 };
}

/** From the usual one on. */
const candidates: readonly string[] = Array.from(
  { length: 120 },
  (_, index) => `10.${((213 + index - 130) % 120) + 130}`,
);

/** `taken` as CIDR; `from` skips so many that are free, since others may choose at the same time. */
export function freePrefix(taken: readonly string[], from = 0): string | undefined {
  const blocks = taken.flatMap((cidr) => blockOf(cidr) ?? []);
  const free = candidates.filter((prefix) => {
    const own = blockOf(`${prefix}.0.0/16`) as Block;
    return blocks.every(({ first, last }) => last < own.first || first > own.last);
  });
  return free[free.length === 0 ? 0 : from % free.length];
}

/** Those of this machine. */
export const ownBlocks = (): readonly string[] =>
  Object.values(networkInterfaces()).flatMap((all) => (all ?? []).flatMap(({ cidr }) => (cidr === null ? [] : [cidr])));
