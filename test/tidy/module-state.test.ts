/**
 * A module that remembers something makes two compiles in one process depend on each other. What is worth keeping stands in values that
 * are handed on, or behind `memoized`, where nobody can see it.
 */
import { describe, expect, it } from 'vitest';
import { type SourceFile, sourceFiles, withoutComments } from '../support/source-files.ts';

/** What belongs to the process rather than to a compile, and why. */
const ofTheProcess: Readonly<Record<string, string>> = {
  'src/adapters/sandbox/bubblewrap.ts': 'what this machine can do does not change while a process lives',
  'src/adapters/sandbox/prepare.ts': 'numbers that must differ within the process',
  'src/adapters/sandbox/private-folder.ts': 'folders that go with the process, however it ends',
  'src/cli/main.ts': 'signals that the process was sent',
  'src/diagnostics/codes.ts': 'a table of constants, made when it is first asked for',
  'src/runtime/deploy/die-with.ts': 'one shell for the process, which ends what it started when it is gone',
  'src/language/schema/assertions.ts': 'compiled patterns by their text, the oldest forgotten',
};

/** At the left margin: a variable, or a collection that starts empty or is not declared readonly. */
const STATE =
  /^(?:export )?(?:let |const \w+ = new (?:Map|Set)(?:<.*>)?\((?!\[)|const \w+(?:: (?!Readonly)\S.*)? = new Weak(?:Map|Set)\b|const \w+(?:: (?!readonly)\S+\[\])? = \[\];)/;

function faultsOf({ path, text }: SourceFile): readonly string[] {
  if (path in ofTheProcess) return [];
  return withoutComments(text)
    .split('\n')
    .flatMap((line, index) => (STATE.test(line) ? [`${path}:${index + 1}: ${line.trim()}`] : []));
}

describe('modules', () => {
  it('remember nothing', () => {
    expect(sourceFiles('src').flatMap(faultsOf)).toEqual([]);
  });

  it.each([
    'let count = 0;',
    'export let known: string | undefined;',
    'const seen = new Map<string, number>();',
    'const live = new Set<string>();',
    'const cache = new WeakMap<object, string>();',
    'export const labels: WeakMap<object, string> = new WeakMap();',
    'const all = [];',
  ])('are caught at %s', (line) => {
    expect(faultsOf({ path: 'src/x.ts', text: line })).toHaveLength(1);
  });

  it.each([
    "const few: ReadonlySet<string> = new Set(['a']);",
    "const marks = new Set(['a']);",
    '  const seen = new Map<string, number>();',
    'const indexOf = memoized((manifest) => manifest);',
  ])('may have %s', (line) => {
    expect(faultsOf({ path: 'src/x.ts', text: line })).toEqual([]);
  });
});
