/** Scenarios of a few files, checked in memory, fixed and checked again. */

import { type Checked, type Fixed, fixInRounds } from '../../../../src/authoring/fix/rounds.ts';
import type { Diagnostic } from '../../../../src/diagnostics/diagnostic.ts';
import type { FixKind } from '../../../../src/diagnostics/fix.ts';
import { runExample, type Surroundings, surroundings } from '../../../support/harness.ts';

export type Files = Readonly<Record<string, string>>;

export async function check(files: Files): Promise<Checked> {
  const example = { files: new Map(Object.entries(files)), root: 'scenario.yaml', ask: false, answers: new Map() };
  return (await runExample(example, surroundings[0] as Surroundings)).result;
}

export const codes = ({ diagnostics }: Checked): readonly string[] => diagnostics.map(({ code }) => code);

export const titles = ({ diagnostics }: { readonly diagnostics: readonly Diagnostic[] }): readonly string[] =>
  diagnostics.flatMap(({ fixes = [] }) => fixes.map(({ title }) => title));

export interface Run extends Fixed {
  readonly files: Files;
  readonly rechecks: number;
}

export async function fixAll(
  files: Files,
  kinds: readonly FixKind[] = ['safe', 'remove'],
  mayChange: (file: string) => boolean = () => true,
): Promise<Run> {
  let rechecks = 0;
  const recheck = (texts: ReadonlyMap<string, string>): Promise<Checked> => {
    rechecks++;
    return check({ ...files, ...Object.fromEntries(texts) });
  };
  const fixed = await fixInRounds(await check(files), { kinds, mayChange, recheck });
  return { ...fixed, files: { ...files, ...Object.fromEntries(fixed.texts) }, rechecks };
}
