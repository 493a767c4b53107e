/**
 * One line a figure, the same from all parts of the bench. Where `HEADGATE_BENCH_FIGURES` names a file, each figure is added to it as a
 * line of JSON as well: that is how the history is made.
 *
 * A figure is `{name, value, unit, goal?, times?, timesGoal?, least?, most?}`: `times` is its multiple of `node -e 0` in the same run.
 */
import { appendFileSync } from 'node:fs';

const digits = (value, unit) => {
  if (unit === 'ms' && value < 10) return value.toFixed(2);
  return value < 100 && unit !== 'ms' ? value.toFixed(2) : value.toFixed(0);
};

export function line({ name, value, unit, goal, times, timesGoal, least, most, note }) {
  const range = least === undefined ? '' : ` (${digits(least, unit)}–${digits(most, unit)})`;
  const multiple = times === undefined ? '' : `   ${times.toFixed(2)} × node -e 0`;
  const goals = [
    ...(goal === undefined ? [] : [`${goal} ${unit}`]),
    ...(timesGoal === undefined ? [] : [`${timesGoal} × node -e 0`]),
  ];
  const goalText = goals.length === 0 ? '' : `   goal ${goals.join(', ')}`;
  const noteText = note === undefined ? '' : `   ${note}`;
  return `${name.padEnd(48)} ${digits(value, unit).padStart(7)} ${unit}${range}${multiple}${goalText}${noteText}`;
}

/** Where the least that node can do was measured in this run, a time without a multiple of its own is told as one of that. */
function withTimes(figure) {
  const idle = Number(process.env.HEADGATE_BENCH_IDLE);
  if (figure.unit !== 'ms' || figure.times !== undefined || !(idle > 0)) return figure;
  return { ...figure, times: figure.value / idle };
}

export function report(given) {
  const figure = withTimes(given);
  console.log(line(figure));
  const file = process.env.HEADGATE_BENCH_FIGURES;
  if (file) appendFileSync(file, `${JSON.stringify(figure)}\n`);
}

/** The same of a text such as `12.5 ms, 3 × faster`: a number, its unit, and a note. `goal` is a text as well. */
export function row(name, text, goal = '') {
  const [, value, unit, rest] = /^([\d.]+) ([^\s,]+)(?:[\s,]+(.*))?$/.exec(text) ?? [];
  if (value === undefined) throw new Error(`${name}: ${text} begins with no number and unit`);
  const note = [...(rest ? [rest] : []), ...(goal === '' ? [] : [`goal ${goal}`])].join('   ');
  report({ name, value: Number(value), unit, ...(note === '' ? {} : { note }) });
}
