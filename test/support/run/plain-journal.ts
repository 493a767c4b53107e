/** A journal without what differs from run to run: times, processes, hashes, and digests of what lies on this machine. */
import { isObject, type JsonObject, type JsonValue } from '../../../src/base/json.ts';

/** One line an entry, those of an action together, in the order of their happening. */
export function plainJournal(text: string): string {
  const entries = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as JsonObject);
  const key = (entry: JsonObject): string => String(entry['actionId'] ?? '');
  // Actions that wait for nothing of each other come in any order.
  const sorted = entries.map((entry, index) => ({ entry, index }));
  sorted.sort((a, b) => (key(a.entry) < key(b.entry) ? -1 : key(a.entry) > key(b.entry) ? 1 : a.index - b.index));
  return sorted.map(({ entry }) => `${JSON.stringify(plain(entry))}\n`).join('');
}

const ofMachine = new Set(['options', 'environment', 'evidence', 'sandbox', 'program']);
const dropped = new Set(['seq', 'prev', 'hash', 'at', 'idempotencyKey']);

function plain(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(plain);
  if (!isObject(value)) return value;
  const fields = Object.entries(value).flatMap(([name, one]): readonly (readonly [string, JsonValue])[] => {
    if (dropped.has(name)) return [];
    if (name === 'pid') return [[name, 1]];
    if (name === 'owner') return [[name, {}]];
    if (name === 'exports' && isObject(one)) return [[name, Object.keys(one)]];
    return [[name, ofMachine.has(name) && typeof one === 'string' ? '<digest>' : plain(one)]];
  });
  return Object.fromEntries(fields.sort(([a], [b]) => (a < b ? -1 : 1)));
}
