/**
 * Version 1 had no `version`, no `action`, and no digest of the options; `egress` grants stood in an intent without a list of kinds.
 * Shipped: what it makes of a line never changes.
 */
import type { JsonObject, JsonValue } from '../../../base/json.ts';

export function from1To2(line: JsonObject): JsonObject {
  const { actionId } = line;
  const data = (line['data'] ?? {}) as JsonObject;
  return { ...line, version: 2, action: actionOf(actionId), data: dataOf(String(line['type']), actionId, data) };
}

function actionOf(actionId: JsonValue | undefined): JsonValue {
  if (typeof actionId !== 'string') return null;
  const colon = actionId.indexOf(':');
  return colon < 0
    ? { type: actionId, target: null }
    : { type: actionId.slice(0, colon), target: actionId.slice(colon + 1) };
}

function dataOf(type: string, actionId: JsonValue | undefined, data: JsonObject): JsonObject {
  if (type === 'start' && typeof actionId !== 'string')
    return { plan: data['plan'] ?? '', options: null, resumed: data['resumed'] === true, redo: [] };
  if (type === 'intent' && data['kind'] === 'egress')
    return data['grants'] === undefined ? {} : { grants: [{ kind: 'egress', to: data['grants'] }] };
  // A service that had ended with its headgate was called failed.
  if (type === 'reconciled' && String(actionId).startsWith('process.start:')) return { ...data, state: 'cancelled' };
  if (type === 'retry') return { restart: 1, most: 0, ...data };
  return data;
}
