import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runCli } from '../support/cli.ts';
import { createTempFolder, smallScenario } from '../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);
const faulty = (): string =>
  temp.lay({ 'scenario.yaml': `${smallScenario}slots:\n  a: { kind: http }\nexports:\n  e: "#gone.x"\n` });

describe('formats of check', () => {
  it('go to their files in one run, with the exit code of the problems', () => {
    const cwd = faulty();
    const args = ['check', '--format', 'sarif=r.sarif', '--format', 'json=r.json', '--format', 'github'];
    const { status, stdout, stderr } = runCli(args, { cwd });
    expect([status, stderr]).toEqual([1, '']);
    expect(stdout).toMatch(/^::error file=scenario.yaml,line=5,.*title=check\/unknown-export-child::/);
    const sarif = JSON.parse(readFileSync(join(cwd, 'r.sarif'), 'utf8'));
    const json = JSON.parse(readFileSync(join(cwd, 'r.json'), 'utf8'));
    expect(sarif.runs[0].results.map((result: { ruleId: string }) => result.ruleId)).toEqual(
      json.diagnostics.map((d: { code: string }) => d.code),
    );
  });

  it('say the page of a code in the rules of SARIF', () => {
    const { stdout } = runCli(['check', '--format', 'sarif'], { cwd: faulty() });
    const [rule] = JSON.parse(stdout).runs[0].tool.driver.rules;
    expect(rule.fullDescription.text.length).toBeGreaterThan(40);
  });

  it('are all written or none', () => {
    const cwd = faulty();
    const args = ['check', '--format', 'json=r.json', '--format', 'sarif=no/such/r.sarif'];
    const { status, stderr } = runCli(args, { cwd });
    expect([status, existsSync(join(cwd, 'r.json'))]).toEqual([1, false]);
    expect(stderr).toContain('error[cli/output-not-writable]: cannot write `no/such/r.sarif`');
  });

  it.each([
    [['--format', 'sarif', '--format', 'json'], 'both write to standard output'],
    [['--format', 'sarif=x', '--format', 'json=./x'], 'two formats write to'],
    [['--format', 'sarrif'], 'did you mean `sarif`?'],
  ])('are refused as %j', (args, message) => {
    const { status, stderr } = runCli(['check', ...args], { cwd: faulty() });
    expect([status, stderr]).toEqual([2, expect.stringContaining(message)]);
  });
});
