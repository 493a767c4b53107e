/** `--emit KIND=PATH` of a compile, `--to KIND=PATH` of a plan: what is to be written where. */
import { join, relative, resolve } from 'node:path';
import { splitPair } from '../app/flags.ts';
import { realPath } from '../app/real-path.ts';
import { UsageError } from '../app/usage-error.ts';
import { invariant } from '../base/invariant.ts';
import { suggest } from '../base/suggest.ts';
import {
  type EmitKind,
  emitKinds,
  isEmitKind,
  isPlanKind,
  outputs,
  type PlanKind,
  planKinds,
} from '../phases/7-emit/emitters.ts';
import { isHeld, listName } from './emitted/list.ts';
import type { Destination, OutputFile } from './output.ts';
import type { WrittenTo } from './overwrite.ts';

export interface Emit<K extends EmitKind = EmitKind> extends Destination {
  readonly kind: K;
  /** Others than the owner read the files. */
  readonly readable?: true;
  /** `-` */
  readonly toStdout: boolean;
  /** Names of what it writes below `path`, where it may be written again: as `Output` has it. */
  readonly holds?: readonly string[];
  /** Further files go into the folder that is called like the file with this behind. */
  readonly companions?: string;
}

/** Which kinds an option takes. */
interface Taken<K extends EmitKind> {
  readonly option: string;
  readonly kinds: readonly K[];
  readonly is: (kind: string) => kind is K;
}
const ofCompile: Taken<EmitKind> = { option: '--emit', kinds: emitKinds, is: isEmitKind };
const ofPlan: Taken<PlanKind> = { option: '--to', kinds: planKinds, is: isPlanKind };

export const parseEmits = (given: readonly string[], cwd: string): readonly Emit[] => parseAll(given, cwd, ofCompile);

export const parsePlanEmits = (given: readonly string[], cwd: string): readonly Emit<PlanKind>[] =>
  parseAll(given, cwd, ofPlan);

function parseAll<K extends EmitKind>(given: readonly string[], cwd: string, by: Taken<K>): readonly Emit<K>[] {
  const { option } = by;
  const emits = given.map((text) => parseEmit(text, cwd, by));
  const taken = new Map<string, Emit<K>>();
  for (const emit of emits) {
    const place = emit.toStdout ? '-' : realPath(emit.path);
    const other = taken.get(place) ?? emits.find((one) => liesIn(emit, one));
    if (other)
      throw new UsageError(`${option} ${other.kind} and ${option} ${emit.kind} both write to \`${emit.shown}\``);
    taken.set(place, emit);
  }
  return emits;
}

/** Whether it is to be written where another has its own files, or an earlier one had. */
function liesIn(emit: Emit, other: Emit): boolean {
  if (emit === other || emit.toStdout) return false;
  const { kind, path, holds, companions, fresh } = other;
  if (companions !== undefined && namesIn(`${path}${companions}`, emit).length > 0) return true;
  const names = namesIn(path, emit);
  if (fresh) return names.length > 0;
  if (holds === undefined) return false;
  return names.some(
    (name) =>
      name === listName(kind) || holds.includes(`${name}/`) || isHeld(emit.folder ? join(name, '_') : name, holds),
  );
}

/** What it is called below a folder, as typed and with links followed; nothing where it lies elsewhere. */
const namesIn = (folder: string, { path }: Emit): readonly string[] =>
  [relative(folder, path), relative(realPath(folder), realPath(path))].filter((name) => !/^\.\.(?:\/|$)/.test(name));

function parseEmit<K extends EmitKind>(text: string, cwd: string, { option, kinds, is }: Taken<K>): Emit<K> {
  const pair = splitPair(text);
  if (!pair) throw new UsageError(`${option} takes KIND=PATH, and was given \`${text}\`; kinds: ${kinds.join(', ')}`);
  const [kind, path] = pair;
  if (!is(kind)) {
    if (isEmitKind(kind))
      throw new UsageError(
        `${option} ${kind}: this output needs more than the plan; make it with \`headgate compile SCENARIO --emit ${kind}=${path}\`; kinds: ${kinds.join(', ')}`,
      );
    const near = suggest(kind, kinds);
    const hint = near === undefined ? '' : `did you mean \`${near}\`? `;
    throw new UsageError(`${option} ${kind}: there is no such kind of output; ${hint}kinds: ${kinds.join(', ')}`);
  }
  const { shape, fresh, companions, readable, holds } = outputs[kind];
  const folder = shape === 'folder';
  if (companions !== undefined && path === '-')
    throw new UsageError(`${option} ${kind} writes a folder beside its file, which standard output cannot take`);
  if (folder && path === '-')
    throw new UsageError(`${option} ${kind} writes a folder, which standard output cannot take`);
  return {
    kind,
    shown: path,
    path: resolve(cwd, path),
    toStdout: path === '-',
    folder,
    fresh: fresh === true,
    ...(readable ? { readable } : {}),
    ...(companions === undefined ? {} : { companions }),
    ...(holds === undefined ? {} : { holds }),
  };
}

/** With the files of those that are folders. */
export const writtenTo = (
  emits: readonly Emit[],
  files: readonly OutputFile[],
  option: string = ofCompile.option,
): readonly WrittenTo[] =>
  emits.flatMap(({ kind, path, shown, toStdout }) => {
    if (toStdout) return [];
    const below = files.filter((file) => file.path.startsWith(`${path}/`));
    return [{ path, shown }, ...below].map((one) => ({
      option: `${option} ${kind}`,
      path: one.path,
      shown: one.shown,
    }));
  });

export interface Outputs {
  readonly files: readonly OutputFile[];
  readonly stdout: string;
}

export function renderOutputs(emits: readonly Emit[], textsOf: (emit: Emit) => ReadonlyMap<string, string>): Outputs {
  const files: OutputFile[] = [];
  let stdout = '';
  for (const emit of emits) {
    const rendered = [...textsOf(emit)];
    if (emit.folder) {
      const { kind, holds } = emit;
      for (const [name] of rendered) invariant(!holds || isHeld(name, holds), `emitter ${kind} may write \`${name}\``);
      files.push(
        ...rendered.map(([name, text]) => ({
          path: join(emit.path, name),
          shown: join(emit.shown, name),
          text,
          isPrivate: emit.readable !== true,
        })),
      );
      continue;
    }
    const [only, ...others] = rendered;
    const beside = emit.companions;
    invariant(only && (others.length === 0 || beside !== undefined), `emitter ${emit.kind} makes one file`);
    files.push(
      ...others.map(([name, text]) => ({
        path: join(`${emit.path}${beside}`, name),
        shown: join(`${emit.shown}${beside}`, name),
        text,
        isPrivate: true,
      })),
    );
    if (emit.toStdout) stdout = only[1];
    else files.push({ path: emit.path, shown: emit.shown, text: only[1], isPrivate: true });
  }
  return { files, stdout };
}
