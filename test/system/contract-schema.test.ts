/** What a contract is, by two validators that share no code: ours, and Python's jsonschema over the published schemas. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { JsonValue } from '../../src/base/json.ts';
import { createSink } from '../../src/diagnostics/sink.ts';
import { judgeDocument } from '../../src/language/contract/judge.ts';
import { bundleKind, contractKind, recordKind } from '../../src/language/contract/vocabulary.ts';
import { fits as fitsRecord } from '../../src/language/generated/record.js';
import { loadSyntax } from '../../src/language/syntax/parse.ts';
import type { Mutation } from '../support/contract-mutations.ts';
import { bundleMutations, contractMutations, recordMutations } from '../support/contracts.ts';
import { createTempFolder } from '../support/temp-folder.ts';

const judge = `
import json, sys
from jsonschema import Draft202012Validator
schema = json.load(open(sys.argv[1]))
Draft202012Validator.check_schema(schema)
valid = Draft202012Validator(schema).is_valid
for line in open(sys.argv[2], encoding='utf-8'): print(int(valid(json.loads(line))))
`;

let python = '';
beforeAll(async () => {
  const installed = spawnSync('bash', [resolve('scripts/install-jsonschema.sh')], { encoding: 'utf8' });
  if (installed.status !== 0) throw new Error(`jsonschema cannot be installed:\n${installed.stderr}`);
  python = join(installed.stdout.trim(), 'bin', 'python');
  await loadSyntax('json5');
});

function byPython(schema: string, documents: readonly JsonValue[]): readonly boolean[] {
  const temp = createTempFolder();
  try {
    const folder = temp.lay({ lines: documents.map((one) => `${JSON.stringify(one)}\n`).join('') });
    const { status, stdout, stderr } = spawnSync(python, ['-c', judge, schema, join(folder, 'lines')], {
      encoding: 'utf8',
      maxBuffer: 1 << 26,
    });
    expect(status, stderr).toBe(0);
    return stdout
      .trim()
      .split('\n')
      .map((line) => line === '1');
  } finally {
    temp.remove();
  }
}

/** As `contract validate` says it. */
function byUs(document: JsonValue): { readonly valid: boolean; readonly said: string } {
  const sink = createSink();
  const valid = judgeDocument({ file: 'x.json', text: JSON.stringify(document) }, sink) !== undefined;
  return { valid, said: sink.diagnostics.map(({ message }) => message).join('\n') };
}

/** Elsewhere somebody may have the schema that ours is a retelling of: HEADGATE_CONTRACT_SCHEMA names it, and it must say the same. */
const reference = process.env['HEADGATE_CONTRACT_SCHEMA'];
const documents: readonly (readonly [path: string, kind: string, () => readonly Mutation[], least: number])[] = [
  [resolve('schemas/operation-contract.schema.json'), contractKind, contractMutations, 1000],
  [resolve('schemas/operation-record.schema.json'), recordKind, recordMutations, 500],
  [resolve('schemas/support-bundle.schema.json'), bundleKind, bundleMutations, 250],
  ...(reference === undefined ? [] : [[resolve(reference), contractKind, contractMutations, 1000] as const]),
];

describe('004-1, 004-2, 004-3: the same documents are valid for both', () => {
  it('ours are, as they stand', () => {
    for (const [schema, , mutations] of documents) {
      const [whole] = mutations().filter(({ what }) => /^the \w+ as it is$/.test(what));
      expect(whole?.fits, schema).toBe(true);
      expect(byPython(schema, [whole?.document ?? null]), schema).toEqual([true]);
    }
  });

  it.each(documents)('%s', (schema, named, mutations, least) => {
    const { kind } = (JSON.parse(readFileSync(schema, 'utf8')) as { properties: { kind: { const: string } } })
      .properties;
    // Of another kind, a document is held against another schema.
    const all = mutations().filter(({ what }) => !/^kind as|^with "kind"/.test(what));
    expect(kind.const).toBe(named);
    const theirs = byPython(
      schema,
      all.map(({ document }) => document),
    );
    expect(theirs).toHaveLength(all.length);
    const differing = all.flatMap(({ what, document, fits }, index) => {
      const { valid: isJudged, said } = byUs(document);
      // A record is held to more than its schema: what `contract validate` takes fits, and the schema is compared by itself.
      const valid = kind.const === 'OperationRecord' && !isJudged ? fitsRecord(document) : isJudged;
      const expected = fits ?? theirs[index];
      return valid === theirs[index] && valid === expected ? [] : [`${what}: ${theirs[index]}, not ${valid} ${said}`];
    });
    expect(differing).toEqual([]);
    expect(theirs.filter((valid) => valid).length).toBeGreaterThan(20);
    expect(theirs.filter((valid) => !valid).length).toBeGreaterThan(least);
  });
});
