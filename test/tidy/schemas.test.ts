/** The published schemas describe what headgate writes. */
import { readdirSync, readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { digestOf } from '../../src/base/digest.ts';
import { canonicalJson, type JsonObject, type JsonValue } from '../../src/base/json.ts';

const read = (path: string): JsonObject => JSON.parse(readFileSync(path, 'utf8')) as JsonObject;
const validate = (name: string): ValidateFunction =>
  new Ajv2020({ strict: false, allErrors: true }).compile(read(`schemas/${name}.schema.json`));
const faults = (check: ValidateFunction): string => JSON.stringify(check.errors);

const goldens = (file: string): readonly string[] =>
  readdirSync('golden', { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith(`expected/${file}`))
    .map((path) => `golden/${path}`);

describe('schemas', () => {
  test('every plan of the golden cases fits, and its digest is that of its canonical bytes', () => {
    const check = validate('plan');
    const plans = goldens('plan.json');
    expect(plans.length).toBeGreaterThan(3);
    for (const path of plans) {
      const plan = read(path);
      expect(check(plan), `${path}: ${faults(check)}`).toBe(true);
      const { planDigest, ...body } = plan;
      expect(digestOf(canonicalJson(body as JsonValue)), path).toBe(planDigest);
    }
  });

  test('every report of the golden cases fits', () => {
    const check = validate('diagnostics');
    const reports = goldens('diagnostics.json');
    expect(reports.length).toBeGreaterThan(100);
    for (const path of reports) expect(check(read(path)), `${path}: ${faults(check)}`).toBe(true);
  });

  test('a plan of another version does not', () => {
    const plan = { ...read(goldens('plan.json')[0] as string), version: 2 };
    expect(validate('plan')(plan)).toBe(false);
  });
});
