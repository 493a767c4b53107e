/** Asks what a binding leads to over HTTP. It passes when every answer is as expected. */
import type { JsonObject, JsonValue } from '../../base/json.ts';
import type { ApiRequest, ApiSmokeProbe, ProbeTarget } from '../../ir/plan-probe-schema.ts';
import type { Reached } from '../../ports/execution.ts';
import { type Answer, type Asked, ask } from './ask.ts';
import { type BodySchema, readSchema } from './body-schema.ts';
import type { ProbeContext, ProbeResult, Prober } from './probe.ts';
import { keepText, oneLine } from './text.ts';

/** Answers in a row, so that nothing is asked that is only half up. */
const READY = 3;
const PAUSE_MS = 50;
/** For a request that says nothing of it. */
const MOST_MS = 60_000;
/** Of a gateway whose service is not there, or not yet. */
const notReady = [502, 503, 504];

const unassessed = (outcome: 'error' | 'cancelled', summary: string): ProbeResult => ({
  passed: null,
  outcome,
  summary: oneLine(summary),
  details: {},
  blobs: {},
});

export const apiSmoke: Prober<ApiSmokeProbe> = async (probe, context) => {
  const schemas = new Map<string, BodySchema>();
  for (const { expect } of probe.requests) {
    if (expect.schema === undefined || schemas.has(expect.schema)) continue;
    const schema = await readSchema(expect.schema, await context.file(expect.schema));
    if ('fault' in schema) return unassessed('error', schema.fault);
    schemas.set(expect.schema, schema);
  }
  const target = nameOf(probe.target);
  const reached = await context.place.reach(probe.target);
  if (!reached) return unassessed('error', `${target} leads nowhere here`);
  const began = context.clock.now();
  const unready = await untilReady(probe, reached, context);
  if (context.signal.aborted) return unassessed('cancelled', `the run was ended before ${target} was asked`);
  const readyMs = rounded(context.clock.now() - began);
  if (unready !== undefined)
    return {
      passed: false,
      outcome: 'timeout',
      summary: oneLine(`${target} was not ready within ${probe.startupSeconds} s: ${context.redact(unready)}`),
      details: { readyMs },
      blobs: {},
    };
  const met: Met[] = [];
  for (const [index, request] of probe.requests.entries()) {
    const since = context.clock.now();
    const asked = await ask(reached, request, request.expect.maxMs ?? MOST_MS, context.signal);
    if (context.signal.aborted) return unassessed('cancelled', `the run was ended while ${target} was asked`);
    met.push(meet(index, request, asked, context.clock.now() - since, schemas, context));
  }
  const failed = met.filter(({ faults }) => faults.length > 0);
  const [first] = failed;
  const more = failed.length > 1 ? `; and ${failed.length - 1} more` : '';
  return {
    passed: first === undefined,
    outcome: 'completed',
    summary: oneLine(
      first === undefined
        ? `${met.length} ${met.length === 1 ? 'answer' : 'answers'} of ${target} as expected`
        : `${first.what} of ${target}: ${first.faults[0]}${more}`,
    ),
    details: { readyMs, requests: met.map(({ details }) => details) },
    blobs: Object.assign({}, ...met.map(({ blobs }) => blobs)) as ProbeResult['blobs'],
  };
};

const nameOf = (target: ProbeTarget): string =>
  'export' in target
    ? `the export \`${target.export}\``
    : 'edge' in target
      ? `the edge \`${target.edge}\``
      : `\`${target.provide}\``;

