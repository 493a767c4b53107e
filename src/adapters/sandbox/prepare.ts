/** What a sandbox sees and runs, decided before anything starts. */
import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { release } from 'node:os';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import type { Outside } from '../../ports/confinement.ts';
import { realPlace, type ScenarioTree, treeOfRoot } from '../files/scenario-tree.ts';
import { systemProgram } from '../files/system-program.ts';
import { isTooLarge } from './argument-size.ts';
import { bubblewrapArguments, type Layout, outermost } from './bubblewrap.ts';
import { confineArguments } from './confine.ts';
import { failedToRun, type SandboxEnd } from './end.ts';
import { gateShell } from './gate.ts';
import { gitVariables } from './git-guard.ts';
import { firstShown, keepElsewhere, shownText } from './hidden.ts';
import { installationOf, isInside, isSystemPath, isTooWide, systemParts } from './host-view.ts';
import { inside } from './inside.ts';
import { type HostLimits, prlimitCommand } from './limits.ts';
import type { Located } from './locate.ts';
import { locateHere } from './locate-here.ts';
import { isFile, readText, statOf } from './look.ts';
import type { SandboxBind } from './mounts.ts';
import { packagesAround, sdkMounts, startsNode } from './node-packages.ts';
import { nameOfOuter } from './private-folder.ts';
import type { SandboxSpec } from './spec.ts';
import { settingsOfTool } from './tool-settings.ts';

export interface Prepared {
  readonly command: readonly string[];
  /** What bubblewrap is told besides, given the descriptors of the files; null without a sandbox. */
  readonly args: ((files: Layout['files']) => readonly string[]) | null;
  /** What the first process calls itself, for whoever sweeps up after this one. */
  readonly argv0?: string;
  readonly layout: Omit<Layout, 'files'> | null;
  readonly program: {
    readonly argv: readonly string[];
    readonly env: Readonly<Record<string, string>>;
    readonly cwd: string;
    /** Sets its limits; empty where they cannot be set. */
    readonly prefix: readonly string[];
    /** In the order of the slots, as the agent sees them. */
    readonly slotSockets: readonly string[];
    readonly marker: string | null;
  };
  /** What waits in the program's place; null without a sandbox. */
  readonly gate: {
    readonly command: readonly string[];
    readonly args: readonly string[];
    readonly writable: ReadonlySet<string>;
    /** Folders that are held in memory. */
    readonly memory: readonly string[];
  } | null;
}

let count = 0;

export function prepare(spec: SandboxSpec): Prepared | { readonly fault: SandboxEnd } {
  const boxed = spec.bubblewrap !== null;
  const home = boxed ? inside.home : join(spec.workplace.path, `home${count++}`);
  const linkFolder = boxed ? inside.links : join(home, '.bin');
  const cwd = spec.cwd ?? home;
  const tree = treeOf(spec);
  if (spec.cwd !== null && tree && !tree.holdsFolder(spec.cwd))
    return { fault: { reason: 'start', ...outsideCwd(spec.cwd) } };
  const { path, located: own } = locateHere(spec.argv, cwd, linkFolder, tree);
  if ('message' in own) return { fault: { reason: 'start', ...own } };
  const located = withTools(own, spec.tools ?? [], cwd, linkFolder);
  const prlimit = systemProgram('prlimit');
  if (boxed && prlimit === undefined) {
    return {
      fault: {
        reason: 'sandbox',
        message: '`prlimit` is not installed, and limits are set with it',
        help: 'install util-linux, or pass `--no-sandbox`',
      },
    };
  }
  const marker = boxed ? null : `HEADGATE_SANDBOX=${home}`;
  const env = {
    PATH: [...path, ...(located.links.size > 0 ? [linkFolder] : [])].join(':'),
    HOME: home,
    TMPDIR: boxed ? '/tmp' : home,
    ...(boxed ? gitVariables : {}),
    ...spec.env,
    ...(boxed ? {} : { HEADGATE_SANDBOX: home }),
  };
  const host: HostLimits = { root: process.getuid?.() === 0, kernel: release(), own: readText('/proc/self/limits') };
  const prefix = prlimit === undefined ? [] : prlimitCommand(prlimit, spec.limits, host);
  if (isTooLarge(located.argv, env, host.own)) return { fault: failedToRun('E2BIG', '', spec, '') };
  const slotSockets = spec.slots.map(({ socket }, index) => (boxed ? `${inside.edges}/${index}/s` : socket.path));
  const program = { argv: located.argv, env, cwd: spec.beginsAt ?? cwd, prefix, slotSockets, marker };
  return boxed ? boxedIn(spec, program, located, tree) : plain(spec, program, located.links);
}

