/** Everything that a bundle tells of a run, each piece by itself: what cannot be had is missing, and the rest is there all the same. */
import { readFileSync } from 'node:fs';
import { isObject, type JsonObject, type JsonValue } from '../../base/json.ts';
import { isShallow } from '../../base/json-depth.ts';
import { sortedBy } from '../../base/order.ts';
import type { DeploymentPlan } from '../../ir/plan-schema.ts';
import { unfoldPlan } from '../../language/plan-file/unfold.ts';
import { fold } from '../journal/fold.ts';
import { readRunFiles } from '../state/run-files.ts';
import { runPaths, storePath } from '../state/run-folder.ts';
import { statusOf } from '../status.ts';
import { openStore } from '../store/store.ts';
import { evidencePiece, folderPiece } from './files-piece.ts';
import { type JournalPiece, readJournalPiece } from './journal-piece.ts';
import { keptOf, originOf } from './keep.ts';
import { logPieces } from './logs-piece.ts';
import { environment, resources, versions } from './machine.ts';
import { isOwnReason } from './quoted.ts';

export interface Piece {
  readonly name: string;
  /** What it tells, in a few words of ours. */
  readonly about: string;
  /** JSON as a whole, JSON a line, or text. */
  readonly content: { readonly json: JsonValue } | { readonly lines: readonly JsonValue[] } | { readonly text: string };
  readonly isCut: boolean;
}

export interface Missing {
  readonly piece: string;
  readonly reason: string;
}

export interface Pieces {
  readonly pieces: readonly Piece[];
  readonly missing: readonly Missing[];
  readonly journal: JournalPiece;
  /** Undefined where it is not what the run began with, or cannot be read. */
  readonly plan: DeploymentPlan | undefined;
  readonly sourceFolder: string | undefined;
  /** As they were read, for whoever looks for what they name. */
  readonly documents: readonly JsonValue[];
}

export interface PiecesOptions {
  readonly id: string;
  readonly stateDir: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly withLogs: boolean;
}

/** More is left out as a whole. */
const mostDocument = 16 * 1024 * 1024;

export function piecesOf({ id, stateDir, env, withLogs }: PiecesOptions): Pieces {
  const paths = runPaths(stateDir, id);
  const pieces: Piece[] = [];
  const missing: Missing[] = [];
  const add = (
    name: string,
    about: string,
    work: () => { readonly json: JsonValue; readonly isCut?: boolean } | string,
  ): void => {
    const made = attempted(work);
    if (typeof made === 'string') missing.push({ piece: name, reason: made });
    else pieces.push({ name, about, content: { json: made.json }, isCut: made.isCut ?? false });
  };

  const files = attempted(() => readRunFiles(stateDir, id));
  const read = typeof files === 'object' && 'plan' in files ? files : undefined;
  if (typeof files === 'object' && 'blocked' in files)
    missing.push({
      piece: 'plan and options',
      reason: `${files.blocked.gate}: what is there is told as far as it can be read`,
    });
  const file = documentAt(paths.plan);
  const plan = unfolded(file);
  const options = documentAt(paths.options);
  const journal = readJournalPiece(paths, id);
  const { fault } = journal.facts;
  if (fault !== null) missing.push({ piece: 'journal.ndjson', reason: fault });
  const status = attempted(() => statusOf(stateDir, id));

  add('plan.json', 'the plan: its structure, without texts of programs and config', () =>
    typeof plan === 'string' ? plan : { json: keptOf(plan) },
  );
  add('options.json', 'how the run was begun', () =>
    typeof options === 'string' ? options : { json: keptOptions(options) },
  );
  if (journal.facts.chain !== 'missing') {
    const kept = journal.lines.map((line) => keptOf(line));
    pieces.push({
      name: 'journal.ndjson',
      about: 'its journal, without what programs and people said',
      content: { lines: kept },
      isCut: false,
    });
  }
  const lists = new Set<number>();
  add('health.json', 'how it stands, and how the machine does', () => ({
    json: {
      status: typeof status === 'object' ? withoutQuotes(keptOf(bounded(status as unknown as JsonValue, lists))) : null,
      resources: resources({ state: stateDir, temporary: '/tmp' }, typeof status === 'object' ? status.pid : null),
    },
    isCut: lists.size > 0,
  }));
  if (typeof status !== 'object') missing.push({ piece: 'status', reason: status ?? 'there is no such run' });
  add('environment.json', 'variables that matter, by their names', () => ({ json: environment(env) }));
  add('versions.json', 'of headgate and of what it starts', () => ({ json: versions() }));
  add('folder.json', 'names and sizes of what lies in the folder of the run', () => {
    const found = folderPiece(paths.folder);
    return typeof found === 'string' ? found : { json: found.value, isCut: found.isCut };
  });
  const { entries } = journal;
  const store = openStore(storePath(stateDir));
  add('evidence.json', 'digests of its evidence', () => {
    if (!entries) return 'the journal, which names it, cannot be trusted';
    const found = evidencePiece(fold(entries), store);
    return { json: found.value, isCut: found.isCut };
  });
  add('sandboxes.json', 'what was measured of its sandboxes, and facts about where it runs', () => {
    if (!entries) return 'the journal, which names it, cannot be trusted';
    return { json: measurements(journal.lines, (digest) => store.get(digest)) };
  });
  if (withLogs) addLogs(paths.logs, pieces, missing);
  else missing.push({ piece: 'logs', reason: 'programs may have said anything; --logs takes them in' });
  return {
    pieces,
    missing,
    journal,
    plan: read?.plan,
    sourceFolder: read?.settings.sourceFolder,
    documents: [
      ...[typeof plan === 'object' ? plan : file, options].filter((one): one is JsonObject => typeof one === 'object'),
      ...journal.lines,
    ],
  };
}

