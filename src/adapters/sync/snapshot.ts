/** What a folder holds. It is only read, and nothing in it is followed out of it. */
import { randomInt } from 'node:crypto';
import { closeSync, existsSync, statSync } from 'node:fs';
import type { PlanWorkspace } from '../../ir/plan-workspace-schema.ts';
import type { BytePath, Tree } from '../../ir/workspace.ts';
import { comparePaths, parentOf, pathOfBytes } from './byte-path.ts';
import type { SyncFault } from './fault.ts';
import { ignoredOf, workFor } from './ignore/although-ignored.ts';
import { exactly, excluding } from './ignore/exclude.ts';
import { ownExclude, trackedBelow } from './ignore/git-own.ts';
import type { Segments } from './ignore/pattern.ts';
import { type LeavingLink, linkFault, rootGone, rootOf } from './refusals.ts';
import { changedSince } from './scan/ask-git.ts';
import { blocks } from './scan/block.ts';
import { type CachedRoot, readScanCache, type ScanCache, writeScanCache } from './scan/cache-file.ts';
import { crewOf } from './scan/crew.ts';
import { faultOf } from './scan/finding-fault.ts';
import { type Gathered, gathering } from './scan/gather.ts';
import type { Finding, Settings } from './scan/protocol.ts';
import { markIndexed, missingIn, openStatIndex, writeStatIndex } from './scan/stat-index.ts';

export interface SnapshotOptions {
  /** Absolute. */
  readonly root: string;
  /** Globs of the settings: what they match is not looked at. */
  readonly exclude: readonly string[];
  /** Of a `git_worktree`, what git ignores is not looked at either, unless git tracks it. In a `dir`, `.gitignore` is a file like any other. */
  readonly kind: PlanWorkspace['kind'];
  /** `scanCacheFile` names it. Without one, everything is hashed. */
  readonly cacheFile?: string;
  /** From so many entries of the cache on, git is asked which of them are not as they were. */
  readonly askGitFrom?: number;
  /** How much of what the cache knows is looked at nevertheless, up to 1; else some entries of each tree. */
  readonly sampled?: number;
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
  /** Links that lead out are told beside the tree, and are no fault: for those who only show what is there. */
  readonly linksMayLeave?: boolean;
}

export type Snapshot =
  | { readonly tree: Tree; readonly leaving: readonly LeavingLink[] }
  | { readonly fault: SyncFault };

/** What the cache knows is believed but for one entry in so many, and for so many entries of a small tree. */
const sampledOf = 512;
const sampledAtLeast = 64;
const sampledBytes = 32 << 20;
/** To start git takes as long as to look at so many. */
const worthAsking = 4000;
/** For fewer that could be in the index, that is not written again. */
const indexedLater = 1000;

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
  const rules = JSON.stringify([settings.exclude, isGit, settings.rules]);
  const taken = await scanned(settings, cache, rules, options, root);
  if ('fault' in taken) return taken;
  if (cacheFile !== undefined && settings.hashes) keep(cacheFile, root, taken, cache, { began, rules });
  const { tree, leaving } = taken;
  return { tree, leaving };
}

/** The cache, and the index for git beside it, where they say less than what was found. */
function keep(
  cacheFile: string,
  root: CachedRoot,
  { gathered, isAsked }: Found,
  cache: ScanCache | undefined,
  { began, rules }: { readonly began: number; readonly rules: string },
): void {
  const isMore = (): boolean =>
    cache !== undefined && missingIn(cache.blocks, gathered.same(), began) >= (isAsked ? indexedLater : 1);
  if (cache && !gathered.isNew() && !isMore()) return;
  const bytes = gathered.blocks();
  markIndexed(bytes, began);
  writeStatIndex(cacheFile, bytes, { cacheSum: writeScanCache(cacheFile, root, bytes), rules });
}

type Base = Omit<Settings, 'waiting' | 'share' | 'cache' | 'passesOver'>;
interface Found {
  readonly tree: Tree;
  readonly gathered: Gathered;
  readonly leaving: readonly LeavingLink[];
  /** git looked at what it could. */
  readonly isAsked: boolean;
}
/** What came out differently than the scan had taken for granted. */
type Misled = 'cache_lies' | 'rules_changed';
type Taken = Found | { readonly fault: SyncFault } | Misled;