/** What no manifest has chosen is shown as whatever the user has on the PATH. */
function withTools(own: Located, tools: readonly string[], cwd: string, linkFolder: string): Located {
  const found = tools.flatMap((tool) => {
    const { located } = locateHere([tool], cwd, linkFolder, null);
    return 'message' in located ? [] : [located];
  });
  return {
    ...own,
    folders: [...[own, ...found].flatMap(({ folders }) => folders), ...tools.flatMap(settingsOfTool)],
    links: new Map([own, ...found].flatMap(({ links }) => [...links])),
  };
}

const treeOf = ({ cwd, tree }: SandboxSpec): ScenarioTree | null =>
  cwd === null ? null : (tree ?? treeOfRoot(join(cwd, 'manifest')));

const outsideCwd = (cwd: string): Outside => ({
  message: `the folder of its manifest, \`${cwd}\`, lies outside of the scenario's tree`,
  help: 'if you trust the scenario with it, name a folder around both: `--root DIR`',
});

type Program = Prepared['program'];

function boxedIn(
  spec: SandboxSpec,
  program: Program,
  located: Located,
  tree: ScenarioTree | null,
): Prepared | { readonly fault: SandboxEnd } {
  const bubblewrap = spec.bubblewrap;
  if (!bubblewrap) return { fault: { reason: 'stopped' } };
  const forNode = startsNode(located.argv);
  const wanted = [
    ...located.folders,
    installationOf(process.execPath),
    bubblewrap.path,
    ...(spec.cwd === null || isTooWide(spec.cwd) || isTooWide(realPlace(spec.cwd)) ? [] : [spec.cwd]),
    ...(forNode && spec.cwd !== null && tree ? packagesAround(spec.cwd, tree) : []),
  ];
  const folders = outermost(wanted.filter((folder) => !isSystemPath(folder)));
  for (const { path } of spec.files) {
    const fault = mountFault(path, folders);
    if (fault !== undefined)
      return {
        fault: { reason: 'start', message: fault, help: 'mount config below /etc, /tmp or a folder of its own' },
      };
  }
  for (const path of spec.links?.keys() ?? []) {
    const fault =
      mountFault(path, folders) ?? (isFile(path) ? `\`${path}\` is there already, and cannot be replaced` : undefined);
    if (fault !== undefined)
      return {
        fault: {
          reason: 'start',
          message: fault,
          help: 'mount what is replaced at a place of its own, such as /run/app',
        },
      };
  }
  const scratch = spec.scratch ?? [];
  const cache = spec.cache ? [{ ...spec.cache, writable: true }] : [];
  const bound = [...(spec.binds ?? []), ...cache];
  const fault = bindFault([...bound, ...scratch], spec, folders);
  if (fault !== undefined)
    return { fault: { reason: 'start', message: fault, help: 'mount storage at a folder of its own, such as /data' } };
  const seen = firstShown(spec.workplace.hidden, [...folders, ...bound.map(({ source }) => source)]);
  if (seen) return { fault: { reason: 'shown', message: shownText(seen), help: keepElsewhere } };
  const visible = (path: string): boolean => isSystemPath(path) || folders.some((folder) => isInside(path, folder));
  const layout: Omit<Layout, 'files'> = {
    system: systemParts(),
    folders,
    emptyFolders: spec.cwd === null || visible(spec.cwd) ? [] : [spec.cwd],
    links: new Map([
      ...spec.workplace.links,
      ...[...located.links].filter(([path]) => !visible(path)),
      ...(spec.links ?? []),
    ]),
    mounts: new Map([
      ...spec.workplace.mounts,
      ...(forNode ? sdkMounts() : []),
      ...spec.slots.map(({ socket }, index): [string, string] => [`${inside.edges}/${index}`, socket.folder]),
      ...(spec.shown ?? []),
    ]),
    scratch,
    binds: bound.sort((a, b) => a.target.length - b.target.length),
    tmpBytes: spec.limits.tmpBytes,
    infoFd: 4,
  };
  return {
    command: [bubblewrap.path, '--args', '{args}', '--', process.execPath, inside.agent],
    args: (files) => bubblewrapArguments(bubblewrap, { ...layout, files }),
    argv0: nameOfOuter(spec.workplace.path),
    layout,
    program,
    gate: {
      command: [bubblewrap.path, '--args', '5', '--', ...program.prefix, gateShell],
      args: confineArguments(bubblewrap, {
        cwd: program.cwd,
        filtered: true,
        nests: spec.widenings?.includes('browser') === true,
      }),
      writable: writablePoints(layout),
      memory: memoryPoints(layout),
    },
  };
}

