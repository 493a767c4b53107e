/** The figures that have a goal, as a table in Markdown: from a file of bench/history. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const begin = '<!-- figures -->\n';
const end = '<!-- end of figures -->\n';
const short = (value) => (value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2));

/** Of the newest run. */
export function newestHistory(folder) {
  const all = readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')));
  const [newest] = all.sort((a, b) => b.started.localeCompare(a.started));
  if (!newest) throw new Error(`there is no history in ${folder}`);
  return newest;
}

export function tableOf({ commit, started, machine, figures }) {
  const rows = figures
    .filter(({ goal, timesGoal }) => goal !== undefined || timesGoal !== undefined)
    .map(({ name, value, unit, goal, times, timesGoal }) => {
      const goals = [
        ...(goal === undefined ? [] : [`${goal} ${unit}`]),
        ...(timesGoal === undefined ? [] : [`${timesGoal} ×`]),
      ];
      const isMet = (goal === undefined || value <= goal) && (timesGoal === undefined || times <= timesGoal);
      const multiple = times === undefined ? '' : `${short(times)} ×`;
      return `| ${name} | ${short(value)} ${unit} | ${multiple} | ${goals.join(', ')} | ${isMet ? 'yes' : '**no**'} |`;
    });
  const idle = figures.find(({ name }) => name === 'node -e 0');
  const where = `${machine.processors} processors (${machine.model}), node ${machine.node}`;
  return [
    `Commit ${commit.slice(0, 12)}, ${started.slice(0, 10)}, ${where}, nothing else running; \`node -e 0\` takes ${short(idle.value)} ms. Medians, each taken in turn with \`node -e 0\`.`,
    '',
    '| figure | is | × `node -e 0` | goal | met |',
    '|---|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

/** The page with the table of that run in it. */
export function withTable(page, history) {
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error('the page has no place for the figures');
  return page.slice(0, from + begin.length) + tableOf(history) + page.slice(to);
}

export function writeTable(path, history) {
  writeFileSync(path, withTable(readFileSync(path, 'utf8'), history));
}
