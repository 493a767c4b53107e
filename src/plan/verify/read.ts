/** The folder of a run → everything in it that can be read. What cannot is a fault, and nothing is thrown for it. */
import { digestOf } from '../../base/digest.ts';
import { isObject, type JsonObject, type JsonValue } from '../../base/json.ts';
import { isShallow } from '../../base/json-depth.ts';
import { canonicalText } from '../../base/quick-json.ts';
import { sha256Hex } from '../../base/sha256.ts';
import type { Blocked } from '../../ir/blocked.ts';
import type { DeploymentPlan } from '../../ir/plan-schema.ts';
import { fits as fitsPlan } from '../../language/generated/plan.js';
import type { Entry } from '../../language/journal/entry.ts';
import { readEntries } from '../../language/journal/read.ts';
import { planInFile } from '../../language/plan-file/read.ts';
import type { FolderFile, FolderReader } from '../../ports/folder-reader.ts';
import { fault } from './fault.ts';
import { evidencePath, journalFile, optionsFile, planFile } from './folder.ts';
import { blobsIn } from './named-blobs.ts';

export interface Evidence {
  /** `sha256:` and hex. */
  readonly digest: string;
  readonly bytes: Uint8Array;
  /** Undefined for what is not JSON. */
  readonly value: JsonValue | undefined;
}

export interface Readings {
  /** Of the run. */
  readonly id: string;
  readonly files: readonly FolderFile[];
  readonly plan: DeploymentPlan | undefined;
  /** Of options.json as it lies there: `sha256:` and base64. */
  readonly options: string | undefined;
  /** Undefined for a journal that cannot be trusted. */
  readonly entries: readonly Entry[] | undefined;
  /** By digest: whatever the journal and its evidence name. */
  readonly evidence: ReadonlyMap<string, Evidence>;
  /** The same, in the order in which it is named. */
  readonly named: readonly string[];
  readonly faults: readonly Blocked[];
}

/** One file must fit into the memory; nothing that a run writes comes near. */
const most = { plan: 256 * 1024 ** 2, journal: 1024 ** 3, options: 16 * 1024 ** 2, evidence: 256 * 1024 ** 2 } as const;

/**
 * `id` is undefined where no statement says whose folder it is: a copy may have any name. O(bytes of plan, options, journal and
 * evidence); every file of these is read once.
 */
export function readFolder(reader: FolderReader, id: string | undefined, files: readonly FolderFile[]): Readings {
  const faults: Blocked[] = [];
  const plan = readPlan(reader, faults);
  const options = readOptions(reader, faults);
  const entries = readJournal(reader, id, faults);
  // Evidence comes into the folder when the run is over. Until then that is what is wrong, and not that pieces are missing.
  const isOver = entries?.at(-1)?.type === 'gate';
  const evidence = new Map<string, Evidence>();
  const named = new Set<string>();
  const queue = (entries ?? []).flatMap((entry) => blobsIn(entry.data as JsonObject));
  for (let at = 0; at < queue.length; at++) {
    const digest = queue[at] as string;
    if (named.has(digest)) continue;
    named.add(digest);
    const read = readEvidence(reader, digest, isOver, faults);
    if (!read) continue;
    evidence.set(digest, read);
    // A statement names what it left.
    if (isObject(read.value) && isObject(read.value['predicate'])) queue.push(...blobsIn(read.value['predicate']));
  }
  return { id: id ?? reader.name, files, plan, options, entries, evidence, named: [...named], faults };
}

/** The value, or what is wrong with it. */
export function jsonIn(bytes: Uint8Array): { readonly value: JsonValue } | { readonly fault: string } {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return { fault: 'is not UTF-8' };
  }
  if (!isShallow(text)) return { fault: 'is nested deeper than anything that headgate writes' };
  try {
    return { value: JSON.parse(text) as JsonValue };
  } catch {
    return { fault: 'is not JSON' };
  }
}

function readPlan(reader: FolderReader, faults: Blocked[]): DeploymentPlan | undefined {
  const refuse = (reason: string): undefined => {
    faults.push(fault('plan_corrupt', planFile, reason));
    return undefined;
  };
  const bytes = reader.read(planFile, most.plan);
  if ('fault' in bytes) return refuse(bytes.fault);
  const read = jsonIn(bytes);
  if ('fault' in read) return refuse(read.fault);
  if (!isObject(read.value)) return refuse('is not an object');
  const unfolded = planInFile(read.value);
  if ('fault' in unfolded) return refuse(unfolded.fault);
  const { planDigest, ...content } = unfolded.plan;
  if (planDigest !== digestOf(canonicalText(content))) return refuse('its digest does not match its content');
  return fitsPlan(unfolded.plan) ? (unfolded.plan as unknown as DeploymentPlan) : refuse('is not a plan of version 1');
}

function readOptions(reader: FolderReader, faults: Blocked[]): string | undefined {
  const bytes = reader.read(optionsFile, most.options);
  if (!('fault' in bytes)) return digestOf(bytes);
  faults.push(fault('options_changed', optionsFile, bytes.fault));
  return undefined;
}

function readJournal(reader: FolderReader, id: string | undefined, faults: Blocked[]): readonly Entry[] | undefined {
  const bytes = reader.read(journalFile, most.journal);
  if ('fault' in bytes) {
    faults.push(fault('journal_missing', journalFile, bytes.fault));
    return undefined;
  }
  const read = readEntries(bytes, id);
  if ('corrupt' in read) {
    const { line, reason } = read.corrupt;
    faults.push(fault('journal_corrupt', `${journalFile} line ${line}`, reason));
    return undefined;
  }
  if (read.tornBytes > 0)
    faults.push(fault('journal_corrupt', `${journalFile} line ${read.entries.length + 1}`, 'this line has no end'));
  return read.entries;
}

function readEvidence(reader: FolderReader, digest: string, isOver: boolean, faults: Blocked[]): Evidence | undefined {
  const name = evidencePath(digest);
  const bytes = reader.read(name, most.evidence);
  if ('fault' in bytes) {
    if (isOver) faults.push(fault('evidence_missing', name, `the journal names it, and it ${bytes.fault}`));
    return undefined;
  }
  if (`sha256:${sha256Hex(bytes)}` !== digest) {
    faults.push(fault('evidence_corrupt', name, 'its content is not that of its name, which the journal gives'));
    return undefined;
  }
  const read = jsonIn(bytes);
  return { digest, bytes, value: 'value' in read ? read.value : undefined };
}
