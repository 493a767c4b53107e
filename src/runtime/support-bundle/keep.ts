/**
 * What of a document a bundle keeps. Names, digests, states and counts; texts only under keys that are known to hold no words of people or
 * programs. What nobody has listed here is left out, so that a field more of a plan or a journal gives nothing away.
 */
import { isObject, type JsonObject, type JsonValue, setKey } from '../../base/json.ts';
import { sortedKeys } from '../../base/order.ts';
import { revokedBecause } from '../authority/state.ts';
import { hasForeignReason, hasForeignReasonIn, isHow, reasonsKept } from './quoted.ts';

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

/** Keys whose texts are kept. An entry of a list belongs to the key of the list. */
const kept: ReadonlySet<string> = new Set([
  // Of plans.
  ...words('schema planDigest root digest languageVersions name kind moniker source pointer scope policy policyDigest'),
  ...words('requestDigest answerDigest manifest manifestDigest component provide resource authority capability slot'),
  ...words(
    'profile endpoint protocol id edges edge consumers path env mode use interposers severity said code sandbox',
  ),
  ...words('through restart egress environment workspace image type ref permissions agent chosenBy provider model'),
  ...words('capabilities tools file region namespace prefix address mount method tokenEnv roleIdEnv secretIdEnv'),
  ...words('passphraseEnv conflicts transport method from to size program rotation'),
  // Of journals and of how a run stands.
  ...words('prev hash at actionId idempotencyKey startTime bootId target plan options redo event vault key does state'),
  ...words('copy take answer basis gate subject reasons remedy waitsFor selfCheck merge staging exit evidence outcome'),
  ...words(
    'blobs baseline git identity report limit reference fault reason startedAt endedAt lastExit completionBasis budget kept',
  ),
  ...words('keyid probe subjectDigest statement environmentId workspaceEnvironmentId intendedEnvironmentId'),
  ...words('intendedSource workspaceIdentity intendedIdentity resolution branch head commit configured effective'),
  // Of what was measured of sandboxes.
  ...words(
    'gates resources expires delegation sourceFolder driver kernel machine node apart capabilities interfaces files folders memory openFiles',
  ),
  ...words('processes writable writableMounts'),
]);

/** Keys of objects whose keys are the names of what is declared, so that what belongs to each is judged by its own keys. */
const closed: ReadonlySet<string> = new Set(
  words('args argv entrypoint config configSchema childTemplates metadata guidance body headers document payload'),
);

/** Actions whose entries quote what a program or a person said, and where. */
const quoting: ReadonlyMap<string, string> = new Map([
  ['gate.confirm', 'fault'],
  ['probe.run', 'fault'],
  ['workspace.finalize', 'reason'],
]);

const without = (data: JsonObject, key: string): JsonObject =>
  data[key] === undefined ? data : { ...data, [key]: leftOut(data[key]) };

function withoutRevocation(text: string): string {
  const at = text.indexOf(revokedBecause);
  if (at < 0) return text;
  const end = at + revokedBecause.length;
  const said = text.slice(end);
  return isLeftOut(said) ? text : `${text.slice(0, end)}${leftOut(said)}`;
}

/** O(value); whoever parsed it has bounded how deep it is. */
export function keptOf(value: JsonValue, under = ''): JsonValue {
  if (typeof value === 'string') return kept.has(under) || isLeftOut(value) ? withoutRevocation(value) : leftOut(value);
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map((one) => keptOf(one, under));
  return isObject(value) ? keptObject(value, under) : value;
}

function keptObject(value: JsonObject, under: string): JsonObject {
  const out: Record<string, JsonValue> = {};
  const isForeign = hasForeignReason(value);
  const quoted = quoting.get(isObject(value['action']) ? String(value['action']['type']) : '');
  for (const [key, inner] of Object.entries(value)) {
    if (key === 'config' && isObject(inner) && Array.isArray(inner['leaves'])) setKey(out, key, keptOf(inner, key));
    else if (closed.has(key) && inner !== null) setKey(out, key, leftOut(inner));
    // Variables are named; what they hold is not told.
    else if (key === 'env' && isObject(inner)) setKey(out, key, sortedKeys(inner));
    else if (key === 'schema' && isObject(inner)) setKey(out, key, leftOut(inner));
    else if (key === 'reasons') setKey(out, key, keptOf(reasonsKept(value['gate'], inner, leftOut), key));
    else if (key === 'reason' && isForeign) setKey(out, key, leftOut(inner));
    else if (key === 'how' && isHow(inner)) setKey(out, key, inner);
    else if (key === 'data' && isObject(inner) && hasForeignReasonIn(value['type'], inner))
      setKey(out, key, keptOf(without(inner, 'reason')));
    else if (key === 'data' && quoted !== undefined && isObject(inner))
      setKey(out, key, keptOf(without(inner, quoted)));
    // Addresses of exports, by their names.
    else if (under === 'exports' && typeof inner === 'string') setKey(out, key, originOf(inner));
    else setKey(out, key, keptOf(inner, key));
  }
  return out;
}

const isLeftOut = (text: string): boolean => /^\[left out(?:: \d+ [a-z]+)?\]$/.test(text);

/** Says that something was there, and nothing of it. */
export const leftOut = (value: JsonValue): string => {
  if (typeof value === 'string') return `[left out: ${count([...value].length, 'character')}]`;
  if (Array.isArray(value)) return `[left out: ${count(value.length, 'entry', 'entries')}]`;
  return isObject(value) ? `[left out: ${count(Object.keys(value).length, 'key')}]` : '[left out]';
};

const count = (n: number, one: string, more = `${one}s`): string => `${n} ${n === 1 ? one : more}`;

/** Path, query and user of a URL may be secrets. A reference is none. */
export function originOf(url: string): string {
  if (url.startsWith('secret://')) return url;
  if (!URL.canParse(url)) return leftOut(url);
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}`;
}
