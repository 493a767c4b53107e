/** Answers out of a lock, and everything that keeps it from answering. Pure. */
import { digestOf } from '../../../base/digest.ts';
import type { JsonValue } from '../../../base/json.ts';
import type { Location } from '../../../base/span.ts';
import * as D from '../../../diagnostics/catalogue/lock.ts';
import type { Place } from '../../../diagnostics/define.ts';
import type { Sink } from '../../../diagnostics/sink.ts';
import type { LockedPolicy, LockedSource, OpenLock } from '../../../ir/lock.ts';
import { type RecordingKind, recordingName, recordingsSuffix } from '../../../language/lock/format.ts';
import type { ProgramFile } from '../../../language/program/program-files.ts';
import type { PolicyOutcome } from '../../../ports/policy-client.ts';
import type { Question } from '../ask.ts';
import type { QuestionKey } from './keys.ts';
import { diffRequests } from './request-diff.ts';

export interface FrozenLock {
  readonly lock: OpenLock;
  /** Of the scenario as it is now. */
  readonly sources: readonly LockedSource[];
}

export interface FromLock {
  readonly outcomes: readonly PolicyOutcome[];
  readonly sandboxes: readonly string[];
}

/** Undefined after an error; all of them are reported. */
export function answersFromLock(
  questions: readonly Question[],
  keys: readonly QuestionKey[],
  { lock, sources }: FrozenLock,
  sink: Sink,
): FromLock | undefined {
  const sameSources = checkSources(lock, sources, sink);
  const byKey = new Map<string, LockedPolicy[]>();
  const byName = new Map<string, LockedPolicy[]>();
  for (const entry of lock.policies) {
    push(byKey, entry.key, entry);
    push(byName, `${entry.scope} ${entry.policy}`, entry);
  }
  const told = new Set<string>();
  const answered = questions.map((question, index) => {
    const key = keys[index] as QuestionKey;
    // Equal keys may have been asked more than once; each has its own answer, in order.
    const found = byKey.get(key.key)?.shift();
    if (!found) {
      const near = byName.get(`${question.view.scope.moniker} ${question.entry.ref}`)?.shift();
      explainMiss(question, key, near, { lock, sink, told, sameSources });
      return undefined;
    }
    const text = recordingOf(lock, found, 'answer', sink, question.entry.at);
    return text === undefined ? undefined : { text, sandbox: found.sandbox, protocol: found.protocol };
  });
  if (sink.hasErrors) return undefined;
  return {
    outcomes: answered.map((answer) => ({
      ok: true,
      text: answer?.text ?? '',
      elapsedMs: 0,
      ...(answer?.protocol ? { protocol: answer.protocol } : {}),
    })),
    sandboxes: answered.map((answer) => answer?.sandbox ?? ''),
  };
}

function push<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key) ?? [];
  lists.set(key, list);
  list.push(value);
}

const placeIn = (lock: OpenLock, entry: object | undefined): Place => {
  const at = entry && lock.placeOf(entry);
  return at ? { at } : {};
};

function checkSources(lock: OpenLock, sources: readonly LockedSource[], sink: Sink): boolean {
  let same = true;
  const locked = new Map(lock.sources.map((source) => [source.name, source]));
  for (const { name, digest } of sources) {
    const known = locked.get(name);
    locked.delete(name);
    if (known?.digest === digest) continue;
    same = false;
    const how = known ? 'changed' : 'added';
    sink.report(D.sourceChanged({ name, how }, placeIn(lock, known)));
  }
  for (const [name, gone] of locked) sink.report(D.sourceChanged({ name, how: 'removed' }, placeIn(lock, gone)));
  return same && locked.size === 0;
}

/**
 * A lock from before programs were pinned has none, and nothing is held against it. Which files there are follows from manifests and
 * answers, which a lock pins as well.
 */
export function checkPrograms(lock: OpenLock, programs: readonly ProgramFile[], sink: Sink): void {
  if (!lock.programs) return;
  const known = new Map(lock.programs.map((program) => [program.name, program]));
  for (const { name, digest } of new Map(programs.map((program) => [program.name, program])).values()) {
    const entry = known.get(name);
    if (entry?.digest === digest) continue;
    const how = !entry ? 'added' : digest === null ? 'missing' : 'changed';
    sink.report(D.sourceChanged({ name, how }, placeIn(lock, entry)));
  }
}

