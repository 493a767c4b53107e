/** How time grows with size, as figures, as the power of it, and as a picture: `npm run bench -- --curves`. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeBinaryTree, writeChain, writeFiles, writeMany } from './scenarios.mjs';
import { drawChart } from './support/chart.mjs';
import { idle, paired } from './support/processes.mjs';
import { growth } from './support/statistics.mjs';

/** `write(folder, size)` answers what is checked; the power is taken over the last `fitted` sizes. */
const series = [
  { name: 'one file, JSON5', sizes: [10, 100, 1000, 3000, 10_000], write: (at, n) => writeBinaryTree(at, n, 'json5') },
  { name: 'one file, YAML', sizes: [10, 100, 1000, 3000, 10_000], write: (at, n) => writeBinaryTree(at, n, 'yaml') },
  {
    name: 'files of 100 components',
    sizes: [100, 1000, 10_000, 30_000, 100_000],
    write: (at, n) => writeFiles(at, n / 100, 100),
  },
  { name: 'chain of files', sizes: [10, 100, 1000, 5000, 20_000], write: writeChain },
  { name: 'scenarios of 3', sizes: [30, 300, 1500, 3000, 9000], write: (at, n) => writeMany(at, n / 3, 'json5') },
];

export function drawCurves(folder, headgate, root) {
  const drawn = series.map(({ name, sizes, write }, index) => {
    const points = sizes.map((size) => {
      const input = write(join(folder, `curve${index}-${size}`), size);
      const [bare, { ms, ratio }] = paired([idle, [...headgate, 'check', input]]);
      console.log(
        `${name.padEnd(28)} ${String(size).padStart(7)} ${ms.toFixed(0).padStart(7)} ms ${ratio.toFixed(2).padStart(7)} × node -e 0`,
      );
      return { size, ms, times: ratio, floor: bare.ms };
    });
    const large = points.filter(({ size }) => size >= 1000);
    const power = growth(
      large.map(({ size }) => size),
      large.map(({ ms }) => ms),
      points[0].ms,
    );
    console.log(`${name.padEnd(28)} grows with the power ${power.toFixed(2)} from ${large[0].size} on`);
    return { name, power, points: points.map(({ size, times }) => ({ x: size, y: times })) };
  });
  const target = join(root, 'docs/performance');
  mkdirSync(target, { recursive: true });
  const file = join(target, 'growth.svg');
  writeFileSync(
    file,
    drawChart(drawn, {
      title: 'headgate check: time against components',
      x: 'components',
      y: 'multiples of node -e 0',
    }),
  );
  console.log(`drawn to ${file}`);
}
