/**
 * `check --watch`: checks again whenever something has changed that the check has looked at. Every check reads all files again and keeps only
 * what their bytes came to, so an event too many costs little, and one that is missed is made up for by looking now and then.
 */
import { type FSWatcher, realpathSync, type Stats, statSync, watch } from 'node:fs';
import { dirname, isAbsolute, relative } from 'node:path';
import type { Cli } from '../app/cli.ts';
import { UsageError } from '../app/usage-error.ts';
import { printable } from '../diagnostics/render/width.ts';
import { createDocumentMemory } from '../phases/2-resolve/document-memory.ts';

/** Milliseconds: for an editor to finish, and between events that changed nothing, at most. */
const REST = { least: 50, most: 1000 } as const;
/** Milliseconds between looks where the system tells of changes, and where it does not. */
const LOOK = { told: 2000, untold: 500 } as const;
/** Bytes of texts. */
const KEPT = 32 << 20;
/** Folders that the system is asked to tell about. */
const MOST_FOLDERS = 4000;
const MOST_NAMES = 3;

type Said = readonly [stream: 'out' | 'commands' | 'err', text: string];

interface Round {
  readonly said: readonly Said[];
  /** By path, what tells whether it has changed; files and folders. */
  readonly stamps: ReadonlyMap<string, string>;
}

/** Goes on until it is interrupted. `check` does one, of what can be read again and again. */
export async function watchChecks(cli: Cli, isReading: boolean, check: (cli: Cli) => Promise<number>): Promise<number> {
  if (!isReading)
    throw new UsageError(
      '--watch reads files again and again, and does nothing else: not with --fix, --apply-policies, the path `-`, or a format with a path',
    );
  const memory = createDocumentMemory(KEPT);
  const round = async (last?: Round): Promise<Round> => {
    // As they are before they are read: what changes meanwhile is another change.
    const before = new Map([...(last?.stamps.keys() ?? [])].map((path) => [path, stampOf(path)]));
    const said: Said[] = [];
    const looked = new Set<string>([cli.cwd]);
    const to = (stream: Said[0]) => async (text: string) => void said.push([stream, text]);
    const { onBytes: _, ...cliOfRound } = cli;
    const one: Cli = {
      ...cliOfRound,
      out: to('out'),
      commands: to('commands'),
      err: to('err'),
      status: undefined,
      recall: memory.recall,
      looked: (path) => looked.add(path),
    };
    try {
      await check(one);
    } catch (error) {
      // What was typed was right once: a file that it names is not as it should be for now.
      if (!last || !(error instanceof UsageError)) throw error;
      said.push(['err', `error: ${printable(error.message)}\n`]);
    }
    const places = [...placesOf(looked, cli.cwd)];
    return { said, stamps: new Map(places.map((path) => [path, before.get(path) ?? stampOf(path)])) };
  };
  const say = async ({ said, stamps }: Round): Promise<void> => {
    for (const [stream, text] of said) await (cli[stream] ?? cli.out)(text);
    await cli.err(`watching ${stamps.size} files and folders; Ctrl-C ends\n`);
  };

  const signs = createSigns();
  let last = await round();
  await say(last);
  let rest: number = REST.least;
  /** Stamps of files that were named before the stamps of a round had them: they were read already when they still seemed to be the same. */
  let named: ReadonlyMap<string, string> = new Map();
  for (let isNew = signs.follow(last.stamps); ; ) {
    // What is followed only now may have changed since it was read.
    if (!isNew) {
      await signs.wait(last.stamps);
      await new Promise((done) => setTimeout(done, rest));
    }
    const before = last;
    last = await round(before);
    const { stamps } = last;
    const known = named;
    const seen = changedOf(before.stamps, stamps).filter((path) => stamps.get(path) !== known.get(path));
    const isOther = JSON.stringify(before.said) !== JSON.stringify(last.said);
    const isEarly = isOther && seen.length === 0;
    const now = isEarly ? new Map([...stamps.keys()].map((path) => [path, stampOf(path)])) : stamps;
    const changed = isEarly ? changedOf(before.stamps, now) : seen;
    named = new Map([...(isEarly ? now : named)].filter(([path, stamp]) => stamps.get(path) !== stamp));
    rest = isOther || changed.length > 0 ? REST.least : Math.min(2 * rest, REST.most);
    isNew = signs.follow(stamps);
    if (isOther || changed.length > 0) {
      await cli.err(changedText(changed, cli.cwd));
      await say(last);
    }
  }
}

