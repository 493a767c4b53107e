import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Checked, fixInRounds } from '../../src/authoring/fix/rounds.ts';
import { renderText } from '../../src/diagnostics/render/text.ts';
import { goldenCases, goldenFolder, settle } from '../support/golden.ts';
import { type Example, loadExample, readCaseFile, runExample, surroundings } from '../support/harness.ts';

const cases = goldenCases((suite) => suite === 'fix');

/** The texts that are mended, and what is left to say about them. */
async function mend(
  example: Example,
  unused: boolean,
  where: (typeof surroundings)[number],
): Promise<Map<string, string>> {
  const check = async (texts: ReadonlyMap<string, string>): Promise<Checked> => {
    const files = new Map([...example.files].map(([path, text]) => [path, texts.get(path) ?? text]));
    return (await runExample({ ...example, files }, where)).result;
  };
  const fixed = await fixInRounds(await check(new Map()), {
    kinds: unused ? ['safe', 'remove'] : ['safe'],
    mayChange: () => true,
    recheck: check,
  });
  const artifacts = new Map(fixed.texts);
  if (fixed.diagnostics.length > 0) artifacts.set('diagnostics.txt', renderText(fixed.diagnostics, fixed.sources));
  return artifacts;
}

describe.skipIf(cases.length === 0)('golden fixes', () => {
  it.each(cases)('%s', async (name) => {
    const folder = join(goldenFolder, name);
    const config = readCaseFile(folder);
    const example: Example = { ...loadExample(folder, config), ask: false };
    const [first, second] = await Promise.all(
      surroundings.map((where) => mend(example, config.unused === true, where)),
    );
    expect(second, 'the same in both surroundings').toEqual(first);
    expect(first?.size, 'something is mended').toBeGreaterThan(0);
    expect(settle(name, first ?? new Map())).toBeUndefined();
  });
});