interface Miss {
  readonly lock: OpenLock;
  readonly sink: Sink;
  /** Scopes and requests whose difference was shown. */
  readonly told: Set<string>;
  readonly sameSources: boolean;
}

/** Why there is no answer under this key. */
function explainMiss(
  { entry, view }: Question,
  key: QuestionKey,
  near: LockedPolicy | undefined,
  { lock, sink, told, sameSources }: Miss,
): void {
  const about = { policy: entry.ref, scope: view.scope.moniker };
  const place = { at: entry.at, label: 'named here' };
  if (!near) {
    sink.report(D.policyMissing(about, place));
    return;
  }
  const inLock = lock.placeOf(near);
  const related = inLock ? [{ message: 'recorded here', at: inLock }] : [];
  const samePolicy = near.policyDigest === key.policyDigest;
  const reason = samePolicy ? undefined : whatChanged(near, key);
  // A manifest that has changed was told of already.
  if (reason !== undefined && (reason.files || sameSources))
    sink.report(D.policyChanged({ ...about, reason: reason.text }, { ...place, related }));
  if (near.requestDigest === view.requestDigest) {
    if (!samePolicy) return;
    const text = 'its key does not follow from its digests';
    sink.report(D.malformed({ reason: text }, inLock ? { at: inLock } : {}));
    return;
  }
  const before = recordingOf(lock, near, 'request', sink, entry.at);
  if (before === undefined) return;
  const difference = showDifference(before, view.request as unknown as JsonValue);
  // Policies of one scope are asked the same.
  const known = `${view.scope.moniker} ${near.requestDigest}`;
  const shown = told.has(known) ? 'the same difference as for the policy before it' : difference;
  told.add(known);
  sink.report(D.requestChanged({ ...about, difference: shown }, { ...place, related }));
}

function whatChanged(near: LockedPolicy, key: QuestionKey): { readonly text: string; readonly files: boolean } {
  const before = new Map(near.files.map(({ name, digest }) => [name, digest]));
  const lines: string[] = [];
  for (const { name, digest } of key.files) {
    const known = before.get(name);
    before.delete(name);
    if (known === undefined) lines.push(`\`${name}\` is new`);
    else if (known !== digest) lines.push(`\`${name}\` has changed`);
  }
  for (const name of before.keys()) lines.push(`\`${name}\` is gone`);
  if (lines.length > 0) return { text: lines.join(', '), files: true };
  return { text: 'its manifest, or the config that it is given, is another one', files: false };
}

function showDifference(before: string, now: JsonValue): string {
  try {
    const lines = diffRequests(JSON.parse(before) as JsonValue, now);
    if (lines.length > 0) return [...lines.slice(0, shownLines), ...cut(lines.length)].join('\n');
  } catch {
    return 'the recorded request is no JSON';
  }
  return 'the same components and edges, numbered otherwise: something outside of the scope came or went';
}

const shownLines = 100;
const cut = (count: number): readonly string[] => (count > shownLines ? [`… and ${count - shownLines} more`] : []);

/** The text of a recorded file; undefined after an error. */
function recordingOf(
  lock: OpenLock,
  entry: LockedPolicy,
  kind: Exclude<RecordingKind, 'manifest'>,
  sink: Sink,
  policyAt: Location,
): string | undefined {
  const digest = kind === 'request' ? entry.requestDigest : entry.answerDigest;
  const name = recordingName(digest, kind);
  const content = lock.recordings.get(name);
  const args = { file: `${lock.shown}${recordingsSuffix}/${name}`, what: `the ${kind} of policy \`${entry.policy}\`` };
  const place = { ...placeIn(lock, entry), related: [{ message: 'the policy is named here', at: policyAt }] };
  if (content === undefined) {
    sink.report(D.recordingMissing(args, place));
    return undefined;
  }
  if (digestOf(content) !== digest) {
    sink.report(D.recordingChanged(args, place));
    return undefined;
  }
  return typeof content === 'string' ? content : new TextDecoder().decode(content);
}
