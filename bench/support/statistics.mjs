/** Figures of several runs. */

/** The middle one; of an even number, the lower of the two in the middle. */
export const median = (values) => [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) / 2)];

export const spread = (values) => ({ least: Math.min(...values), most: Math.max(...values) });

/**
 * The power with which `times` grow with `sizes`: 1 is linear, 2 quadratic. Least squares over logarithms. What every run costs
 * (`floor`) is taken off first, since it hides growth at small sizes.
 */
export function growth(sizes, times, floor = 0) {
  const points = sizes.map((size, i) => [Math.log(size), Math.log(Math.max(times[i] - floor, 1e-3))]);
  const mean = (at) => points.reduce((sum, point) => sum + point[at], 0) / points.length;
  const [x, y] = [mean(0), mean(1)];
  const over = points.reduce((sum, [a, b]) => sum + (a - x) * (b - y), 0);
  const under = points.reduce((sum, [a]) => sum + (a - x) ** 2, 0);
  return over / under;
}
