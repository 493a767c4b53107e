/** Every fix of every golden case and every page, applied alone. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { applyFixes } from '../../../../src/authoring/fix/apply.ts';
import { textFix } from '../../../../src/authoring/fix/text-fix.ts';
import type { Diagnostic } from '../../../../src/diagnostics/diagnostic.ts';
import type { Fix } from '../../../../src/diagnostics/fix.ts';
import { renderText } from '../../../../src/diagnostics/render/text.ts';
import {
  type Example,
  loadExample,
  readCaseFile,
  runExample,
  type Surroundings,
  surroundings,
} from '../../../support/harness.ts';
import { examplesOf, pageCodes, pagesFolder, parsePage } from '../../../support/pages.ts';

const where = surroundings[0] as Surroundings;

const goldens = ['check', 'fix', 'link', 'lint', 'parse', 'resolve'].flatMap((suite) =>
  readdirSync(join('golden', suite)).map((name) => join('golden', suite, name)),
);

function examples(): readonly (readonly [string, Example])[] {
  const cases = goldens.map(
    (folder) => [folder, { ...loadExample(folder, readCaseFile(folder)), ask: false }] as const,
  );
  const pages = pageCodes()
    .filter((code) => /^(?:check|link|lint|parse|resolve)\//.test(code))
    .flatMap((code) => {
      const { fences } = parsePage(readFileSync(`${pagesFolder}/${code}.md`, 'utf8'));
      return examplesOf(fences).map((example) => [`${code}:${example.line}`, { ...example, ask: false }] as const);
    });
  return [...cases, ...pages];
}

const key = (d: Diagnostic): string => `${d.code} ${d.at?.file} ${d.message}`;

/** What one list has more often than the other. */
function extra(more: readonly Diagnostic[], than: readonly Diagnostic[]): readonly string[] {
  const left = than.map(key);
  return more.map(key).filter((one) => {
    const at = left.indexOf(one);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

const withTexts = (example: Example, texts: ReadonlyMap<string, string>): Example => ({
  ...example,
  files: new Map([...example.files].map(([path, text]) => [path, texts.get(path) ?? text])),
});

const met = new Map<string, Set<string>>();

describe('a fix alone', () => {
  test.each(examples())('%s', async (name, example) => {
    const { result: before } = await runExample(example, where);
    const fixes = before.diagnostics.flatMap((d): (readonly [Diagnostic, Fix])[] =>
      (d.fixes ?? []).map((fix) => [d, fix]),
    );
    for (const [diagnostic, fix] of fixes) {
      met.set(diagnostic.code, (met.get(diagnostic.code) ?? new Set()).add(fix.kind));
      expect(textFix(fix, before.sources), `${name}: ${diagnostic.code} ${fix.title}`).toBeDefined();
      const { texts } = applyFixes([fix], before.sources);
      const { result: after } = await runExample(withTexts(example, texts), where);
      const told = `${name}: ${fix.title}\n${[...texts.values()].join('\n')}\n${renderText(after.diagnostics, after.sources)}`;
      const gone = extra(before.diagnostics, after.diagnostics);
      expect(gone, told).toContain(key(diagnostic));
      if (fix.kind !== 'suggest') expect(extra(after.diagnostics, before.diagnostics), told).toEqual([]);
    }
  });

  /** A guess is not pinned: whether a name is near is up to the example. */
  test('is there for these codes', () => {
    const found = [...met].flatMap(([code, kinds]) => [...kinds].map((kind) => `${kind} ${code}`));
    expect(found.filter((one) => !one.startsWith('suggest ')).sort()).toEqual([
      'remove lint/unused-config',
      'remove lint/unused-program',
      'remove lint/unused-provide',
      'remove lint/unused-slot',
      'remove lint/unused-use',
      'safe link/external-slot-requires-weak',
      'safe lint/deprecated-binding-self-source',
      'safe lint/deprecated-export-self-target',
      'safe lint/duplicate-environment-resolver',
      'safe lint/secret-from-plain',
    ]);
    expect(found.filter((one) => one.startsWith('suggest ')).length).toBeGreaterThan(12);
  });
});
