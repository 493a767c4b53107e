/** What was compiled from the published schemas says what the schemas say. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, describe, expect, it } from 'vitest';
import { isObject, type JsonObject, type JsonValue } from '../../src/base/json.ts';
import { fits as fitsBundle } from '../../src/language/generated/bundle.js';
import { fits as fitsContract } from '../../src/language/generated/contract.js';
import { fits as fitsJournal } from '../../src/language/generated/journal.js';
import { fits as fitsLock } from '../../src/language/generated/lock.js';
import { fits as fitsOptions } from '../../src/language/generated/options.js';
import { fits as fitsPlan } from '../../src/language/generated/plan.js';
import { fits as fitsFolded } from '../../src/language/generated/plan-v2.js';
import { fits as fitsRecord } from '../../src/language/generated/record.js';
import { migrate } from '../../src/language/journal/migrate.ts';
import { validBundle, validContract, validRecord } from '../support/contracts.ts';
import { foldPlan } from '../support/folded-plan.ts';

const folder = mkdtempSync(join(tmpdir(), 'headgate-validators-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const read = (path: string): JsonValue => JSON.parse(readFileSync(path, 'utf8')) as JsonValue;
const goldens = (name: string): readonly JsonValue[] =>
  readdirSync('golden', { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith(`/${name}`))
    .sort()
    .map((path) => read(join('golden', path)));

const lines = readFileSync('test/fixtures/runs/v1/runs/20300101-000000-0000/journal.ndjson', 'utf8')
  .trim()
  .split('\n')
  .map((line) => migrate(JSON.parse(line) as JsonObject) as JsonValue);

const odd: readonly JsonValue[] = [null, true, -1, 1, 1.5, 'x', '', [], {}];

/** Calls `visit` while `root` differs in one place, and puts each back. */
function eachChange(root: JsonObject, visit: () => void): void {
  const open: (Record<string, JsonValue> | JsonValue[])[] = [root as Record<string, JsonValue>];
  for (let node = open.pop(); node; node = open.pop()) {
    const fields = node as Record<string, JsonValue>;
    for (const [key, value] of Object.entries(fields)) {
      if (isObject(value) || Array.isArray(value)) open.push(value as JsonValue[]);
      for (const by of odd) {
        fields[key] = by;
        visit();
      }
      if (!Array.isArray(node)) {
        delete fields[key];
        visit();
      }
      fields[key] = value;
    }
    if (Array.isArray(node)) continue;
    fields['more'] = 1;
    visit();
    delete fields['more'];
  }
}

const documents: readonly (readonly [string, (value: unknown) => boolean, readonly JsonValue[]])[] = [
  ['plan', fitsPlan, goldens('plan.json').filter((plan) => JSON.stringify(plan).length < 2000)],
  [
    'plan-v2',
    fitsFolded,
    goldens('plan.json')
      .filter((plan) => JSON.stringify(plan).length < 6000)
      .map((plan) => foldPlan(plan as JsonObject, { saved: -Infinity, field: 40, text: 10 }))
      .filter((plan) => plan['version'] === 2)
      .slice(0, 2),
  ],
  ['journal', fitsJournal, lines],
  ['operation-contract', fitsContract, [validContract()]],
  ['operation-record', fitsRecord, [validRecord()]],
  ['support-bundle', fitsBundle, [validBundle()]],
  ['lock', fitsLock, goldens('headgate.lock').filter(fitsLock).slice(0, 2)],
  [
    'options',
    fitsOptions,
    [{ sourceFolder: '/x', externals: { a: 'http://b' }, exportPorts: { c: 1 }, components: { '/': {} } }],
  ],
];

describe.each(documents)('the validator of %s', (name, fits, examples) => {
  it('agrees with its schema on real ones, and on all that differ from them in one place', () => {
    const schema = new Ajv2020({ strict: false }).compile(read(`schemas/${name}.schema.json`) as object);
    expect(examples.length).toBeGreaterThan(0);
    let [right, wrong] = [0, 0];
    for (const example of examples) {
      const changed = JSON.parse(JSON.stringify(example)) as JsonObject;
      eachChange(changed, () => {
        const verdict = fits(changed);
        if (verdict !== schema(changed)) expect(verdict, JSON.stringify(changed)).toBe(!verdict);
        if (verdict) right++;
        else wrong++;
      });
      expect(changed).toEqual(example);
    }
    expect(right).toBeGreaterThan(5);
    expect(wrong).toBeGreaterThan(10);
  });
});

it('validators are those of the schemas as they are now: `npm run gen`', () => {
  const { status, stderr } = spawnSync(process.execPath, ['scripts/gen-validators.mjs', folder], { encoding: 'utf8' });
  expect(status, stderr).toBe(0);
  const names = readdirSync(folder);
  expect(names).toContain('plan.js');
  const stale = names.filter(
    (name) => readFileSync(join(folder, name), 'utf8') !== readFileSync(join('src/language/generated', name), 'utf8'),
  );
  expect(stale).toEqual([]);
});
