/** Lines over two logarithmic axes, as SVG that needs no font, script or stylesheet of its own. */

const size = { width: 760, height: 440, left: 64, right: 200, top: 48, bottom: 56 };
// Told apart also where colours are not: each line has its own dashes and marks.
const looks = [
  { colour: '#1f5fbf', dash: '', mark: 'circle' },
  { colour: '#b4451f', dash: '6 3', mark: 'square' },
  { colour: '#2f7d4f', dash: '2 3', mark: 'triangle' },
  { colour: '#7a4fb0', dash: '8 3 2 3', mark: 'diamond' },
  { colour: '#8a6d00', dash: '12 4', mark: 'circle' },
];

const text = (value) => String(value).replace(/&/g, '&amp;').replace(/</g, '&lt;');
const short = (value) => (value >= 1000 ? `${value / 1000}k` : String(value));
const at = (value) => value.toFixed(1);

function mark(kind, x, y, colour) {
  if (kind === 'circle') return `<circle cx="${at(x)}" cy="${at(y)}" r="3.5" fill="${colour}"/>`;
  const paths = {
    square: `M${at(x - 3.5)} ${at(y - 3.5)}h7v7h-7z`,
    triangle: `M${at(x)} ${at(y - 4.5)}l4.5 8h-9z`,
    diamond: `M${at(x)} ${at(y - 4.5)}l4.5 4.5l-4.5 4.5l-4.5 -4.5z`,
  };
  return `<path d="${paths[kind]}" fill="${colour}"/>`;
}

/** Powers of ten, with 2 and 5 between them where the axis is short. */
function ticks(least, most) {
  const values = [];
  const steps = Math.log10(most / least) > 2.5 ? [1] : [1, 2, 5];
  for (let power = Math.floor(Math.log10(least)); power <= Math.ceil(Math.log10(most)); power++)
    for (const step of steps) values.push(step * 10 ** power);
  return values.filter((value) => value >= least * 0.999 && value <= most * 1.001);
}

/** `series`: `[{name, power, points: [{x, y}]}]`, with x and y above 0. */
export function drawChart(series, { title, x: xName, y: yName }) {
  const points = series.flatMap((one) => one.points);
  const low = (key) => Math.min(...points.map((point) => point[key]));
  const high = (key) => Math.max(...points.map((point) => point[key]));
  const [x0, x1, y0, y1] = [low('x'), high('x'), Math.min(1, low('y')), high('y') * 1.15];
  const right = size.width - size.right;
  const bottom = size.height - size.bottom;
  const onX = (value) => size.left + (Math.log(value / x0) / Math.log(x1 / x0)) * (right - size.left);
  const onY = (value) => bottom - (Math.log(value / y0) / Math.log(y1 / y0)) * (bottom - size.top);
  const lines = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${size.height}" font-family="sans-serif" font-size="12" role="img" aria-label="${text(title)}">`,
    `<rect width="${size.width}" height="${size.height}" fill="#ffffff"/>`,
    `<text x="${size.left}" y="24" font-size="15" fill="#222">${text(title)}</text>`,
  ];
  for (const value of ticks(x0, x1))
    lines.push(
      `<path d="M${at(onX(value))} ${size.top}V${bottom}" stroke="#e4e4e4"/>`,
      `<text x="${at(onX(value))}" y="${bottom + 18}" text-anchor="middle" fill="#444">${short(value)}</text>`,
    );
  for (const value of ticks(y0, y1))
    lines.push(
      `<path d="M${size.left} ${at(onY(value))}H${right}" stroke="#e4e4e4"/>`,
      `<text x="${size.left - 8}" y="${at(onY(value) + 4)}" text-anchor="end" fill="#444">${short(value)}</text>`,
    );
  lines.push(
    `<text x="${(size.left + right) / 2}" y="${size.height - 14}" text-anchor="middle" fill="#444">${text(xName)}</text>`,
    `<text x="16" y="${(size.top + bottom) / 2}" text-anchor="middle" fill="#444" transform="rotate(-90 16 ${(size.top + bottom) / 2})">${text(yName)}</text>`,
  );
  const ends = series.map((one, index) => ({ one, index, y: onY(one.points[one.points.length - 1].y) }));
  // Names stand beside the ends of their lines, one below the other.
  let last = -Infinity;
  for (const end of ends.sort((a, b) => a.y - b.y)) {
    const { colour, dash, mark: kind } = looks[end.index % looks.length];
    const path = end.one.points.map((p, i) => `${i === 0 ? 'M' : 'L'}${at(onX(p.x))} ${at(onY(p.y))}`).join('');
    lines.push(`<path d="${path}" fill="none" stroke="${colour}" stroke-width="2" stroke-dasharray="${dash}"/>`);
    for (const p of end.one.points) lines.push(mark(kind, onX(p.x), onY(p.y), colour));
    last = Math.max(end.y + 4, last + 30);
    const x = right + 12;
    lines.push(
      `<text x="${x}" y="${at(last)}" fill="${colour}">${text(end.one.name)}</text>`,
      `<text x="${x}" y="${at(last + 13)}" font-size="10" fill="#666">power ${end.one.power.toFixed(2)}</text>`,
    );
  }
  lines.push('</svg>', '');
  return lines.join('\n');
}
