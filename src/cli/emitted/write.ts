/**
 * Outputs that are folders, written over what an earlier emit left there: what it wrote and the new one has no more goes with the same all
 * or none as the outputs. Before the first file is written the list in the folder names all old and new ones, and the last thing that is written is the
 * list of the new ones, so that an emit that was killed anywhere is mended by the next.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { firstLine } from '../../adapters/files/first-line.ts';
import { ioReason } from '../../adapters/files/io-reason.ts';
import { type GiveUp, oneAtATime } from '../../adapters/files/one-at-a-time.ts';
import { holdFolder, holdThere, type OutputFolder } from '../../adapters/files/output-folder.ts';
import { outputPlace } from '../../adapters/files/output-place.ts';
import type { ScenarioTree } from '../../adapters/files/scenario-tree.ts';
import { sha256Hex } from '../../base/sha256.ts';
import * as Cli from '../../diagnostics/catalogue/cli.ts';
import * as D from '../../diagnostics/catalogue/emit.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { Emit, Outputs } from '../emit.ts';
import { newMark, writeOutputs } from '../output.ts';
import { type Kept, type Leftovers, leftoversOf, removeEmpty, sweepCutOff } from './leftovers.ts';
import { listName, listText, nothingWritten, unitedLists, type WrittenList } from './list.ts';
import { ListFault, listIn, putList } from './list-file.ts';

type Texts = ReadonlyMap<string, string>;

/** An output that may be written into the same folder again. */
interface Again extends Emit {
  readonly holds: readonly string[];
}
const isAgain = (emit: Emit): emit is Again => emit.holds !== undefined;

/** What an earlier emit left and will stay, since somebody changed it or nobody knows of it. Writes nothing. */
export function leftoversKept(
  emits: readonly Emit[],
  textsOf: (emit: Emit) => Texts,
  trees: readonly ScenarioTree[],
): readonly Diagnostic[] {
  return emits.filter(isAgain).flatMap((emit) => {
    try {
      const place = outputPlace(emit.path, trees);
      if ('reason' in place) return [];
      const folder = holdThere(place.path);
      try {
        const list = listIn(folder, emit)?.list;
        if (!list)
          return isOurs(folder, emit) ? [D.listMissing({ path: emit.shown, list: listName(emit.kind) }, {})] : [];
        const texts = textsOf(emit);
        return leftoversOf(place.path, list, (name) => texts.has(name)).kept.map((one) => told(emit, one));
      } finally {
        folder.close();
      }
    } catch {
      // The folder is not there yet; or writing will say why not.
      return [];
    }
  });
}

/** One of its own files is as headgate writes it. */
const isOurs = (folder: Pick<OutputFolder, 'at'>, { holds }: Again): boolean =>
  holds.some((name) => firstLine(folder.at(name))?.startsWith('# Written by headgate') === true);

const told = ({ shown }: Emit, { name, why }: Kept): Diagnostic =>
  D.leftoverKept({ path: join(shown, name), reason: why }, {});

/** All outputs, or none. */
export async function writeEmits(
  emits: readonly Emit[],
  outputs: Outputs,
  textsOf: (emit: Emit) => Texts,
  trees: readonly ScenarioTree[],
): Promise<readonly Diagnostic[]> {
  const mark = newMark();
  const begun: Begun[] = [];
  let failures: readonly Diagnostic[] = [];
  try {
    for (const emit of emits.filter(isAgain)) {
      const one = await begin(emit, textsOf(emit), mark, trees);
      if ('code' in one) {
        failures = [one];
        break;
      }
      begun.push(one);
    }
    if (failures.length === 0) {
      const leftovers = begun.flatMap((one) => one.leftovers.removable);
      failures = await writeOutputs(outputs.files, trees, { mark, leftovers });
    }
    for (const one of begun.reverse()) {
      if (failures.length > 0) takeBack(one);
      else end(one);
    }
    return [...failures, ...begun.flatMap(({ emit, cutOff }) => cutOff.map((kept) => told(emit, kept)))];
  } finally {
    for (const { folder, giveUp } of begun) {
      folder.close();
      await giveUp();
    }
  }
}

interface Begun {
  readonly emit: Again;
  readonly folder: OutputFolder;
  readonly path: string;
  readonly giveUp: GiveUp;
  /** Of the list that was there. */
  readonly before: string | undefined;
  readonly leftovers: Leftovers;
  readonly cutOff: readonly Kept[];
  /** As it is when all is written. */
  readonly list: WrittenList;
}

async function begin(
  emit: Again,
  texts: Texts,
  mark: string,
  trees: readonly ScenarioTree[],
): Promise<Begun | Diagnostic> {
  const refused = (reason: string, remedy?: string): Diagnostic =>
    Cli.outputNotWritable({ path: emit.shown, reason, remedy }, {});
  let folder: OutputFolder | undefined;
  let giveUp: GiveUp | undefined;
  try {
    const place = outputPlace(emit.path, trees);
    if ('reason' in place) return refused(place.reason, place.remedy);
    const { path } = place;
    const turn = await oneAtATime(`emit ${emit.kind}`, path);
    if (turn === 'busy') return refused('another `headgate` is writing there', 'wait until it has ended');
    giveUp = turn;
    folder = holdFolder(path);
    const before = listIn(folder, emit);
    const old = before?.list ?? nothingWritten;
    const written = new Map([...texts].map(([name, text]) => [name, new Set([sha256Hex(text)])] as const));
    const cutOff = sweepCutOff(path, old);
    const leftovers = leftoversOf(path, old, (name) => texts.has(name));
    putList(folder, emit, listText({ files: unitedLists([old.files, written]), mark }));
    const kept = leftovers.kept.map(({ name }) => [name, old.files.get(name) ?? new Set<string>()] as const);
    const list = { files: new Map([...kept, ...written]) };
    return { emit, folder, path, giveUp, before: before?.text, leftovers, cutOff, list };
  } catch (error) {
    folder?.unmake();
    folder?.close();
    await giveUp?.();
    if (error instanceof ListFault) return refused(error.message, error.remedy);
    const { reason, remedy } = ioReason(error as NodeJS.ErrnoException);
    return refused(reason, remedy);
  }
}

function takeBack({ emit, folder, before }: Begun): void {
  try {
    if (before === undefined) rmSync(folder.at(listName(emit.kind)), { force: true });
    else putList(folder, emit, before);
    folder.unmake();
  } catch {
    // The longer list stays, which names more than there is.
  }
}

function end({ emit, folder, path, leftovers: { gone, removable }, list }: Begun): void {
  for (const one of [...gone.map((name) => join(path, name)), ...removable.map((left) => left.path)])
    removeEmpty(one, path);
  try {
    putList(folder, emit, listText(list));
  } catch {
    // The same.
  }
}