/** Why it is not; undefined once it has answered so many times in a row. */
async function untilReady(
  { requests, ready, startupSeconds }: ApiSmokeProbe,
  reached: Reached,
  { clock, signal }: ProbeContext,
): Promise<string | undefined> {
  const path = ready ?? requests.find(({ method }) => method === 'GET')?.path ?? '/';
  const until = clock.now() + startupSeconds * 1_000;
  let last: string | undefined;
  for (let row = 0; row < READY; ) {
    const left = until - clock.now();
    if (left <= 0 || signal.aborted) return last ?? 'nobody has answered';
    const asked = await ask(reached, { method: 'GET', path }, left, signal);
    const isReady = 'status' in asked && !notReady.includes(asked.status);
    row = isReady ? row + 1 : 0;
    if (isReady) continue;
    const said = 'status' in asked ? `status ${asked.status}` : asked.late ? 'no whole answer' : asked.fault;
    // The try that the end of the time cut off says nothing of somebody who has answered before.
    if (!('late' in asked) || last === undefined) last = `GET ${path}: ${said}`;
    await clock.sleep(PAUSE_MS, signal).catch(() => {});
  }
  return undefined;
}

interface Met {
  readonly what: string;
  readonly faults: readonly string[];
  readonly details: JsonObject;
  readonly blobs: ProbeResult['blobs'];
}

function meet(
  index: number,
  { method, path, expect }: ApiRequest,
  asked: Asked,
  ms: number,
  schemas: ReadonlyMap<string, BodySchema>,
  context: ProbeContext,
): Met {
  const what = context.redact(`${method} ${path}`);
  if ('fault' in asked) {
    const fault = context.redact(asked.late ? `it took more than ${expect.maxMs ?? MOST_MS} ms` : asked.fault);
    return { what, faults: [fault], details: { request: what, ms: rounded(ms), faults: [fault] }, blobs: {} };
  }
  const schema = expect.schema === undefined ? undefined : schemas.get(expect.schema);
  const faults = faultsOf(asked, expect, ms, schema).map(context.redact);
  const body = keepText(asked.body, context);
  return {
    what,
    faults,
    details: {
      request: what,
      status: asked.status,
      ms: rounded(ms),
      headers: shownHeaders(asked, context),
      body: { ...body.details, digest: body.blob },
      faults,
    },
    blobs: { [`response${index + 1}`]: body.blob },
  };
}

function faultsOf(
  { status, headers, body }: Answer,
  expect: ApiRequest['expect'],
  ms: number,
  schema: BodySchema | undefined,
): readonly string[] {
  const [from, to] = typeof expect.status === 'number' ? [expect.status, expect.status] : (expect.status ?? [200, 399]);
  const faults: string[] = [];
  if (status < (from ?? 0) || status > (to ?? 0))
    faults.push(`status ${status}, and ${from === to ? from : `${from} to ${to}`} was expected`);
  for (const [name, wanted] of Object.entries(expect.headers ?? {})) {
    const found = headers[name.toLowerCase()];
    const text = Array.isArray(found) ? found.join(', ') : found;
    if (text === undefined) faults.push(`no header \`${name}\``);
    else if (text !== wanted) faults.push(`header \`${name}\` is \`${text}\`, and \`${wanted}\` was expected`);
  }
  // Over the bytes as they came: what is kept of them has lost its secrets.
  const misfit = schema && 'faultOf' in schema ? schema.faultOf(body) : undefined;
  if (misfit !== undefined) faults.push(misfit);
  if (expect.maxMs !== undefined && ms > expect.maxMs)
    faults.push(`it took ${rounded(ms)} ms, and ${expect.maxMs} ms were allowed`);
  return faults;
}

/** They say who somebody is. */
const hidden = /^(?:set-cookie|cookie|authorization|proxy-auth.*|www-authenticate|x-.*(?:token|key|secret).*)$/;

function shownHeaders({ headers }: Answer, { redact }: ProbeContext): JsonObject {
  const shown = Object.entries(headers).map(([name, value]) => [
    name,
    hidden.test(name) ? '[redacted]' : redact(Array.isArray(value) ? value.join(', ') : (value ?? '')),
  ]);
  return Object.fromEntries(shown) as Record<string, JsonValue>;
}

const rounded = (ms: number): number => Math.round(ms * 10) / 10;
