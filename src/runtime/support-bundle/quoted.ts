/** Where headgate tells in its own words why something ended, and where it repeats those of a person or a program. */
import type { JsonObject, JsonValue } from '../../base/json.ts';
import { isObject } from '../../base/json.ts';
import { delegationStates } from '../authority/state.ts';

/** What a person or a program may have said, in whole; `text` says that something was there. */
type LeftOut = (text: JsonValue) => string;

/** Why a run or a program of it is asked to end, as headgate itself says it. Whoever has the library may say anything. */
const own: ReadonlySet<string> = new Set([
  ...['asked to stop', 'interrupted', 'interrupted twice', 'aborted', 'stopped', 'the run ends'],
]);

/** Of a rotation: which secret it was. */
const ofRotation = /^secret \S+ was rotated$/;

export const isOwnReason = (reason: JsonValue | undefined): boolean =>
  typeof reason === 'string' && (own.has(reason) || ofRotation.test(reason));

/** How a delegation ended is one of few words; whatever else is called `how` is not known here. */
export const isHow = (how: JsonValue | undefined): boolean => delegationStates.some((one) => one === how);

/** What closes for what a program or a person said, and says nothing else. */
const repeats = (gate: JsonValue | undefined): boolean =>
  typeof gate === 'string' && /^(?:probe_|confirmation_)/.test(gate);

/** What stands behind one of these was typed by the operator, or stands in a file of his. */
const beforeQuoted = /(?:it was revoked|cannot be read): /;

/** The reasons of something that closed. */
export function reasonsKept(gate: JsonValue | undefined, reasons: JsonValue, leftOut: LeftOut): JsonValue {
  if (repeats(gate)) return leftOut(reasons);
  if (gate !== 'authority_missing' || !Array.isArray(reasons)) return reasons;
  return (reasons as readonly JsonValue[]).map((reason) => {
    const found = typeof reason === 'string' ? beforeQuoted.exec(reason) : null;
    if (typeof reason !== 'string' || !found) return reason;
    const end = found.index + found[0].length;
    return `${reason.slice(0, end)}${leftOut(reason.slice(end))}`;
  });
}

/** Whether `reason` of this object is somebody's: of an answer, of a delegation that ended, of a run that was asked to end. */
export function hasForeignReason(value: JsonObject): boolean {
  if (value['event'] === 'interaction-answered' || 'message' in value || value['finalize'] === 'abandoned') return true;
  if (value['event'] === 'authority-ended') return value['how'] !== 'expired';
  // What ran out is told by headgate alone.
  return value['state'] === 'CANCELLED' && !isObject(value['budget']) && !isOwnReason(value['reason']);
}

/** The same of what an entry of a journal says, which does not tell by itself what it is of. */
export const hasForeignReasonIn = (type: JsonValue | undefined, data: JsonObject): boolean =>
  (type === 'cancel' || type === 'intent') && !isObject(data['budget']) && !isOwnReason(data['reason']);
