/** What `run` wrote down of a run, by this headgate and by older ones. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { digestOf } from '../../../../src/base/digest.ts';
import { canonicalJson } from '../../../../src/base/json.ts';
import { optionsText, readRunFiles } from '../../../../src/runtime/state/run-files.ts';
import { compileFiles, server } from '../../../support/policy-scenario.ts';
import { createTempFolder } from '../../../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);

const { compiled } = await compileFiles({ 'scenario.yaml': server }, () => ({ interpositions: [] }), {
  runtime: { components: { '/': { restarts: 2 } } },
});
const { compiled: plain } = await compileFiles({ 'scenario.yaml': server }, () => ({ interpositions: [] }));

function opened(id: string, planText: string | undefined, options: string) {
  const folder = join(temp.path, 'runs', id);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'plan.json'), planText ?? '');
  writeFileSync(join(folder, 'options.json'), options);
  const files = readRunFiles(temp.path, id);
  if (!files || 'blocked' in files) throw new Error(JSON.stringify(files));
  return files;
}

describe('options.json', () => {
  const text = '{"exportPorts":{},"externals":{},"sourceFolder":"/x"}\n';

  it('says nothing of how components run: the plan does', () => {
    const { plan, settings } = opened('new', compiled?.planText, text);
    expect(plan.runtime).toEqual({ components: { '/': { restarts: 2 } } });
    expect(settings).toEqual({ sourceFolder: '/x', externals: {}, exportPorts: {} });
    expect(optionsText(settings)).toBe(text);
  });

  it.each(['{"/":{"restart":"never"}}', '{}'])('of an older headgate with components %s still counts', (components) => {
    const old = `{"components":${components},"exportPorts":{},"externals":{},"sourceFolder":"/x"}\n`;
    const { plan, settings, optionsDigest } = opened(`old${components.length}`, plain?.planText, old);
    expect(plan.planDigest).toBe(plain?.plan.planDigest);
    expect(plan.runtime?.components ?? {}).toEqual(JSON.parse(components));
    expect(digestOf(optionsText(settings)), 'the digest that its journal holds').toBe(optionsDigest);
  });
});

describe('what does not fit its schema', () => {
  const refusal = (id: string, planText: string, options: string): string => {
    const folder = join(temp.path, 'runs', id);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'plan.json'), planText);
    writeFileSync(join(folder, 'options.json'), options);
    const found = readRunFiles(temp.path, id);
    return found && 'blocked' in found ? `${found.blocked.gate}: ${found.blocked.reasons.join()}` : 'read';
  };
  const options = '{"exportPorts":{},"externals":{},"sourceFolder":"/x"}\n';

  it('is refused as a plan, although its digest is right', () => {
    const content = { schema: 'headgate.plan', version: 1 };
    const text = canonicalJson({ ...content, planDigest: digestOf(canonicalJson(content)) });
    expect(refusal('plan', text, options)).toMatch(/^plan_corrupt: .*plan\.json was changed: it is not a plan$/);
  });

  it.each([
    '{"exportPorts":{},"externals":{}}',
    '{"exportPorts":{"a":"80"},"externals":{},"sourceFolder":"/x"}',
    '{"exportPorts":{},"externals":{"a":1},"sourceFolder":"/x"}',
    '{"exportPorts":{},"externals":{},"sourceFolder":"/x","components":[]}',
  ])('is refused as options: %s', (text) => {
    expect(refusal('options', plain?.planText ?? '', text)).toMatch(
      /^options_changed: .*options\.json was changed: it does not say how the run was begun$/,
    );
  });
});
