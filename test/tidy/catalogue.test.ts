import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { JsonReport } from '../../src/diagnostics/render/json.ts';
import { camelCase, loadCatalogue } from '../support/catalogue.ts';
import { filesBelow } from '../support/harness.ts';
import { pageCodes, pagesFolder, parsePage } from '../support/pages.ts';
import { importsOf, sourceFiles } from '../support/source-files.ts';

const catalogue = await loadCatalogue();
const codes = catalogue.map(({ definition }) => definition.code).sort();

/** Diagnostics in the expected outputs of the golden cases. */
const golden = filesBelow('golden')
  .filter((path) => path.endsWith('/expected/diagnostics.json'))
  .flatMap((path) =>
    (JSON.parse(readFileSync(`golden/${path}`, 'utf8')) as JsonReport).diagnostics.map((d) => ({ path, ...d })),
  );

const shownBy = (code: string): readonly string[] => {
  const path = `${pagesFolder}/${code}.md`;
  return existsSync(path) ? parsePage(readFileSync(path, 'utf8')).shownBy : [];
};

describe('catalogue', () => {
  it('names every code once', () => {
    expect(codes.filter((code, index) => codes.indexOf(code) !== index)).toEqual([]);
    expect(codes.length).toBeGreaterThan(0);
  });

  it('names codes alike', () => {
    expect(codes.filter((code) => !/^[a-z]+\/[a-z0-9]+(-[a-z0-9]+)*$/.test(code))).toEqual([]);
    const other = catalogue.filter(
      ({ definition, exportName }) => camelCase(definition.code.split('/')[1] ?? '') !== exportName,
    );
    expect(other.map(({ definition, exportName }) => `${definition.code} is exported as ${exportName}`)).toEqual([]);
  });

  it('keeps aliases for codes of others', () => {
    const own = new Set(codes);
    expect(catalogue.flatMap(({ definition }) => definition.aliases).filter((alias) => own.has(alias))).toEqual([]);
  });

  it('has a page for every code, and no other', () => {
    const pages = pageCodes();
    expect({
      without: codes.filter((code) => !pages.includes(code)),
      orphans: pages.filter((code) => !codes.includes(code)),
    }).toEqual({
      without: [],
      orphans: [],
    });
  });

  it('shows every code in a golden case, or in what its page names under "Shown by"', () => {
    const seen = new Set(golden.map((d) => d.code));
    expect(codes.filter((code) => !seen.has(code) && shownBy(code).length === 0)).toEqual([]);
    expect(
      [...seen].filter((code) => !codes.includes(code)),
      'codes in goldens that nothing declares',
    ).toEqual([]);
  });

  it('has every definition reported somewhere', () => {
    const files = sourceFiles('src').filter(({ path }) => !path.startsWith('src/diagnostics/catalogue/'));
    const idle = catalogue.filter(({ exportName, file }) => {
      const users = files.filter((source) =>
        importsOf(source).some(({ target }) => target === `src/diagnostics/catalogue/${file}.ts`),
      );
      return !users.some(({ text }) => new RegExp(`\\b${exportName}\\b`).test(text));
    });
    expect(idle.map(({ definition }) => definition.code)).toEqual([]);
  });
});

describe('messages', () => {
  /** Findings carry a policy's own words. */
  const own = golden.filter((d) => !d.code.startsWith('govern/finding-'));

  it('start in lower case and end without a full stop', () => {
    const wrong = own.filter((d) => /^[A-Z][a-z]/.test(d.message) || /[^.]\.$/.test(d.message));
    expect(wrong.map((d) => `${d.path}: ${d.message}`)).toEqual([]);
  });

  it('of errors lie in a file, unless they are about the command line', () => {
    const nowhere = own.filter((d) => d.severity === 'error' && d.file === '' && !d.code.startsWith('cli/'));
    expect(nowhere.map((d) => `${d.path}: ${d.code}`)).toEqual([]);
  });
});
