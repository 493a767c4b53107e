/** The published schema of manifests accepts what headgate accepts, and refuses what it refuses. */
import { existsSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../../src/base/json.ts';
import { manifestSchema } from '../../../../src/language/manifest-schema/manifest.ts';
import { prepareParser } from '../../../../src/phases/1-parse/index.ts';
import { loadCatalogue } from '../../../support/catalogue.ts';
import { beyond, compileSchema, disagreement, type Judgement, judgeText } from '../../../support/manifest-agreement.ts';
import { type CorpusText, cases, manifestCorpus } from '../../../support/manifest-corpus.ts';
import { fullManifests, smallManifests } from '../../../support/manifest-full.ts';

const validate = compileSchema(manifestSchema);
const judged: { readonly text: CorpusText; readonly judgement: Judgement; readonly fault: string | undefined }[] = [];

beforeAll(async () => {
  await prepareParser('without-ending');
  for (const text of manifestCorpus()) {
    const judgement = judgeText(text.file, text.text, validate);
    if (judgement) judged.push({ text, judgement, fault: disagreement(judgement, validate) });
  }
});

/** What is said before there is a tree that a schema could look at. */
const noTree = [
  ...['parse/invalid-utf8', 'parse/binary-file', 'parse/json5-syntax', 'parse/yaml-syntax', 'parse/too-deep'],
  'parse/too-many-values',
  ...['parse/yaml-alias-limit', 'parse/yaml-tag', 'parse/multiple-documents'],
];
const codes = (await loadCatalogue())
  .map(({ definition }) => definition.code)
  .filter((code) => /^(parse|check)\//.test(code) && !noTree.includes(code))
  .sort();

describe('manifest schema', () => {
  test('agrees with headgate about every manifest of the project', () => {
    const faults = judged.flatMap(({ text, fault }) => (fault === undefined ? [] : [`${text.where}: ${fault}`]));
    expect(faults).toEqual([]);
    const accepted = judged.filter(({ judgement }) => judgement.accepted).length;
    expect(accepted).toBeGreaterThan(300);
    expect(judged.length - accepted).toBeGreaterThan(150);
  });

  test.skipIf(!existsSync(cases))('saw the measured cases too', () => {
    expect(judged.filter(({ text }) => text.where.startsWith('rewrite.json: ')).length).toBeGreaterThan(100);
  });

  test('was shown every error alone', () => {
    const alone = new Set(
      judged.flatMap(({ judgement: { visible, invisible } }) => {
        const found = new Set([...visible, ...invisible].map(({ code }) => code));
        return found.size === 1 ? [...found] : [];
      }),
    );
    expect(codes.filter((code) => !alone.has(code))).toEqual([]);
  });

  test('accepts every field in every form', () => {
    for (const manifest of [...fullManifests, ...smallManifests])
      expect(validate(manifest), JSON.stringify([manifest, validate.errors])).toBe(true);
  });

  test('the comparison sees a schema that is too wide and one that is too narrow', () => {
    const differing = (change: JsonObject): number => {
      const other = compileSchema({ ...manifestSchema, ...change });
      return judged.filter(({ judgement }) => other(judgement.manifest) !== judgement.accepted).length;
    };
    expect(differing({})).toBe(0);
    expect(differing({ additionalProperties: true })).toBeGreaterThan(0);
    expect(differing({ allOf: [{}] })).toBeGreaterThan(0);
    expect(differing({ required: ['manifest_version', 'exports'] })).toBeGreaterThan(0);
  });
});

describe('what the schema cannot see', () => {
  test('are codes of the catalogue, once each', () => {
    const named = beyond.map(({ code }) => code);
    expect(named.filter((code, i) => !codes.includes(code) || named.indexOf(code) !== i)).toEqual([]);
  });

  test('is what docs/editors.md says', () => {
    const section = /^## What only headgate sees\n([\s\S]*?)(?:^## |$(?![\s\S]))/m.exec(
      readFileSync('docs/editors.md', 'utf8'),
    )?.[1];
    const listed = [...(section ?? '').matchAll(/`((?:parse|check)\/[a-z-]+)`/g)].map((match) => match[1] as string);
    expect(listed.toSorted()).toEqual(beyond.map(({ code }) => code).toSorted());
  });
});
