/** What is read from files reaches a terminal as text, and as nothing that would move its cursor or turn what is read. */
import { afterAll, expect, it } from 'vitest';
import { planSummary } from '../../src/cli/plan-summary.ts';
import { programText } from '../../src/cli/program-text.ts';
import { plain } from '../../src/diagnostics/render/palette.ts';
import type { DeploymentPlan } from '../../src/ir/plan-schema.ts';
import { runCli } from '../support/cli.ts';
import { createTempFolder, smallScenario } from '../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);

const FORBIDDEN = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/;
const odd = 'a\u001b[31m\u0007\u202eb';

const cwd = temp.lay({
  'scenario.yaml': `${smallScenario}components: { ${JSON.stringify(odd)}: ./part.yaml }\n`,
  'part.yaml': smallScenario,
  'x.policy-test.yaml': `tests:\n  - { name: ${JSON.stringify(odd)}, scenario: ./scenario.yaml, expect: { findings: [] } }\n`,
});

it.each([
  ['check', '.'],
  ['compile', '.', '--emit', `plan=${odd}/x`],
  ['compile', '.', '--emit', `${odd}=x`],
  ['policy', 'test'],
  ['status', odd, '--state-dir', odd],
  ['explain', 'scenario.yaml', odd],
  ['explain', 'scenario.yaml', `/${odd}`],
])('%s', (...args) => {
  const { stdout, stderr } = runCli(args, { cwd });
  expect(`${stdout}${stderr}`).not.toMatch(FORBIDDEN);
  expect(`${stdout}${stderr}`).not.toBe('');
});

it('the summary of a compile', () => {
  // No manifest may have such a name, so it is put into the plan.
  const given = { 'scenario.yaml': `${smallScenario}components: { NAME: ./part.yaml }\n`, 'part.yaml': smallScenario };
  const { stdout } = runCli(['compile', '.', '--emit', 'plan=-'], { cwd: temp.lay(given) });
  const changed = stdout.replaceAll('NAME', JSON.stringify(odd).slice(1, -1));
  const text = planSummary(JSON.parse(changed) as DeploymentPlan, { input: odd, width: 80, palette: plain });
  expect(text).toContain('<U+202E>');
  expect(text).not.toMatch(FORBIDDEN);
});

it('what programs say keeps its colours and nothing else', () => {
  expect(programText(odd)).toBe('a\u001b[31m··b\u001b[0m');
});
