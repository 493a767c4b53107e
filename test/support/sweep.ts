/** Long sweeps are sampled, and done whole where `HEADGATE_WHOLE=1` asks for it. */
const isWhole = process.env['HEADGATE_WHOLE'] === '1';

/** How many of `whole` are tried; also for what must at least have been seen of them, which is meant for the whole. */
export const share = (whole: number): number => (isWhole ? whole : Math.ceil(whole / 4));

/** Every fourth, another one of each four in each process; all of them where everything is asked for. */
export function sampleOf<T>(items: readonly T[]): readonly T[] {
  const first = process.pid % 4;
  return isWhole ? items : items.filter((_, index) => index % 4 === first);
}
