import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../src/base/json.ts';
import type { Action } from '../../../../src/ir/action.ts';
import type { Entry } from '../../../../src/language/journal/entry.ts';
import type { Span, SpanAttributes } from '../../../../src/ports/tracer.ts';
import { createRunSpans } from '../../../../src/runtime/journal/spans.ts';

/** What was told, in order: `name {attributes} → fault`. */
function recording(): { readonly span: Span; readonly lines: string[] } {
  const lines: string[] = [];
  const make = (name: string, given: SpanAttributes = {}): Span => ({
    start: make,
    traceparent: undefined,
    note: (said, more = {}) => void lines.push(`${name}: ${said} ${JSON.stringify(more)}`),
    end: (more = {}, fault) => void lines.push(`${name} ${JSON.stringify({ ...given, ...more })} → ${fault ?? 'ok'}`),
  });
  return { span: make('run'), lines };
}

const entry = (type: Entry['type'], action: Action | null, attempt: number | null, data: JsonObject = {}): Entry =>
  ({ type, action, attempt, data }) as unknown as Entry;

function told(...entries: readonly Entry[]): readonly string[] {
  const { span, lines } = recording();
  const spans = createRunSpans(span);
  for (const one of entries) spans.entry(one);
  return lines;
}

const service: Action = { type: 'process.start', target: '/a' };
const task: Action = { type: 'task.run', target: '/a' };
const about = '"headgate.attempt":1,"headgate.component":"/a"';

describe('spans of a run', () => {
  it('an action is one from its intent to its outcome', () => {
    const lines = told(entry('intent', service, 1), entry('outcome', service, 1, { state: 'succeeded', pid: 4 }));
    expect(lines).toEqual([`process.start {${about},"headgate.outcome":"succeeded"} → ok`]);
  });

  it('what comes after the outcome is a note', () => {
    const lines = told(
      entry('intent', service, 1),
      entry('outcome', service, 1, { state: 'succeeded' }),
      entry('failure', service, 1, { exit: 'status 3' }),
      entry('retry', service, 1, { afterMs: 500 }),
    );
    expect(lines.slice(1)).toEqual([
      `run: ended {${about},"headgate.outcome":"failed","headgate.exit":"status 3"}`,
      `run: retry {${about}}`,
    ]);
  });

  it('a failure ends it, and its outcome does not end it again', () => {
    const lines = told(
      entry('intent', task, 1),
      entry('failure', task, 1, { exit: 'status 3' }),
      entry('outcome', task, 1, { state: 'failed', exit: 'status 3' }),
    );
    expect(lines[0]).toMatch(/^task\.run .*"headgate.outcome":"failed","headgate.exit":"status 3"} → failed$/);
    expect(lines.slice(1)).toEqual([expect.stringMatching(/^run: ended/)]);
  });

  it('an action that was never begun has no length', () => {
    expect(told(entry('outcome', service, 1, { state: 'skipped', reason: 'because' }))).toEqual([
      `process.start {${about},"headgate.outcome":"skipped"} → ok`,
    ]);
  });

  it('a probe is one that says what it found, and none of its words', () => {
    const looked: Action = { type: 'probe.run', target: 'probes.answers' };
    const found = {
      kind: 'api_smoke',
      passed: null,
      outcome: 'error',
      summary: 'canary',
      durationSeconds: 1,
      subject: 's',
    };
    const lines = told(
      entry('intent', looked, 2),
      entry('outcome', looked, 2, { state: 'failed', fault: 'canary', probe: found }),
      entry('progress', null, null, { event: 'judged', blocked: [] }),
    );
    expect(lines).toEqual([
      'probe.run {"headgate.attempt":2,"headgate.probe":"answers","headgate.outcome":"failed","headgate.probe.kind":"api_smoke","headgate.probe.passed":"unknown","headgate.probe.outcome":"error","headgate.probe.reused":false} → failed',
      'run: judged {}',
    ]);
  });

  it('the gate ends the run, and whatever is open by then', () => {
    const lines = told(
      entry('intent', service, 1),
      entry('gate', null, null, { state: 'BLOCKED', blocked: [{ gate: 'b' }, { gate: 'a' }, { gate: 'b' }] }),
    );
    expect(lines).toEqual([
      `process.start {${about},"headgate.outcome":"unknown"} → unknown`,
      'gate.complete {"headgate.run.state":"BLOCKED","headgate.blocked":"a,b","headgate.outcome":"succeeded"} → ok',
      'run {"headgate.run.state":"BLOCKED","headgate.blocked":"a,b"} → BLOCKED',
    ]);
  });

  it.each([
    ['it ended with status 3', 'status 3'],
    ['it was ended by SIGKILL', 'SIGKILL'],
    ['it used up its CPU time (SIGXCPU)', 'SIGXCPU'],
    ['program `canary` was not found in /canary', 'fault'],
  ])('of an end its number or its name alone: %s', (exit, told_) => {
    const [line] = told(entry('intent', service, 1), entry('failure', service, 1, { exit }));
    expect(line).toContain(`"headgate.exit":"${told_}"`);
    expect(line).not.toContain('canary');
  });

  it('nothing else of an entry is told', () => {
    const secret = { reason: 'canary', fault: 'canary', exports: { a: 'canary' }, config: 'canary', plan: 'canary' };
    const lines = told(
      entry('start', null, null, secret),
      entry('intent', service, 1, secret),
      entry('outcome', service, 1, { state: 'failed', ...secret }),
      entry('progress', null, null, { event: 'ready', ...secret }),
      entry('cancel', null, null, secret),
      entry('gate', null, null, { state: 'CANCELLED', ...secret }),
    );
    expect(lines).toHaveLength(5);
    expect(lines.join()).not.toContain('canary');
  });
});
