/** IPv4, as numbers. */

export function numberOfAddress(text: string): number | undefined {
  const [, ...parts] = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text) ?? [];
  const numbers = parts.map(Number);
  return numbers.length === 4 && numbers.every((one) => one < 256)
    ? numbers.reduce((sum, one) => sum * 256 + one, 0)
    : undefined;
}

export interface Block {
  readonly first: number;
  readonly last: number;
}

export function blockOf(cidr: string): Block | undefined {
  const [address = '', bits = ''] = cidr.split('/');
  const first = numberOfAddress(address);
  const size = 2 ** (32 - Number(bits));
  if (first === undefined || !/^\d{1,2}$/.test(bits) || size < 1 || first % size !== 0) return undefined;
  return { first, last: first + size - 1 };
}

export const isIn = (address: number, { first, last }: Block): boolean => address >= first && address <= last;
