/** Differences of two texts by lines, in the unified form that `patch` and people read. */

interface Line {
  readonly sign: ' ' | '-' | '+';
  readonly text: string;
}

const context = 3;
/** Steps of the search: lines that differ, squared. Beyond them everything in between is shown as replaced. */
const maxSteps = 1_000_000;

/** `''` where nothing differs. */
export function unifiedDiff(name: string, before: string, after: string): string {
  if (before === after) return '';
  const lines = compare(linesOf(before), linesOf(after));
  return `--- a/${name}\n+++ b/${name}\n${hunksOf(lines).map(showHunk).join('')}`;
}

/** Each with its line end. */
const linesOf = (text: string): readonly string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];

function compare(a: readonly string[], b: readonly string[]): readonly Line[] {
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++;
  const same = (text: string): Line => ({ sign: ' ', text });
  return [
    ...a.slice(0, head).map(same),
    ...middle(a.slice(head, a.length - tail), b.slice(head, b.length - tail)),
    ...a.slice(a.length - tail).map(same),
  ];
}

const removed = (text: string): Line => ({ sign: '-', text });
const added = (text: string): Line => ({ sign: '+', text });

/** The shortest way from one to the other (Myers 1986): `reach[k]` is how far diagonal `k` gets with so many changes. */
function middle(a: readonly string[], b: readonly string[]): readonly Line[] {
  const trace: (readonly number[])[] = [];
  const reach: number[] = [];
  const offset = a.length + b.length + 1;
  reach[offset + 1] = 0;
  let steps = 0;
  for (let changes = 0; ; changes++) {
    trace.push(reach.slice(offset - changes - 1, offset + changes + 2));
    for (let k = -changes; k <= changes; k += 2) {
      if (steps++ > maxSteps) return [...a.map(removed), ...b.map(added)];
      let x = stepsDown(k, changes, (d) => reach[offset + d] ?? -1)
        ? at(reach, offset + k + 1)
        : at(reach, offset + k - 1) + 1;
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x++;
      reach[offset + k] = x;
      if (x >= a.length && x - k >= b.length) return walkBack(a, b, trace);
    }
  }
}

const at = (list: readonly number[], index: number): number => list[index] ?? 0;

const stepsDown = (k: number, changes: number, reach: (k: number) => number): boolean =>
  k === -changes || (k !== changes && reach(k - 1) < reach(k + 1));

function walkBack(a: readonly string[], b: readonly string[], trace: readonly (readonly number[])[]): readonly Line[] {
  const lines: Line[] = [];
  let [x, y] = [a.length, b.length];
  for (let changes = trace.length - 1; changes >= 0; changes--) {
    const reach = (k: number): number => at(trace[changes] as readonly number[], k + changes + 1);
    const k = x - y;
    const from = stepsDown(k, changes, reach) ? k + 1 : k - 1;
    const [fromX, fromY] = [reach(from), reach(from) - from];
    while (x > fromX && y > fromY && x > 0 && y > 0) {
      lines.push({ sign: ' ', text: a[--x] as string });
      y--;
    }
    if (changes === 0) break;
    if (x === fromX) lines.push(added(b[--y] as string));
    else lines.push(removed(a[--x] as string));
  }
  return lines.reverse();
}

interface Hunk {
  /** Lines before it, in either text. */
  readonly a: number;
  readonly b: number;
  readonly lines: readonly Line[];
}

function hunksOf(lines: readonly Line[]): readonly Hunk[] {
  const hunks: Hunk[] = [];
  let [a, b] = [0, 0];
  let open: { a: number; b: number; lines: Line[]; quiet: number } | undefined;
  for (const [i, line] of lines.entries()) {
    if (line.sign !== ' ' && !open) {
      const before = lines.slice(Math.max(0, i - context), i);
      // Nothing before that is of an earlier hunk: it would still be open.
      open = { a: a - before.length, b: b - before.length, lines: [...before], quiet: 0 };
    }
    if (open) {
      open.lines.push(line);
      open.quiet = line.sign === ' ' ? open.quiet + 1 : 0;
      if (open.quiet > 2 * context) {
        hunks.push({ ...open, lines: open.lines.slice(0, context - open.quiet) });
        open = undefined;
      }
    }
    if (line.sign !== '+') a++;
    if (line.sign !== '-') b++;
  }
  if (open) hunks.push({ ...open, lines: open.lines.slice(0, open.lines.length - Math.max(0, open.quiet - context)) });
  return hunks;
}

function showHunk({ a, b, lines }: Hunk): string {
  const olds = lines.filter(({ sign }) => sign !== '+').length;
  const news = lines.filter(({ sign }) => sign !== '-').length;
  const start = (before: number, count: number): number => (count === 0 ? before : before + 1);
  const body = lines.map(
    ({ sign, text }) => sign + (text.endsWith('\n') ? text : `${text}\n\\ No newline at end of file\n`),
  );
  return `@@ -${start(a, olds)},${olds} +${start(b, news)},${news} @@\n${body.join('')}`;
}
