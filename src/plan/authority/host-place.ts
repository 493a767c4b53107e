/** Where a host is, by what is written. A name may lead anywhere, so it is one. Pure. */

export type HostPlace = 'loopback' | 'private' | 'public' | 'name';

/** In lower case, without brackets. */
export function placeOf(host: string): HostPlace {
  if (host === 'localhost') return 'loopback';
  if (host.includes(':')) return placeOfSix(host);
  const bytes = bytesOf(host);
  return bytes ? placeOfFour(bytes) : 'name';
}

function bytesOf(host: string): readonly [number, number, number, number] | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(host);
  const [a = 256, b = 256, c = 256, d = 256] = (match ?? []).slice(1).map(Number);
  return Math.max(a, b, c, d) > 255 ? undefined : [a, b, c, d];
}

function placeOfFour([a, b]: readonly number[]): HostPlace {
  if (a === 127) return 'loopback';
  const isPrivate = a === 10 || (a === 172 && b !== undefined && b >= 16 && b <= 31) || (a === 192 && b === 168);
  return isPrivate ? 'private' : 'public';
}

/** Every spelling of one address is the same address. */
function placeOfSix(host: string): HostPlace {
  let plain: string;
  try {
    plain = new URL(`http://[${host}]/`).hostname.slice(1, -1);
  } catch {
    return 'public';
  }
  if (plain === '::1') return 'loopback';
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(plain);
  if (mapped) {
    const [high = 0, low = 0] = mapped.slice(1).map((part) => Number.parseInt(part, 16));
    return placeOfFour([high >> 8, high & 255, low >> 8, low & 255]);
  }
  return /^f[cd]/.test(plain) ? 'private' : 'public';
}