/** With the folders around them up to the current one, where settings may come to be, and with what links lead to. */
function placesOf(looked: ReadonlySet<string>, cwd: string): ReadonlySet<string> {
  const places = new Set<string>();
  const add = (path: string): void => {
    for (let place = path; !places.has(place); place = dirname(place)) {
      places.add(place);
      const way = relative(cwd, place);
      // Its own folder tells when it is replaced; those above the current one are none of ours.
      if (place !== path && (way === '' || way.startsWith('..') || isAbsolute(way))) break;
    }
  };
  for (const path of looked) {
    add(path);
    const real = realOf(path);
    if (real !== undefined && real !== path) add(real);
  }
  return places;
}

function realOf(path: string): string | undefined {
  try {
    return realpathSync.native(path);
  } catch {
    return undefined;
  }
}

function stampOf(path: string): string {
  let found: Stats;
  try {
    found = statSync(path);
  } catch {
    return 'none';
  }
  // Files are told apart from a folder, which changes whenever something comes into it that is not looked at.
  return `${found.isDirectory() ? 'folder' : 'file'} ${found.dev} ${found.ino} ${found.size} ${found.mtimeMs} ${found.ctimeMs}`;
}

/** Files that are not what they were; of folders only the output tells whether it matters. */
const changedOf = (before: Round['stamps'], after: Round['stamps']): readonly string[] =>
  [...new Set([...before.keys(), ...after.keys()])].filter((path) => {
    const [one = 'none', other = 'none'] = [before.get(path), after.get(path)];
    return one !== other && !one.startsWith('folder') && !other.startsWith('folder');
  });

function changedText(paths: readonly string[], cwd: string): string {
  const names = paths.slice(0, MOST_NAMES).map((path) => printable(relative(cwd, path) || '.'));
  const more = paths.length > MOST_NAMES ? ` and ${paths.length - MOST_NAMES} more` : '';
  return names.length === 0 ? '\nchanged\n' : `\nchanged: ${names.join(', ')}${more}\n`;
}

interface Signs {
  /** True where something is followed that was not before. */
  readonly follow: (stamps: Round['stamps']) => boolean;
  /** Resolves when something has changed, or may have. */
  readonly wait: (stamps: Round['stamps']) => Promise<void>;
}

function createSigns(): Signs {
  const watchers = new Map<string, { readonly watcher: FSWatcher; readonly stamp: string }>();
  let isTold = true;
  let isDue = false;
  let wake = (): void => {};
  const due = (): void => {
    isDue = true;
    wake();
  };
  const drop = (folder: string): void => {
    watchers.get(folder)?.watcher.close();
    watchers.delete(folder);
  };
  /** The folder itself, not what lies there by its name now. */
  const identity = (stamp: string): string => stamp.split(' ').slice(0, 3).join(' ');
  return {
    follow(stamps) {
      const folders = new Map(
        [...stamps].filter(([, stamp]) => stamp.startsWith('folder')).map(([path, stamp]) => [path, identity(stamp)]),
      );
      isTold = folders.size <= MOST_FOLDERS;
      for (const [folder, { stamp }] of watchers) if (!isTold || folders.get(folder) !== stamp) drop(folder);
      if (!isTold) return false;
      let isNew = false;
      for (const [folder, stamp] of folders) {
        if (watchers.has(folder)) continue;
        try {
          // An editor that saves by renaming changes the folder, not the file.
          const watcher = watch(folder, due);
          watcher.on('error', () => {
            drop(folder);
            due();
          });
          watchers.set(folder, { watcher, stamp });
          isNew = true;
        } catch {
          // There are no more to be had, or there is no such thing on this file system.
          isTold = false;
        }
      }
      return isNew;
    },
    async wait(stamps) {
      const look = setInterval(
        () => {
          for (const [path, stamp] of stamps) if (stampOf(path) !== stamp) return due();
        },
        isTold ? LOOK.told : LOOK.untold,
      );
      await new Promise<void>((done) => {
        wake = done;
        if (isDue) done();
      });
      clearInterval(look);
      isDue = false;
    },
  };
}