/** Where something is mounted that the program may write to. */
const writablePoints = ({ binds, scratch }: Pick<Layout, 'binds' | 'scratch'>): ReadonlySet<string> =>
  new Set([
    ...memoryPoints({ scratch }),
    ...['/proc', '/dev/pts'],
    ...['console', 'full', 'null', 'ptmx', 'random', 'tty', 'urandom', 'zero'].map((name) => `/dev/${name}`),
    ...binds.flatMap(({ target, writable }) => (writable ? [target] : [])),
  ]);

const memoryPoints = ({ scratch }: Pick<Layout, 'scratch'>): readonly string[] => [
  ...['/tmp', '/run', '/dev/shm'],
  ...scratch.map(({ target }) => target),
];

/** Why nothing can be mounted there: inside a folder that is read-only, only files that are there can be covered. */
function mountFault(path: string, folders: readonly string[]): string | undefined {
  if (['/proc', '/dev', '/sys', inside.folder].some((folder) => isInside(path, folder)))
    return `config cannot be mounted at \`${path}\``;
  if (!isSystemPath(path) && !folders.some((folder) => isInside(path, folder))) return undefined;
  if (isFile(path)) return undefined;
  return `config cannot be mounted at \`${path}\`: that folder is read-only in the sandbox, and the file is not there`;
}

/** Without a source it is a folder that is made there. */
type Place = Pick<SandboxBind, 'target'> & Partial<Pick<SandboxBind, 'source'>>;

/**
 * Why a folder cannot be bound there. Nothing may lie in a folder that the program writes to and that outlives it: a link which it
 * left there would lead bubblewrap, when it makes the place for the next mount, to a folder of the host.
 */
function bindFault(binds: readonly Place[], spec: SandboxSpec, folders: readonly string[]): string | undefined {
  const parts = systemParts().map(({ path }) => path);
  const fixed = ['/', '/tmp', '/run', '/dev', '/proc', '/sys', inside.folder, ...parts, ...folders];
  for (const { source = '/', target } of binds) {
    const at = `\`${target}\``;
    if (!isAbsolute(target) || resolve(target) !== target)
      return `${at} is not an absolute path, and storage needs one`;
    if (!existsSync(source)) return `what is to be mounted at ${at} does not exist: \`${source}\``;
    if (['/proc', '/dev', '/sys', inside.folder].some((folder) => isInside(target, folder)))
      return `nothing can be mounted at ${at}`;
    const hidden = [...fixed, ...(spec.cwd === null ? [] : [spec.cwd])].find((path) => isInside(path, target));
    if (hidden !== undefined) return `a folder mounted at ${at} would hide \`${hidden}\`, which the program needs`;
    const others = binds.filter((other) => other.target !== target).map((other) => other.target);
    const within = [...others, ...spec.files.map(({ path }) => path)].find((path) => isInside(path, target));
    if (within !== undefined) return `\`${within}\` lies in ${at}, and nothing can be mounted in another mount`;
    if (binds.filter((other) => other.target === target).length > 1) return `two folders are to be mounted at ${at}`;
    const readOnly = isSystemPath(target) || folders.some((folder) => isInside(target, folder));
    if (readOnly && statOf(target)?.isDirectory() !== statOf(source)?.isDirectory())
      return `nothing can be mounted at ${at}: that folder is read-only in the sandbox, and the place is not there`;
  }
  return undefined;
}

function plain(
  spec: SandboxSpec,
  program: Program,
  links: ReadonlyMap<string, string>,
): Prepared | { readonly fault: SandboxEnd } {
  const file = spec.files[0];
  const bind = spec.binds?.[0] ?? spec.scratch?.[0] ?? spec.cache;
  if (bind) {
    const message = `storage is to be mounted at \`${bind.target}\`, which takes the sandbox`;
    return { fault: { reason: 'start', message, help: 'run in a sandbox' } };
  }
  if (file) {
    return {
      fault: {
        reason: 'start',
        message: `config is to be mounted at \`${file.path}\`, which takes the sandbox`,
        help: 'run without `--no-sandbox`, or pass the config as an argument or in the environment',
      },
    };
  }
  mkdirSync(program.env['HOME'] as string, { mode: 0o700, recursive: true });
  for (const [path, target] of links) {
    if (!path.startsWith(`${spec.workplace.path}/`)) continue;
    mkdirSync(dirname(path), { recursive: true });
    symlinkSync(target, path);
  }
  return { command: [process.execPath, spec.workplace.agent], args: null, layout: null, program, gate: null };
}