/** A text says why it failed. */
function attempted<T>(work: () => T): T | string {
  try {
    return work();
  } catch (error) {
    const { code, name } = error as NodeJS.ErrnoException;
    return `it cannot be told: ${code ?? name}`;
  }
}

function documentAt(path: string): JsonObject | string {
  return attempted(() => {
    const bytes = readFileSync(path);
    if (bytes.length > mostDocument) return `it has ${bytes.length} bytes, and ${mostDocument} are taken at most`;
    const text = bytes.toString('utf8');
    if (!isShallow(text)) return 'it is not JSON, or nested too deeply';
    let value: JsonValue;
    try {
      value = JSON.parse(text) as JsonValue;
    } catch {
      return 'it is not JSON';
    }
    return isObject(value) ? value : 'it is not an object';
  });
}

/** What components share is told where it belongs, and nowhere else: there it is known what it is. */
function unfolded(file: JsonObject | string): JsonObject | string {
  if (typeof file === 'string') return file;
  const made = unfoldPlan(file, mostDocument);
  return 'plan' in made ? made.plan : `it is damaged at ${made.fault.pointer}`;
}

/** URLs of slots without what may be secret in them. */
function keptOptions(options: JsonObject): JsonValue {
  const { externals, exportPorts, ...rest } = options;
  const urls = isObject(externals)
    ? Object.entries(externals).map(([slot, url]) => [slot, typeof url === 'string' ? originOf(url) : null] as const)
    : [];
  return { ...(keptOf(rest) as JsonObject), externals: Object.fromEntries(urls), exportPorts: exportPorts ?? null };
}

/** Reasons of a whole run repeat those of its gates, some of which quote programs and people, and why it was asked to end. */
function withoutQuotes(status: JsonValue): JsonValue {
  if (!isObject(status)) return status;
  const { reasons, ...rest } = status;
  const isOwn = Array.isArray(reasons) && (reasons as readonly JsonValue[]).every(isOwnReason);
  return status['state'] === 'BLOCKED' || (status['state'] === 'CANCELLED' && !isOwn) ? rest : status;
}

const mostInList = 1_000;

/** Lists of a status without their middle, where they are very long. `cut` is told how long they were. */
function bounded(value: JsonValue, cut: Set<number>): JsonValue {
  if (Array.isArray(value)) {
    const all = value as readonly JsonValue[];
    const half = mostInList / 2;
    const some = all.length > mostInList ? [...all.slice(0, half), ...all.slice(-half)] : all;
    if (some !== all) cut.add(all.length);
    return some.map((one) => bounded(one, cut));
  }
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, bounded(inner, cut)]));
}

const digestForm = /^sha256:[0-9a-f]{64}$/;

/** The newest of each action, by its id; what is not in the store is null. */
function measurements(lines: readonly JsonObject[], get: (digest: string) => Uint8Array | undefined): JsonObject {
  const found = new Map<string, Record<string, JsonValue>>();
  for (const { actionId, data } of lines) {
    if (typeof actionId !== 'string' || !isObject(data)) continue;
    for (const key of ['sandbox', 'program', 'selfCheck', 'environment']) {
      const digest = data[key];
      if (typeof digest !== 'string' || !digestForm.test(digest)) continue;
      const one = found.get(actionId) ?? {};
      one[key] = { digest, value: contentOf(get(digest)) };
      found.set(actionId, one);
    }
  }
  return Object.fromEntries(sortedBy([...found], ([id]) => id));
}

function contentOf(bytes: Uint8Array | undefined): JsonValue {
  if (!bytes || bytes.length > 1024 * 1024) return null;
  const text = Buffer.from(bytes).toString('utf8');
  try {
    return isShallow(text) ? keptOf(JSON.parse(text) as JsonValue) : null;
  } catch {
    return null;
  }
}

/** Named by number: a name of a component is somebody's text, and stands in the manifest, where it is looked through. */
function addLogs(folder: string, pieces: Piece[], missing: Missing[]): void {
  const found = logPieces(folder);
  if (typeof found === 'string') {
    missing.push({ piece: 'logs', reason: found });
    return;
  }
  for (const [index, { name, text, isCut }] of found.logs.entries()) {
    const file = `logs/${String(index + 1).padStart(3, '0')}.log`;
    pieces.push({ name: file, about: `the end of ${name}`, content: { text }, isCut });
  }
  if (found.more > 0) missing.push({ piece: 'logs', reason: `${found.more} more` });
}
