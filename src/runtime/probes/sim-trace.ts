/**
 * Runs a simulation twice with the same document. It writes a state a line to standard output, in JSON, one for each tick. It passes
 * when both runs say the same, byte by byte, and what they say is as expected.
 */
import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { exitText } from '../../base/exit-text.ts';
import { canonicalJson, isObject, type JsonObject, type JsonValue, own } from '../../base/json.ts';
import type { SimTraceProbe } from '../../ir/plan-probe-schema.ts';
import type { Executed } from '../../ports/execution.ts';
import { bounds, executionDetails, notExited } from './ended.ts';
import type { ProbeContext, ProbeResult, Prober } from './probe.ts';
import { keepText, oneLine, preview } from './text.ts';

const BUDGET_SECONDS = 60;

const ticksText = (count: number): string => `${count} ${count === 1 ? 'tick' : 'ticks'}`;

export const simTrace: Prober<SimTraceProbe> = async (probe, context) => {
  const { argv, component, budgetSeconds = BUDGET_SECONDS } = probe;
  const document = await context.file(probe.document);
  if (!document) {
    const summary = oneLine(`the document ${probe.document} is not what it was when the plan was made`);
    return { passed: null, outcome: 'error', summary, details: {}, blobs: {} };
  }
  const at = `/probe/${basename(probe.document)}`;
  const shown = argv.map(context.redact);
  const what = oneLine(`\`${shown.join(' ')}\` in ${component}`);
  const runs: Executed[] = [];
  let broken: ReturnType<typeof notExited>;
  for (const name of ['first', 'second']) {
    if (broken) break;
    const executed = await context.place.execute(component, {
      argv,
      env: { HEADGATE_DOCUMENT: at },
      stdin: document,
      shown: { [at]: context.pathOf(probe.document) },
      ...bounds(budgetSeconds),
      signal: context.signal,
    });
    runs.push(executed);
    broken = notExited(executed, `the ${name} run of ${what}`, budgetSeconds, context.redact);
  }
  const kept = runs.map(({ stdout, stderr }) => ({
    trace: keepText(stdout, context),
    stderr: keepText(stderr, context),
  }));
  const judged: Judged = broken ?? judge(probe, runs, what, context.redact);
  return {
    ...judged,
    details: {
      argv: shown,
      runs: runs.map((executed, index) => ({
        ...executionDetails(executed),
        trace: kept[index]?.trace.details ?? {},
        stderr: kept[index]?.stderr.details ?? {},
      })),
      ...(judged.difference ? { difference: judged.difference } : {}),
      ...(judged.traceHash === undefined ? {} : { traceHash: judged.traceHash }),
    },
    blobs: Object.fromEntries(
      kept.flatMap(({ trace, stderr }, index) => {
        // Of two that are equal one is enough.
        const name = index === 0 ? '' : '2';
        return [[`trace${name}`, trace.blob] as const, [`stderr${name}`, stderr.blob] as const];
      }),
    ),
  };
};

type Judged = Pick<ProbeResult, 'passed' | 'outcome' | 'summary'> & {
  readonly difference?: JsonObject;
  readonly traceHash?: string;
};

function judge(probe: SimTraceProbe, runs: readonly Executed[], what: string, redact: ProbeContext['redact']): Judged {
  const said = (passed: boolean | null, outcome: ProbeResult['outcome'], why: string): Judged => ({
    passed,
    outcome,
    summary: oneLine(`${what}: ${redact(why)}`),
  });
  const failed = runs.find(({ code }) => code !== 0);
  if (failed) return said(false, 'completed', exitText(failed.code, failed.signal));
  const [first, second] = runs.map(({ stdout }) => stdout);
  if (!first || !second) return said(null, 'error', 'it was not run twice');
  if (first.dropped + second.dropped > 0)
    return said(null, 'error', `its trace has more than ${first.bytes.length} bytes, too many to compare`);
  if (!Buffer.from(first.bytes).equals(second.bytes)) {
    const difference = firstDifference(redact(text(first.bytes)), redact(text(second.bytes)));
    return { ...said(null, 'unstable', `its two traces differ from line ${difference['line']} on`), difference };
  }
  const traceHash = `sha256:${createHash('sha256').update(first.bytes).digest('hex')}`;
  const states = statesIn(text(first.bytes));
  const fault = typeof states === 'string' ? states : faultOf(probe, states, traceHash);
  return {
    ...(fault === undefined
      ? said(true, 'completed', `${ticksText(probe.ticks)}, twice the same`)
      : said(false, 'completed', fault)),
    traceHash,
  };
}

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');

function firstDifference(first: string, second: string): JsonObject {
  const [a, b] = [first.split('\n'), second.split('\n')];
  const at = a.findIndex((line, index) => line !== b[index]);
  const line = at < 0 ? a.length : at;
  return {
    line: line + 1,
    first: preview(a[line] ?? '')['preview'] ?? '',
    second: preview(b[line] ?? '')['preview'] ?? '',
  };
}

/** Words instead: what stands there is no trace. */
function statesIn(trace: string): readonly JsonObject[] | string {
  const lines = trace.split('\n');
  if (lines.at(-1) === '') lines.pop();
  const states: JsonObject[] = [];
  for (const [index, line] of lines.entries()) {
    try {
      const state = JSON.parse(line) as JsonValue;
      if (!isObject(state)) return `line ${index + 1} of its trace is not a JSON object`;
      states.push(state);
    } catch {
      return `line ${index + 1} of its trace is not JSON`;
    }
  }
  return states;
}

function faultOf(
  { ticks, invariants, traceHash }: SimTraceProbe,
  states: readonly JsonObject[],
  found: string,
): string | undefined {
  const { monotonic, minChanges, terminal = {} } = invariants;
  if (states.length !== ticks)
    return `${ticksText(states.length)}, and ${ticks} ${ticks === 1 ? 'was' : 'were'} expected`;
  if (monotonic !== undefined) {
    const values = states.map((state) => own(state, monotonic));
    const at = values.findIndex(
      (value, index) => typeof value !== 'number' || (index > 0 && value <= (values[index - 1] as number)),
    );
    if (at >= 0) return `\`${monotonic}\` does not grow at line ${at + 1} of its trace`;
  }
  if (minChanges !== undefined) {
    // What counts the ticks changes with each of them, and says nothing.
    const seen = states.map((state) =>
      canonicalJson(Object.fromEntries(Object.entries(state).filter(([key]) => key !== monotonic))),
    );
    const changes = seen.filter((state, index) => index > 0 && state !== seen[index - 1]).length;
    if (changes < minChanges) return `its state changes ${changes} times, and ${minChanges} were expected`;
  }
  const last = states.at(-1) ?? {};
  for (const [field, wanted] of Object.entries(terminal)) {
    const value = own(last, field);
    if (value !== wanted)
      return `\`${field}\` ends as ${JSON.stringify(value) ?? 'nothing'}, and ${JSON.stringify(wanted)} was expected`;
  }
  if (traceHash !== undefined && traceHash !== found) return `the digest of its trace is ${found}`;
  return undefined;
}
