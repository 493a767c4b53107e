/** What a folder holds. It is only read, and nothing in it is followed out of it. */
import { randomInt } from 'node:crypto';
import { statSync } from 'node:fs';
import type { PlanWorkspace } from '../../ir/plan-workspace-schema.ts';
import type { Tree } from '../../ir/workspace.ts';
import { comparePaths, pathOfBytes } from './byte-path.ts';
import type { SyncFault } from './fault.ts';
import { ignoredOf, workFor } from './ignore/although-ignored.ts';
import { exactly, excluding } from './ignore/exclude.ts';
import { ownExclude, trackedBelow } from './ignore/git-own.ts';
import type { Segments } from './ignore/pattern.ts';
import { rootOf } from './refusals.ts';
import { blocks } from './scan/block.ts';
import { type CachedRoot, readScanCache, writeScanCache } from './scan/cache-file.ts';
import { crewOf } from './scan/crew.ts';
import { faultOf } from './scan/finding-fault.ts';
import { type Gathered, gathering } from './scan/gather.ts';
import type { Finding, Settings } from './scan/protocol.ts';

export interface SnapshotOptions {
  /** Absolute. */
  readonly root: string;
  /** Globs of the settings: what they match is not looked at. */
  readonly exclude: readonly string[];
  /** Of a `git_worktree`, what git ignores is not looked at either, unless git tracks it. In a `dir`, `.gitignore` is a file like any other. */
  readonly kind: PlanWorkspace['kind'];
  /** `scanCacheFile` names it. Without one, everything is hashed. */
  readonly cacheFile?: string;
  /** False: the hash of each file is `''`. */
  readonly hashes?: boolean;
  /**
   * What was there when the copy was made. It is looked at even where it is ignored now: a task that writes a `.gitignore` removes nothing.
   * Danger: without it, a finalize takes what became ignored meanwhile for removed.
   */
  readonly baseline?: Tree;
  /** Absolute paths that are not looked at: the state folder, where it lies in a source. */
  readonly without?: readonly string[];
  /** It is the copy of a workspace, at another place than the source: no link of it may be absolute but those of the baseline. */
  readonly isCopy?: boolean;
}

export type Snapshot = { readonly tree: Tree } | { readonly fault: SyncFault };

/** What the cache knows is believed but for one entry in so many, and for so many entries of a small tree. */
const sampledOf = 512;
const sampledAtLeast = 64;
const sampledBytes = 32 << 20;

/** Entries stand in the order of `comparePaths`. */
export async function takeSnapshot(options: SnapshotOptions): Promise<Snapshot> {
  const began = Date.now();
  const place = rootOf(options.root);
  if ('fault' in place) return place;
  const { ino, dev } = statSync(place.real);
  const root: CachedRoot = { path: place.real, ino, dev };
  const globs = excluding(options.exclude);
  if ('fault' in globs) return globs;
  const isGit = options.kind === 'git_worktree';
  const settings = {
    root: pathOfBytes(Buffer.from(root.path)),
    dev,
    exclude: [...globs.patterns, ...leftOut(root.path, options.without ?? [])],
    isGit,
    rules: isGit ? [ownExclude(root.path)] : [],
    mounts: place.mounts,
    hashes: options.hashes !== false,
    isCopy: options.isCopy === true,
    began,
    seed: randomInt(1, 2 ** 31),
    sampledBytes,
  };
  const { cacheFile } = options;
  const cache = cacheFile === undefined ? undefined : readScanCache(cacheFile, root);
  const first = await scan(settings, cache, options, root);
  // What the cache said of one file was not so: nothing of it counts any more.
  const taken = first === 'cache_lies' ? await scan(settings, undefined, options, root) : first;
  if (taken === 'cache_lies') throw new Error('a scan without a cache cannot be misled by it');
  if ('fault' in taken) return taken;
  const kept = cacheFile === undefined || !settings.hashes ? undefined : taken.gathered.blocks();
  if (kept) writeScanCache(cacheFile as string, root, kept);
  return { tree: taken.tree };
}

type Taken = { readonly tree: Tree; readonly gathered: Gathered } | { readonly fault: SyncFault } | 'cache_lies';

async function scan(
  settings: Omit<Settings, 'waiting' | 'share' | 'cache'>,
  cache: Uint8Array | undefined,
  options: SnapshotOptions,
  root: CachedRoot,
): Promise<Taken> {
  const gathered = gathering(cache, settings.hashes);
  const known = cache ? entriesIn(cache) : 0;
  const share = Math.max(1 / sampledOf, sampledAtLeast / Math.max(known, 1));
  const crew = crewOf({ ...settings, ...(cache ? { cache } : {}), share }, known, gathered.take);
  try {
    const findings = await crew.scan([{ path: '' }]);
    const failed = failure(findings, options.baseline);
    if (failed) return failed;
    const taken = gathered.tree();
    if (taken.ignored.length === 0) return { tree: taken.tree, gathered };
    const asked = await trackedBelow(root.path, taken.ignored);
    if ('fault' in asked) return asked;
    const wanted = [...asked.tracked, ...ignoredOf(options.baseline ?? new Map(), taken.ignored)];
    if (wanted.length === 0) return { tree: taken.tree, gathered };
    const more = await crew.scan(workFor(wanted, new Set(taken.ignored)));
    return failure(more, options.baseline) ?? { tree: gathered.tree().tree, gathered };
  } finally {
    await crew.end();
  }
}

function entriesIn(cache: Uint8Array): number {
  const layout = blocks();
  return (layout.placesIn(cache) ?? []).reduce((sum, at) => sum + layout.countAt(cache, at), 0);
}

/** Paths that lie in the root, as patterns. */
function leftOut(root: string, paths: readonly string[]): readonly Segments[] {
  const inside = paths.filter((path) => path.startsWith(`${root}/`));
  return inside.map((path) => exactly(pathOfBytes(Buffer.from(path.slice(root.length + 1)))));
}

/** Of several, what stands first in the tree, so that the same tree gives the same words. */
function failure(findings: readonly Finding[], baseline: Tree | undefined): Taken | undefined {
  if (findings.some(({ code }) => code === 'cache_lies')) return 'cache_lies';
  const [first] = findings.filter((one) => !isOfBaseline(one, baseline)).sort((a, b) => comparePaths(a.path, b.path));
  return first && { fault: faultOf(first) };
}

/** A link that was there when the copy was made was judged where it came from. */
function isOfBaseline({ code, path, detail }: Finding, baseline: Tree | undefined): boolean {
  const entry = code === 'workspace_link_leaves' ? baseline?.get(path) : undefined;
  return entry?.kind === 'link' && entry.target === detail;
}
