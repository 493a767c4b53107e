import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compare, goldenCases, goldenFolder, settle } from '../support/golden.ts';
import {
  artifactsOf,
  filesBelow,
  findRoot,
  forReview,
  isInput,
  loadExample,
  readCaseFile,
  runExample,
  surroundings,
} from '../support/harness.ts';

/** Cases of `cli` run the built command line, those of `fix` are mended: see cli.test.ts and fix.test.ts. */
const cases = goldenCases((suite) => suite !== 'cli' && suite !== 'fix');

describe.skipIf(cases.length === 0)('golden', () => {
  it.each(cases)('%s', async (name) => {
    const folder = join(goldenFolder, name);
    const config = readCaseFile(folder);
    const example = loadExample(folder, config);
    const outcomes = await Promise.all(surroundings.map((where) => runExample(example, where)));
    const [first, second] = outcomes.map((outcome) => artifactsOf(outcome, example.root));
    if (!first || !second) throw new Error('two surroundings');
    expect(compare(first, second), 'the same in both surroundings').toEqual({ missing: [], orphans: [], changed: [] });

    for (const { emitted, emittedOfText } of outcomes) expect(emittedOfText).toEqual(emitted);
    const failed = outcomes[0]?.result.diagnostics.some((d) => d.severity === 'error') === true;
    expect(failed ? 'fail' : 'ok', 'as case.json expects').toBe(config.expect ?? 'fail');
    expect(settle(name, forReview(first))).toBeUndefined();
  });
});

describe('golden folders', () => {
  it('hold a case each', () => {
    const strays = readdirSync(goldenFolder, { withFileTypes: true }).filter((entry) => !entry.isDirectory());
    expect(strays.map((entry) => entry.name)).toEqual([]);
    const rootless = cases.filter(
      (name) => findRoot(filesBelow(join(goldenFolder, name)).filter(isInput)) === undefined,
    );
    expect(rootless).toEqual([]);
  });

  it('have small scenarios', () => {
    const long = cases.filter((name) => {
      const folder = join(goldenFolder, name);
      const root = findRoot(filesBelow(folder).filter(isInput));
      return root !== undefined && readFileSync(join(folder, root), 'utf8').trimEnd().split('\n').length > 25;
    });
    expect(long, 'a golden shows one thing in at most 25 lines').toEqual([]);
  });
});