/** With as much help as can be had, and with less where that was wrong. */
async function scanned(
  settings: Base,
  cache: ScanCache | undefined,
  rules: string,
  options: SnapshotOptions,
  root: CachedRoot,
): Promise<Found | { readonly fault: SyncFault }> {
  const index = cache && settings.hashes ? indexFor(settings, cache, rules, options) : undefined;
  let taken: Taken = 'rules_changed';
  try {
    if (index !== undefined) taken = await scan(settings, cache?.blocks, options, root, index);
  } finally {
    if (index !== undefined) closeSync(index);
  }
  if (taken === 'rules_changed') taken = await scan(settings, cache?.blocks, options, root);
  // What the cache said of one file was not so: nothing of it counts any more.
  if (taken === 'cache_lies') taken = await scan(settings, undefined, options, root);
  if (typeof taken === 'string') throw new Error('a scan without a cache cannot be misled by it');
  return taken;
}

/** What is mounted on a single file is seen by nobody who does not look at that. */
function indexFor(settings: Base, cache: ScanCache, rules: string, options: SnapshotOptions): number | undefined {
  const isWorth = settings.mounts.length === 0 && entriesIn(cache.blocks) >= (options.askGitFrom ?? worthAsking);
  return isWorth ? openStatIndex(options.cacheFile as string, { cacheSum: cache.sum, rules }) : undefined;
}

async function scan(
  settings: Base,
  cache: Uint8Array | undefined,
  options: SnapshotOptions,
  root: CachedRoot,
  index?: number,
): Promise<Taken> {
  const isAsked = index !== undefined;
  const gathered = gathering(cache, settings.hashes);
  const known = cache ? entriesIn(cache) : 0;
  const share = options.sampled ?? Math.max(1 / sampledOf, sampledAtLeast / Math.max(known, 1));
  const given = { ...settings, ...(cache ? { cache } : {}), share, passesOver: isAsked };
  const asked = isAsked ? changedSince(index, root.path, options.cacheFile as string) : undefined;
  const crew = crewOf(given, known, gathered.take);
  try {
    const findings: Finding[] = [...(await crew.scan([{ path: '' }]))];
    const found = (tree: Tree): Taken =>
      failure(findings, options) ?? { tree, gathered, isAsked, leaving: leavingOf(findings, options.baseline) };
    const changed = await (asked ?? []);
    // git cannot tell, and so nobody has looked at what was passed over.
    if (!changed) return failure(findings, options) ?? 'rules_changed';
    const told = [...new Set(changed.map(parentOf))].filter(gathered.isSame);
    if (told.length > 0 && !failure(findings, options))
      findings.push(...(await crew.scan(told.map((path) => ({ path, isTold: true })))));
    const failed = failure(findings, options);
    if (failed) return failed;
    const { tree, ignored } = gathered.tree();
    if (ignored.length === 0) return found(tree);
    const tracked = await trackedBelow(root.path, ignored);
    if ('fault' in tracked) return tracked;
    const wanted = [...tracked.tracked, ...ignoredOf(options.baseline ?? new Map(), ignored)];
    if (wanted.length === 0) return found(tree);
    findings.push(...(await crew.scan(workFor(wanted, new Set(ignored)))));
    return failure(findings, options) ?? found(gathered.tree().tree);
  } finally {
    await crew.end();
    await asked;
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

/** Of several, what stands first in the tree, so that the same tree gives the same words; of links, all. */
function failure(
  findings: readonly Finding[],
  { root, baseline, isCopy = false, linksMayLeave }: SnapshotOptions,
): Misled | { readonly fault: SyncFault } | undefined {
  const misled = findings.find(({ code }) => code === 'cache_lies' || code === 'rules_changed');
  if (misled) return misled.code as Misled;
  const [first] = findings.filter(({ code }) => code !== 'workspace_link_leaves').sort(inOrder);
  const links = linksMayLeave ? [] : leavingOf(findings, baseline);
  const side = { root, isCopy };
  // What was read of it last is no matter then.
  if (findings.length > 0 && !existsSync(root)) return { fault: rootGone(side) };
  if (first && !(links[0] && comparePaths(links[0].path, first.path) < 0)) return { fault: faultOf(first, side) };
  return links.length > 0 ? { fault: linkFault(links, side) } : undefined;
}

const inOrder = (a: { readonly path: BytePath }, b: { readonly path: BytePath }): number =>
  comparePaths(a.path, b.path);

/** A link that was there when the copy was made was judged where it came from. */
function leavingOf(findings: readonly Finding[], baseline: Tree | undefined): readonly LeavingLink[] {
  const links = new Map<BytePath, BytePath>();
  for (const { code, path, detail = '' } of findings) {
    const entry = baseline?.get(path);
    const isKnown = entry?.kind === 'link' && entry.target === detail;
    if (code === 'workspace_link_leaves' && !isKnown) links.set(path, detail);
  }
  return [...links].map(([path, target]) => ({ path, target })).sort(inOrder);
}
