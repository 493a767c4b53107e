/** IPv4, as numbers. */

const DOT = 46;
const ZERO = 48;
const NINE = 57;

export function numberOfAddress(text: string): number | undefined {
  let address = 0;
  let part = 0;
  let digits = 0;
  let dots = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code >= ZERO && code <= NINE) {
      part = part * 10 + code - ZERO;
      if (++digits > 3 || part > 255) return undefined;
    } else if (code === DOT && digits > 0 && dots < 3) {
      address = address * 256 + part;
      part = 0;
      digits = 0;
      dots++;
    } else return undefined;
  }
  return dots === 3 && digits > 0 ? address * 256 + part : undefined;
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
