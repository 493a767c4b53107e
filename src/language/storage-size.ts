/** Amounts of storage as manifests write them: `1073741824`, `10Mi`, `1.5Gi`, `2G`, `500MB`, `1e9`. */

const binary = ['Ki', 'Mi', 'Gi', 'Ti', 'Pi'];
const decimal = ['k', 'M', 'G', 'T', 'P'];

/** Bytes; undefined for what is no amount, or none that a file system could hold. */
export function parseSize(text: string): number | undefined {
  const [, amount = '', unit = ''] = /^(\d+(?:\.\d+)?(?:e\d{1,2})?) ?([KMGTP]i|[kKMGTP])?B?$/.exec(text.trim()) ?? [];
  if (amount === '') return undefined;
  const bytes = Math.floor(Number(amount) * factorOf(unit));
  return bytes >= 1 && Number.isSafeInteger(bytes) ? bytes : undefined;
}

function factorOf(unit: string): number {
  if (unit === '') return 1;
  const power = binary.indexOf(unit);
  return power >= 0 ? 1024 ** (power + 1) : 1000 ** (decimal.indexOf(unit === 'K' ? 'k' : unit) + 1);
}

/** For people: `640 B`, `1.5 MiB`. */
export function sizeText(bytes: number): string {
  let [value, unit] = [bytes, 'B'];
  for (const next of binary) {
    if (value < 1024) break;
    value /= 1024;
    unit = `${next}B`;
  }
  return `${unit === 'B' ? value : Math.round(value * 10) / 10} ${unit}`;
}
