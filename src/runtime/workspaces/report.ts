/** What came of a merge, as it is kept in the store: for people, for `status`, and for whoever resolves what is left. */
import { pathText } from '../../adapters/sync/byte-path.ts';
import { canonicalJson, isObject, type JsonValue } from '../../base/json.ts';
import type { BytePath, Conflict, ConflictKind, TreeEntry } from '../../ir/workspace.ts';
import type { HistoryStatus, RepositoryStatus } from '../../ir/workspace-status.ts';
import { putJson } from '../store/evidence.ts';
import type { BlobDigest, Store } from '../store/store.ts';
import type { AppliedMerge } from './run-copies.ts';

/** Paths as they are shown. */
export interface MergeReport {
  readonly written: readonly string[];
  readonly removed: readonly string[];
  readonly conflicts: readonly {
    readonly path: string;
    readonly kind: ConflictKind;
    readonly resolution: Conflict['resolution'];
    /** Something of the copy is kept for it. */
    readonly kept: boolean;
    /** What the source had there; see `sideText`. */
    readonly local: string;
    /** What the source had there is kept. */
    readonly spared?: true;
    /** Something in the folder of the source that is ignored, excluded or new: it keeps the folder in its place. */
    readonly held?: string;
  }[];
  readonly history?: HistoryStatus;
  readonly repositories?: readonly RepositoryStatus[];
}

export interface Merged extends AppliedMerge {
  readonly kept: readonly BytePath[];
  /** Kept of what the source had. */
  readonly spared?: readonly BytePath[];
  readonly history: HistoryStatus | undefined;
  readonly repositories?: readonly RepositoryStatus[];
}

/** A finalize that is tried again finds the branch where the one before has moved it, and that is told all the same. */
export const toldOn = (before: HistoryStatus | undefined, now: HistoryStatus | undefined): HistoryStatus | undefined =>
  before && now?.outcome === 'unchanged' && before.head === now.head ? { ...now, outcome: before.outcome } : now;

export function putReport(
  store: Store,
  { written, removed, conflicts, kept, spared, history, repositories = [] }: Merged,
): BlobDigest {
  const isKept = new Set(kept);
  const isSpared = new Set(spared);
  const report: MergeReport = {
    written: written.map(pathText),
    removed: removed.map(pathText),
    conflicts: conflicts.map(({ path, kind, resolution, local, held }) => ({
      path: pathText(path),
      kind,
      resolution,
      kept: isKept.has(path),
      local: sideText(local),
      ...(resolution === 'remote' && isSpared.has(path) ? { spared: true as const } : {}),
      ...(held === undefined ? {} : { held: pathText(held) }),
    })),
    ...(history === undefined ? {} : { history }),
    ...(repositories.length === 0 ? {} : { repositories }),
  };
  return putJson(store, { kind: 'headgate.workspace.report', version: 1, ...report } as unknown as JsonValue);
}

/** The same for the same content. */
export const sideText = (side: TreeEntry | undefined): string =>
  side === undefined ? 'nothing' : canonicalJson(side as unknown as JsonValue);

/** Undefined where the store does not have it any more, or has something else there. */
export function reportIn(store: Store, digest: BlobDigest): MergeReport | undefined {
  const bytes = store.get(digest);
  if (!bytes) return undefined;
  const read = JSON.parse(Buffer.from(bytes).toString('utf8')) as JsonValue;
  return isObject(read) && read['kind'] === 'headgate.workspace.report' ? (read as unknown as MergeReport) : undefined;
}
