/** What the counter must tell apart. */
import type { Workload } from './workloads.ts';

const numbers = (size: number): readonly number[] => Array.from({ length: size }, (_, i) => i);
const bench = { size: 0, ms: 0 };

export const ready = async (): Promise<void> => {};
export const workloads: readonly Workload[] = [
  {
    name: 'all',
    size: 100,
    bench,
    prepare: (size) => {
      const list = numbers(size);
      return () => {
        let sum = 0;
        for (const a of list) for (const b of list) sum += a * b;
        return sum;
      };
    },
  },
  {
    name: 'each',
    size: 100,
    bench,
    prepare: (size) => {
      const list = numbers(size);
      return () => {
        let sum = 0;
        for (const a of list) sum += a;
        return sum;
      };
    },
  },
];
