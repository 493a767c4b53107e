import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Diagnostic } from '../../src/diagnostics/diagnostic.ts';
import { renderText } from '../../src/diagnostics/render/text.ts';
import { type Example, runExample, type Surroundings, surroundings } from '../support/harness.ts';
import { examplesOf, type Page, pageCodes, pagesFolder, parsePage } from '../support/pages.ts';

async function diagnose(
  example: Example,
): Promise<{ readonly diagnostics: readonly Diagnostic[]; readonly text: string }> {
  const { result } = await runExample(example, surroundings[0] as Surroundings);
  return { diagnostics: result.diagnostics, text: renderText(result.diagnostics, result.sources) };
}

const examplesIn = (page: Page, section: string): ReturnType<typeof examplesOf> =>
  examplesOf(page.fences.filter((fence) => fence.section === section));

describe('page', () => {
  it.each(pageCodes())('%s', async (code) => {
    const page = parsePage(readFileSync(`${pagesFolder}/${code}.md`, 'utf8'));
    expect(page.title).toBe(code);
    expect(page.text).not.toMatch(/\n{3,}/);
    if (page.sections.includes('Shown by')) {
      expect(page.shownBy.length, 'a list of tests or golden cases').toBeGreaterThan(0);
      for (const shown of page.shownBy) expect(existsSync(shown), `${shown} exists`).toBe(true);
    } else expect(page.sections).toEqual(['Invalid', 'Valid']);

    // A page may say that the fault never comes alone: "Comes with `phase/name`".
    const companions = [...page.text.matchAll(/Comes with `([^`]+)`/g)].map((m) => m[1]);
    for (const example of examplesIn(page, 'Invalid')) {
      const { diagnostics, text } = await diagnose(example);
      const where = `the invalid example at line ${example.line} gives\n${text}`;
      expect(
        diagnostics.map((d) => d.code),
        where,
      ).toContain(code);
      const others = diagnostics.filter((d) => d.severity === 'error' && d.code !== code).map((d) => d.code);
      expect(
        others.filter((other) => !companions.includes(other)),
        where,
      ).toEqual([]);
    }
    for (const example of examplesIn(page, 'Valid')) {
      const { text } = await diagnose(example);
      expect(text, `the valid example at line ${example.line}`).toBe('');
    }
  });

  it('has examples in both sections', () => {
    const lacking = pageCodes().filter((code) => {
      const page = parsePage(readFileSync(`${pagesFolder}/${code}.md`, 'utf8'));
      return page.sections.some((section) => section !== 'Shown by' && examplesIn(page, section).length === 0);
    });
    expect(lacking).toEqual([]);
  });
});
