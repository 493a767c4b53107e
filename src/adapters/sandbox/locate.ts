/** Finds what a command line really runs, and which folders of the host that takes. */
import { accessSync, constants, existsSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import { firstLine } from '../files/first-line.ts';
import type { ScenarioTree } from '../files/scenario-tree.ts';
import { installationOf, isInside, isSystemPath } from './host-view.ts';
import { isLink, linkTarget, readText, realPath, statOf } from './look.ts';
import { programRefusal, shownFor } from './program-place.ts';

export interface Located {
  /** The command line with an absolute program. */
  readonly argv: readonly string[];
  /** Absolute paths to bind read-only. */
  readonly folders: readonly string[];
  /** Links to make: path → target. Bare names that only the host's PATH knows are in `linkFolder`. */
  readonly links: ReadonlyMap<string, string>;
  /** What is executed: the program, and after it what it starts by itself (the command of `env`, the interpreter of a script). */
  readonly executed: readonly Executed[];
}
export interface Executed {
  /** As written, in the command line or in the script. */
  readonly path: string;
  /** The file behind it on this machine. */
  readonly file: string;
}
export interface NotLocated {
  readonly message: string;
  readonly help: string;
}

export interface LocateOptions {
  readonly cwd: string;
  /** The folders that a bare name is looked up in, inside the sandbox. */
  readonly path: readonly string[];
  /** The host's own PATH: for names that no folder of `path` has. */
  readonly hostPath: readonly string[];
  /** Folder inside the sandbox, on its PATH, for links to programs found in the host's PATH. */
  readonly linkFolder: string;
  /** That of the scenario; null where it has none on this machine. */
  readonly tree: ScenarioTree | null;
}

interface Search extends LocateOptions {
  readonly folders: Set<string>;
  readonly links: Map<string, string>;
  readonly executed: Executed[];
}

/**
 * The system's folders win over the host's PATH, so that the same program runs whoever compiles. A name that only PATH knows
 * is followed through links and pyenv shims to the file that would run.
 */
export function locateProgram(argv: readonly string[], options: LocateOptions): Located | NotLocated {
  const search: Search = { ...options, folders: new Set(), links: new Map(), executed: [] };
  const [name = '', ...args] = argv;
  const program = find(name, search);
  if (typeof program !== 'string') return program;
  search.executed.push({ path: name, file: search.links.get(program) ?? program });
  const fault = follow(program, args, search, 0);
  const { folders, links, executed } = search;
  return fault ?? { argv: [program, ...args], folders: [...folders], links, executed };
}

/** The absolute path under which the program is seen inside. */
function find(name: string, search: Search): string | NotLocated {
  if (name.includes('/')) {
    if (isAbsolute(name)) return faultOf(resolve(name)) ?? resolve(name);
    const path = resolve(search.cwd, name);
    const outside = search.tree ? programRefusal(path, search.tree) : undefined;
    if (outside) return { ...outside, message: `program \`${name}\` cannot be used: ${outside.message}` };
    return faultOf(path) ?? path;
  }
  const known = search.path.map((folder) => join(folder, name)).find(isExecutable);
  if (known !== undefined) return known;
  const found = search.hostPath.map((folder) => join(folder, name)).find(isExecutable);
  const real = found === undefined ? undefined : realProgram(found, name, search.cwd);
  if (real === undefined) {
    return {
      message: `program \`${name}\` was not found in ${search.path.join(':')}, nor in your PATH`,
      help: `install \`${name}\` for the whole system, or name the program by its path`,
    };
  }
  const link = join(search.linkFolder, name);
  search.links.set(link, real);
  return link;
}

/** Binds what `program` needs, and what it starts: the command of `env`, or the interpreter of a script. */
function follow(program: string, args: readonly string[], search: Search, depth: number): NotLocated | undefined {
  const found = search.links.get(program);
  // What the user has on the PATH, no manifest has chosen.
  show(found ?? program, search, found === undefined ? around(search) : installationOf);
  if (depth > 4) return undefined;
  const next = basename(program) === 'env' ? commandOfEnv(args) : undefined;
  const [interpreter, ...rest] = next === undefined ? shebang(search.links.get(program) ?? program) : [next];
  if (interpreter === undefined) return undefined;
  const started = find(interpreter, search);
  if (typeof started === 'string') {
    search.executed.push({ path: interpreter, file: search.links.get(started) ?? started });
    return follow(started, rest, search, depth + 1);
  }
  return {
    ...started,
    message: next === undefined ? `${started.message}; \`${program}\` is a script for it` : started.message,
  };
}

/** Every link on the way to the file, and the installation that the file belongs to. */
function show(program: string, search: Search, shown: (path: string) => string): void {
  // What is around a part of the system is one too, and visible: it need not be looked at.
  const bindAround = (path: string): void => {
    if (!isSystemPath(path)) bind(shown(path), search);
  };
  // The folder of a link holds what stands beside it, for instance the `pyvenv.cfg` of a virtual environment.
  bindAround(program);
  let path = program;
  for (let hop = 0; hop < 16 && isLink(path); hop++) {
    const target = linkTarget(path) ?? '';
    const visible = isSystemPath(path) || [...search.folders].some((folder) => isInside(path, folder));
    if (!visible) search.links.set(path, target);
    path = resolve(dirname(path), target);
  }
  bindAround(path);
  bindAround(realPath(path));
}

const around =
  ({ tree }: Search) =>
  (path: string): string =>
    shownFor(path, tree ?? undefined);

function bind(path: string, search: Search): void {
  if (!isSystemPath(path)) search.folders.add(path);
}

/** `env [-i] [-u NAME] [NAME=VALUE…] COMMAND`; undefined for options that say more. */
function commandOfEnv(args: readonly string[]): string | undefined {
  for (let index = 0; index < args.length; index++) {
    const arg = args[index] as string;
    if (arg === '-S' || arg === '--split-string') return args[index + 1]?.trim().split(/\s+/)[0];
    if (arg.startsWith('-S')) return arg.slice(2).trim().split(/\s+/)[0];
    if (arg === '-u' || arg === '--unset') index++;
    else if (arg === '-i' || arg === '--' || arg === '-' || arg.includes('=')) continue;
    else return arg.startsWith('-') ? undefined : arg;
  }
  return undefined;
}

/** The interpreter line of a script, in words. */
function shebang(path: string): readonly string[] {
  const line = firstLine(path);
  if (!line?.startsWith('#!')) return [];
  const match = /^\s*(\S+)\s*(.*?)\s*$/.exec(line.slice(2));
  return match?.[1] === undefined ? [] : [match[1], ...(match[2] ? [match[2]] : [])];
}

/** A pyenv shim is a script that asks pyenv, which is not there inside; the version files say the same. */
function realProgram(found: string, name: string, cwd: string): string | undefined {
  const root = basename(dirname(found)) === 'shims' ? dirname(dirname(found)) : undefined;
  if (root === undefined || !existsSync(join(root, 'versions'))) return found;
  const wanted = process.env['PYENV_VERSION'] || localVersion(cwd) || readText(join(root, 'version')).trim();
  return wanted
    .split(/[\s:]+/)
    .map((version) => join(root, 'versions', version, 'bin', name))
    .find(isExecutable);
}

function localVersion(folder: string): string {
  const version = readText(join(folder, '.python-version')).trim();
  return version === '' && dirname(folder) !== folder ? localVersion(dirname(folder)) : version;
}

function isExecutable(path: string): boolean {
  return faultOf(path) === undefined;
}

function faultOf(path: string): NotLocated | undefined {
  const stat = statOf(path);
  const help =
    'a relative `program.path` starts at the folder of the manifest; a name without `/` is looked up in PATH';
  if (!stat) return { message: `program \`${path}\` does not exist`, help };
  if (!stat.isFile()) return { message: `program \`${path}\` is a folder, not a program`, help };
  try {
    accessSync(path, constants.X_OK);
    return undefined;
  } catch {
    return {
      message: `program \`${path}\` is not executable`,
      help: `run \`chmod +x ${path}\`, or name its interpreter as the program`,
    };
  }
}
