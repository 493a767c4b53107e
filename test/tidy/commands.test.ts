import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { importsOf, type SourceFile, sourceFiles } from '../support/source-files.ts';

const folder = 'src/cli/commands';
const definitions = sourceFiles(folder);

/** What a definition may bring along at once: its own kind, and how it is written. */
const light = (target: string): boolean =>
  target === 'commander' || target === 'src/cli/definition.ts' || target.startsWith(`${folder}/`);

function heavyImportsOf(file: SourceFile): readonly string[] {
  const lines = file.text.split('\n');
  return importsOf(file)
    .filter(({ target, line }) => !light(target) && !/^import type |\bimport\(/.test(lines[line - 1] ?? ''))
    .map(({ target, line }) => `${file.path}:${line}: imports ${target}, which every other command pays for`);
}

describe('definitions of commands', () => {
  it('load their code when they act, and not before', () => {
    expect(definitions.flatMap(heavyImportsOf)).toEqual([]);
  });

  it.each(["import { run } from '../../runtime/run.ts';", "import {\n  run,\n} from '../../runtime/run.ts';"])(
    'would be refused with %j',
    (text) => {
      expect(heavyImportsOf({ path: `${folder}/x.ts`, text })).toHaveLength(1);
    },
  );

  it('are all listed, a command a file', () => {
    // From the program over the groups, whose commands may be loaded when one of them is typed.
    const reached = new Set(['src/cli/program.ts']);
    for (const path of reached)
      for (const { target } of importsOf({ path, text: readFileSync(path, 'utf8') }))
        if (target.startsWith(`${folder}/`)) reached.add(target);
    expect(definitions.map(({ path }) => path).filter((path) => !reached.has(path))).toEqual([]);
    expect(definitions.filter(({ text }) => (text.match(/: CommandDefinition = /g) ?? []).length > 1)).toEqual([]);
  });

  it('leave the program a list', () => {
    expect(readFileSync('src/cli/program.ts', 'utf8').split('\n').length).toBeLessThan(80);
  });
});
