/** The candidate that was probably meant: nearest by edits (insert, delete, change, swap), at most a third of the length away. */
export function suggest(name: string, candidates: Iterable<string>): string | undefined {
  if (name.length > longest) return undefined;
  const lower = name.toLowerCase();
  let best: string | undefined;
  let distance = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const near = Math.max(1, Math.floor(Math.max(name.length, candidate.length) / 3));
    const limit = Math.min(near, distance - 1);
    if (candidate === name || Math.abs(candidate.length - name.length) > limit || candidate.length > longest) continue;
    const edits = editDistance(lower, candidate.toLowerCase(), limit);
    // Two names of one letter have nothing in common.
    if (edits <= limit && edits < Math.max(name.length, candidate.length)) {
      best = candidate;
      distance = edits;
    }
  }
  return best;
}

const longest = 64;

/** Exact up to the limit; anything above it beyond. */
function editDistance(a: string, b: string, limit: number): number {
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    let least = i;
    for (let j = 1; j <= b.length; j++) {
      const change = a[i - 1] === b[j - 1] ? 0 : 1;
      let cost = Math.min(
        (previous[j] as number) + 1,
        (row[j - 1] as number) + 1,
        (previous[j - 1] as number) + change,
      );
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, (before[j - 2] as number) + 1);
      row.push(cost);
      if (cost < least) least = cost;
    }
    // A swap reaches back one row, and costs one.
    if (least > limit + 1) return least;
    before = previous;
    previous = row;
  }
  return previous[b.length] as number;
}
