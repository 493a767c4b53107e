/** Has one probe run by whoever knows its kind, and believes nothing of the answer that does not fit. */
import { isObject, type JsonObject, type JsonValue } from '../../base/json.ts';
import { oneLine } from '../../base/one-line.ts';
import type { PlanProbe } from '../../ir/plan-probe-schema.ts';
import { isIoError } from '../journal/writable.ts';
import { redactBytes } from '../redactor/bytes.ts';
import { probeOutcomes } from '../store/evidence.ts';
import type { ProbeContext, ProbeResult, Prober } from './probe.ts';

/** Characters of a summary. */
const mostSummary = 1_000;
/** A runner that was told that the run ends has so long to answer; then it is left behind. */
const lateMs = 30_000;

/** Throws where what the runner wanted to keep cannot be written. */
export async function assess(
  prober: Prober | undefined,
  probe: PlanProbe,
  context: ProbeContext,
): Promise<ProbeResult> {
  if (!prober) return nothing('deferred', `nothing here knows how to run a probe of the kind ${probe.kind}`);
  const kept = new Set<string>();
  let unwritable: unknown;
  const keep: ProbeContext['keep'] = (bytes) => {
    try {
      const digest = context.keep(redactBytes(bytes, context.redact));
      kept.add(digest);
      return digest;
    } catch (error) {
      unwritable = error;
      throw error;
    }
  };
  const settled = new AbortController();
  try {
    const answered = prober(probe, { ...context, keep });
    const result = await Promise.race([answered, tooLate(context, settled.signal)]);
    if (isIoError(unwritable)) throw unwritable;
    return checked(result, kept, context.redact);
  } catch (error) {
    if (isIoError(unwritable)) throw unwritable;
    const fault = error instanceof Error ? error.message : String(error);
    return nothing('error', context.redact(`the runner of ${probe.kind} broke: ${line(fault)}`));
  } finally {
    settled.abort();
  }
}

async function tooLate({ signal, clock }: ProbeContext, settled: AbortSignal): Promise<ProbeResult> {
  await new Promise<void>((done) => {
    if (signal.aborted) done();
    // The signal is that of the run and outlives this: what listens to it goes with the probe.
    else signal.addEventListener('abort', () => done(), { once: true, signal: settled });
    settled.addEventListener('abort', () => done(), { once: true });
  });
  await clock.sleep(lateMs, settled).catch(() => {});
  return nothing('cancelled', `the run was ended, and ${lateMs / 1000} s later the probe had not answered`);
}

const nothing = (outcome: ProbeResult['outcome'], summary: string): ProbeResult => ({
  passed: null,
  outcome,
  summary: line(summary),
  details: {},
  blobs: {},
});

const line = (text: string): string => oneLine(wellFormed(text), mostSummary);

/** Half a character has no canonical form. */
const wellFormed = (text: string): string => Buffer.from(text, 'utf8').toString('utf8');

/** An embedding program may answer anything. */
function checked(result: unknown, kept: ReadonlySet<string>, redact: (text: string) => string): ProbeResult {
  const fault = faultIn(result, kept);
  if (fault !== undefined) return nothing('error', `its runner answered what is no result: ${fault}`);
  const { passed, outcome, summary, details, blobs } = result as ProbeResult;
  return {
    passed,
    outcome,
    summary: line(redact(summary)),
    details: redacted(JSON.parse(JSON.stringify(details ?? {})) as JsonValue, redact) as JsonObject,
    blobs: blobs ?? {},
  };
}

function faultIn(result: unknown, kept: ReadonlySet<string>): string | undefined {
  if (typeof result !== 'object' || result === null) return 'it is not an object';
  const { passed, outcome, summary, details = {}, blobs = {} } = result as Partial<Record<keyof ProbeResult, unknown>>;
  if (passed !== null && typeof passed !== 'boolean') return '`passed` is not true, false or null';
  if (!probeOutcomes.some((one) => one === outcome)) return `\`outcome\` is not one of ${probeOutcomes.join(', ')}`;
  if (passed === true && outcome !== 'completed') return `it has passed, and its outcome is ${String(outcome)}`;
  if (passed !== null && (outcome === 'error' || outcome === 'deferred' || outcome === 'cancelled'))
    return `its outcome is ${String(outcome)}, and \`passed\` is not null`;
  if (typeof summary !== 'string' || summary.trim() === '') return '`summary` is not a text';
  if (!isPlain(details)) return '`details` cannot be written as a JSON object';
  const isKept = isPlain(blobs) && Object.values(blobs as object).every((one) => kept.has(String(one)));
  return isKept ? undefined : '`blobs` names something that it has not kept';
}

function isPlain(value: unknown): boolean {
  try {
    return isObject(JSON.parse(JSON.stringify(value)) as JsonValue);
  } catch {
    return false;
  }
}

function redacted(value: JsonValue, redact: (text: string) => string): JsonValue {
  if (typeof value === 'string') return wellFormed(redact(value));
  if (Array.isArray(value)) return value.map((one) => redacted(one, redact));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [wellFormed(redact(key)), redacted(one, redact)]),
  );
}
