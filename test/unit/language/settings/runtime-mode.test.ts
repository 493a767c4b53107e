/** 000-1,9,10: the decoder of the settings, their published schema, the plan and what runs it say the same of a mode. */
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { createSink } from '../../../../src/diagnostics/sink.ts';
import type { PlanProfile } from '../../../../src/ir/plan-profile-schema.ts';
import { runtimeModes } from '../../../../src/ir/profile-choices.ts';
import { readSettings } from '../../../../src/language/settings/index.ts';
import { loadSyntax } from '../../../../src/language/syntax/parse.ts';
import { profileOf } from '../../../../src/plan/profiles/profile-of.ts';
import { profileVariables } from '../../../../src/plan/profiles/variables.ts';

const read = (path: string): object => JSON.parse(readFileSync(path, 'utf8')) as object;
const settingsFit = new Ajv2020({ strict: false }).compile(read('schemas/settings.schema.json'));
const planSchema = read('schemas/plan.schema.json') as { readonly $id: string };
const pointer = '#/properties/runtime/properties/profiles/patternProperties/^(.*)$';
const planFits = new Ajv2020({ strict: false }).addSchema(planSchema).compile({ $ref: `${planSchema.$id}${pointer}` });

type Given = string | null | undefined | { readonly no: 'runtime' };
/** What each of them takes the mode for; undefined where it is refused. */
async function modesOf(given: Given): Promise<Readonly<Record<string, string | undefined>>> {
  const runtime = given === undefined ? {} : { mode: given };
  const profile = typeof given === 'object' && given !== null ? {} : { runtime };
  const document = { version: 1, profiles: { default: profile } };
  const file = 'headgate.yaml';
  const text = JSON.stringify(document);
  await loadSyntax('yaml');
  const sink = createSink();
  const settings = readSettings({ file, text }, sink);
  const lowered = settings?.running.profiles?.['default'] as PlanProfile | undefined;
  const found = lowered && profileOf('/', { profiles: { default: lowered } });
  return {
    settings: settings?.profiles['default'] && (settings.profiles['default'].runtime?.mode ?? 'default'),
    schema: settingsFit(document) ? (lowered?.runtime.mode ?? 'fits') : undefined,
    plan: lowered && planFits(lowered) ? lowered.runtime.mode : undefined,
    runtime: found && profileVariables(found, { guidance: '' })['HEADGATE_RUNTIME_MODE'],
  };
}

const all = (mode: string | undefined) => ({ settings: mode, schema: mode, plan: mode, runtime: mode });

describe('000-1,9,10 runtime.mode', () => {
  it.each([
    ['absent with its block', { no: 'runtime' }, 'default'],
    ['absent', undefined, 'default'],
    ['""', '', 'default'],
    ['"  "', '  ', 'default'],
    ['"default"', 'default', 'default'],
    ['" Evidence "', ' Evidence ', 'evidence'],
    ['"EVIDENCE"', 'EVIDENCE', 'evidence'],
    ['"x"', 'x', undefined],
    ['"evidence!"', 'evidence!', undefined],
    ['null', null, undefined],
  ] as const)('%s', async (_, given, mode) => {
    expect(await modesOf(given)).toEqual(all(mode));
  });

  it('is refused in a plan in any form but its own', () => {
    const profile = (mode: unknown): object => ({
      runtime: { mode },
      sandbox: { mode: 'inherit' },
      permissions: 'deny-all',
    });
    expect(['default', 'evidence', '', ' Evidence ', 'x', undefined].map((mode) => planFits(profile(mode)))).toEqual([
      true,
      true,
      false,
      false,
      false,
      false,
    ]);
  });

  it('000-10 is an enum with a default in both published schemas', () => {
    const texts = ['settings', 'plan'].map((name) => readFileSync(`schemas/${name}.schema.json`, 'utf8'));
    for (const text of texts) expect(text).toMatch(/"default": "default"/);
    expect(texts[0]).toMatch(/"enum": \[\s*"default",\s*"evidence"\s*\]/);
    expect(runtimeModes).toEqual(['default', 'evidence']);
  });

  it('that is refused is told with both names', async () => {
    const file = 'headgate.yaml';
    const text = 'profiles: { default: { runtime: { mode: x } } }';
    await loadSyntax('yaml');
    const sink = createSink();
    expect(readSettings({ file, text }, sink)).toBeUndefined();
    expect(sink.diagnostics.map(({ help }) => help)).toEqual(['write `default` or `evidence`']);
  });
});
