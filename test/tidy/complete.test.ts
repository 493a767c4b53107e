/** One owner of what is done: a run is called COMPLETE by the gate alone, and no other place could come to do so unseen. */
import { describe, expect, it } from 'vitest';
import { type SourceFile, sourceFiles } from '../support/source-files.ts';

const owner = 'src/runtime/gate/gate.ts';

/** Ways to speak of it that make nothing complete: to compare with it, to declare it as a type or in a schema. */
const harmless = [
  /[!=]== ['"]COMPLETE['"]/g,
  /Type\.Literal\(['"]COMPLETE['"]\)/g,
  /\| ['"]COMPLETE['"]/g,
  /readonly state: ['"]COMPLETE['"];/g,
  /^\s*\[?(['"][A-Z]+['"], )*['"]COMPLETE['"](, ['"][A-Z]+['"])+\]?,?$/gm,
];

function faultsOf({ path, text }: SourceFile): readonly string[] {
  if (path === owner) return [];
  const code = text.replace(/^\s*(?:\/?\*|\/\/).*$/gm, '');
  const rest = harmless.reduce((left, pattern) => left.replace(pattern, ''), code);
  return rest
    .split('\n')
    .flatMap((line, at) => (/['"`]COMPLETE['"`]|basis: ['"`]/.test(line) ? [`${path}:${at + 1}: ${line.trim()}`] : []));
}

describe('COMPLETE', () => {
  it('is constructed in one module', () => {
    expect(sourceFiles('src').flatMap(faultsOf)).toEqual([]);
    const [gate] = sourceFiles('src').filter(({ path }) => path === owner);
    expect([...(gate?.text ?? '').matchAll(/return \{ state: 'COMPLETE'/g)]).toHaveLength(1);
  });

  it.each([
    "return { state: 'COMPLETE', basis: 'probes_passed' };",
    "const state = 'COMPLETE';",
    "outcome.state = ok ? 'COMPLETE' : 'FAILED';",
    "return { state, basis: 'no_probes_declared' };",
  ])('sees %s', (text) => {
    expect(faultsOf({ path: 'src/runtime/x.ts', text })).toHaveLength(1);
  });

  it.each(["if (status?.state === 'COMPLETE') return;", "readonly state: 'RUNNING' | 'COMPLETE' | 'FAILED';"])(
    'lets %s be',
    (text) => {
      expect(faultsOf({ path: 'src/runtime/x.ts', text })).toEqual([]);
    },
  );
});
