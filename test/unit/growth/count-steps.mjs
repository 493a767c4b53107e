// Counts, for each workload at its size and at twice of it, how often a piece of code was entered: the engine's own counts of functions, branches
// and loops. A process of its own, since only code that was compiled while the engine counts is counted in full.
import { Session } from 'node:inspector';

const session = new Session();
session.connect();
const post = (method, params) => {
  let answer;
  session.post(method, params, (error, result) => {
    if (error) throw new Error(error.message);
    answer = result;
  });
  return answer;
};
post('Profiler.enable');
post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });

/** Since the last time. */
function taken(url) {
  const { result } = post('Profiler.takePreciseCoverage');
  let steps = 0;
  for (const script of result) {
    if (script.url !== url) continue;
    for (const { ranges } of script.functions) for (const { count } of ranges) steps += count;
  }
  return steps;
}

const url = new URL(process.argv[2], 'file:///').href;
const { ready, workloads } = await import(url);
await ready();
const counts = {};
for (const { name, size, prepare } of workloads) {
  counts[name] = [size, 2 * size].map((of) => {
    const run = prepare(of);
    taken(url);
    run();
    return taken(url);
  });
}
console.log(JSON.stringify(counts));
