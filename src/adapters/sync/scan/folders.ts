/** One folder after another: what it holds, from the cache where that is sure to be right. */
import type * as Fs from 'node:fs';
import type { GitRules } from '../ignore/git-rules.ts';
import type { Judge, Judged } from '../ignore/judge.ts';
import type { Blocks, FolderStat, Scanned } from './block.ts';
import type { Entries, Looked } from './entries.ts';
import type { Files } from './files.ts';
import type { Links } from './links.ts';
import type { Job, Settings } from './protocol.ts';

export interface Outcome {
  /** Undefined: it is not there any more. A number is where it stands in the cache, as it still is. */
  readonly folder: Scanned | number | undefined;
  /** Paths of what lies in it and is to be looked at. */
  readonly below: readonly string[];
  readonly count: number;
  /** In entries of which nothing had to be read. */
  readonly effort: number;
}

export interface Parts {
  readonly fs: typeof Fs;
  readonly blocks: Blocks;
  readonly files: Files;
  readonly links: Links;
  readonly judge: Judge;
  readonly entries: Entries;
  readonly readGitRules: (text: string) => GitRules;
}

/** It runs as text in every thread (see program.ts), and calls nothing but what it is given. It throws a `Finding` for what ends a scan. */
export function folders(parts: Parts, settings: Settings): (job: Job) => Outcome {
  const { fs, blocks, files, links, judge, entries } = parts;
  const { kinds } = blocks;
  const { root, dev, cache, isGit } = settings;
  const largestRules = 1 << 20;
  const tries = 5;
  const gone: Outcome = { folder: undefined, below: [], count: 0, effort: 1 };
  /** A file that is read takes as long as so many that are looked at. */
  const reading = 8;
  const effortOf = (known: Int32Array): number => known.reduce((sum, place) => sum + (place < 0 ? reading : 1), 4);
  const mounts = new Set(settings.mounts);
  const known = new Map<string, number>();
  for (const at of (cache && blocks.placesIn(cache)) ?? []) known.set(blocks.keyAt(cache as Uint8Array, at), at);
  /** Of each folder what its parents say, and under its path with `/` behind it what it says itself as well. */
  const judged = new Map<string, Judged>();

  /** Of those that were passed over. */
  const withoutRules = new Set<string>();

  const named = (path: string): string | Buffer => {
    const full = path === '' ? root : `${root}/${path}`;
    return /[\x80-\xff]/.test(full) ? Buffer.from(full, 'latin1') : full;
  };

  function judgedAround(path: string): Judged {
    const found = judged.get(path);
    if (found) return found;
    const slash = path.lastIndexOf('/');
    const made =
      path === ''
        ? judge.root(settings.exclude, settings.rules.map(parts.readGitRules))
        : judge.inside(judgedIn(path.slice(0, Math.max(slash, 0))), path.slice(slash + 1));
    judged.set(path, made);
    return made;
  }

  function judgedIn(path: string): Judged {
    const found = judged.get(`${path}/`);
    if (found) return found;
    const own = path === '' ? '.gitignore' : `${path}/.gitignore`;
    const text =
      isGit && !withoutRules.has(path)
        ? entries.reading(own, () => files.text(path, '.gitignore', largestRules))
        : undefined;
    if (text === 'too-large') return entries.stop('workspace_ignore_too_large', own);
    const around = judgedAround(path);
    const made = text === undefined ? around : judge.withRules(around, parts.readGitRules(text));
    judged.set(`${path}/`, made);
    return made;
  }

  function isSameFolder(a: FolderStat, b: FolderStat | undefined): boolean {
    return a.ino === b?.ino && a.dev === b.dev && a.mtimeMs === b.mtimeMs && a.ctimeMs === b.ctimeMs;
  }

  /** Undefined where there is no folder any more. */
  function list(path: string, stat: FolderStat): readonly string[] | undefined {
    files.settle(stat);
    try {
      const all = fs.readdirSync(named(path), 'latin1' as BufferEncoding);
      return all.filter((name) => name !== '.git').sort();
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException;
      return code === 'ENOENT' || code === 'ENOTDIR' ? undefined : entries.stop('workspace_unreadable', path, code);
    }
  }

  /** What git looks at, but for a sample. Undefined where it is to be looked at nevertheless. */
  function passedOver(path: string, stat: Fs.Stats): Outcome | undefined {
    const place = known.get(path);
    if (!cache || place === undefined || !blocks.isIndexedAt(cache, place) || entries.isSample()) return undefined;
    const before = blocks.readHead(cache, place);
    if (!before.isTrusted || !isSameFolder(before.stat, stat)) return undefined;
    const samples: number[] = [];
    before.kinds.forEach((kind, i) => {
      if ((kind === kinds.file || kind === kinds.program) && entries.isSample()) samples.push(i);
    });
    if (samples.length > 0 && !entries.trySome(path, blocks.read(cache, place), samples)) return undefined;
    withoutRules.add(path);
    return {
      folder: place,
      below: before.kinds.includes(kinds.folder) ? foldersIn(path, place) : [],
      count: before.kinds.length,
      effort: 2 + samples.length * reading,
    };
  }

  function foldersIn(path: string, place: number): readonly string[] {
    const { names, kinds: of } = blocks.read(cache as Uint8Array, place);
    const prefix = path === '' ? '' : `${path}/`;
    return names.filter((_, i) => of[i] === kinds.folder).map((name) => prefix + name);
  }

  /** What is below may count otherwise than when it was cached. */
  function isRuled(names: readonly string[], looked: Looked, before: Scanned | undefined): boolean {
    const i = names.indexOf('.gitignore');
    if (i < 0) return before?.names.includes('.gitignore') === true;
    return (looked.known[i] as number) < 0 || (looked.kinds[i] !== kinds.file && looked.kinds[i] !== kinds.program);
  }

  /** Undefined where it changed meanwhile. */
  function whole(path: string, stat: Fs.Stats, isTold: boolean): Outcome | undefined {
    const passed = settings.passesOver && !isTold ? passedOver(path, stat) : undefined;
    if (passed) return passed;
    withoutRules.delete(path);
    const place = known.get(path);
    const before = place === undefined ? undefined : blocks.read(cache as Uint8Array, place);
    const isSure = before?.isTrusted === true && isSameFolder(before.stat, stat);
    // A folder whose times are what they were holds the same names.
    const isRead = !isSure || entries.isSample();
    const names = isRead ? list(path, stat) : (before as Scanned).names;
    if (!names) return undefined;
    if (!names.includes('.gitignore')) judged.set(`${path}/`, judgedAround(path));
    const looked = entries.look(path, names, judgedIn(path), before);
    // What came or went while it was read might have been passed over.
    if (!looked || (isRead && !isSameFolder(stat, entries.statOf(path)))) return undefined;
    if (isSure && isRead && names.join('/') !== before?.names.join('/')) return entries.stop('cache_lies', path);
    if (settings.passesOver && isGit && isRuled(names, looked, before)) return entries.stop('rules_changed', path);
    // What is in a folder that holds the same names was looked at before it was told.
    const below = isTold && isSure ? [] : looked.below;
    const filled = looked.isSame && !looked.kinds.includes(kinds.link) ? undefined : entries.fill(path, looked, before);
    if (isSure && looked.isSame) return { folder: place, below, count: names.length, effort: names.length + 4 };
    const rest = filled ?? entries.fill(path, looked, before);
    if (!rest) return undefined;
    const folder = { ...looked, ...rest, path, isPart: false, isTrusted: !entries.isRacy(stat), stat };
    return { folder, below, count: names.length, effort: effortOf(looked.known) };
  }

  /** Names that count although they are ignored. What is not there is not missed. */
  function part(path: string, only: readonly string[], stat: Fs.Stats): Outcome | undefined {
    const place = known.get(`${path}/`);
    const before = place === undefined ? undefined : blocks.read(cache as Uint8Array, place);
    const around = { excluded: judgedIn(path).excluded, levels: [] };
    const names = only.filter((name) => entries.statOf(path === '' ? name : `${path}/${name}`) !== undefined);
    const looked = entries.look(path, names, around, before);
    const rest = looked && entries.fill(path, looked, before);
    if (!looked || !rest) return undefined;
    return {
      folder: { ...looked, ...rest, path, isPart: true, isTrusted: false, stat },
      below: [],
      count: names.length,
      effort: effortOf(looked.known),
    };
  }

  return ({ path, only, isTold }) => {
    for (let tried = 0; tried < tries; tried++) {
      if (tried > 0) files.pause(5 * 3 ** tried);
      const stat = entries.statOf(path);
      if (!stat?.isDirectory()) return gone;
      if (stat.dev !== dev || mounts.has(path)) return entries.stop('workspace_nested_mount', path);
      links.isFolder(path);
      const outcome = only ? part(path, only, stat) : whole(path, stat, isTold === true);
      if (outcome) return outcome;
    }
    return entries.stop('workspace_changing', path);
  };
}
