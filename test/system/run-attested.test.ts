/** A signed plan runs as it was signed, or not at all: what the settings say of running is signed too. */
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCli } from '../support/cli.ts';
import { headgate } from '../support/run/cli-run.ts';
import { scenarioOf, task } from '../support/run/scenarios.ts';
import { useRuns } from '../support/run/use-runs.ts';

const { lay, options } = useRuns();

/** A scenario whose plan was compiled and signed. */
function signed(settings: object) {
  const scenario = lay({
    ...scenarioOf({ one: task('one') }),
    'headgate.yaml': JSON.stringify({ components: { '/one': settings } }),
  });
  const folder = dirname(scenario);
  const given = options({ cwd: folder });
  const cli = (...args: readonly string[]) => runCli(args, { cwd: folder });
  for (const args of [
    ['attest', 'keygen', '--out', 'k'],
    ['compile', 'scenario.json', '--emit', 'plan=plan.json', '--trust-settings'],
    ['attest', 'plan.json', '--key', 'k', '--out', 'a.json'],
  ])
    expect(cli(...args).status, args.join(' ')).toBe(0);
  const run = (input: string) =>
    headgate(['run', input, '--attestation', 'a.json', '--key', 'k.pub', ...trusting(input)], given);
  const relink = () =>
    cli(
      'attest',
      'verify',
      'a.json',
      '--key',
      'k.pub',
      '--plan',
      'plan.json',
      '--relink',
      'scenario.json',
      '--trust-settings',
    );
  return { folder, run, relink, cli };
}

/** The plan has its signature. */
const trusting = (input: string): readonly string[] => (input === 'plan.json' ? [] : ['--trust-settings']);

const edit = (path: string, from: string, to: string): void => {
  const text = readFileSync(path, 'utf8');
  expect(text).toContain(from);
  writeFileSync(path, text.replace(from, to));
};

describe('a signed plan', () => {
  const settings = { restart: 'never', egress: ['a.example:443'], limits: { memoryMiB: 256 } };

  it('runs, from its file and from its scenario, and no file beside it counts any more', () => {
    const { folder, run, relink } = signed(settings);
    expect(run('scenario.json').status).toBe(0);
    expect(relink().status).toBe(0);
    edit(join(folder, 'headgate.yaml'), 'never', 'nonsense');
    const end = run('plan.json');
    expect([end.status, end.stderr]).toEqual([0, expect.stringMatching(/^COMPLETE /m)]);
  });

  it.each([
    ['egress', 'a.example:443', '*.example:443'],
    ['limits', '256', '4096'],
  ])('of which the settings say other %s since is refused by that name', (name, from, to) => {
    const { folder, run, relink } = signed(settings);
    edit(join(folder, 'headgate.yaml'), from, to);
    const again = relink();
    expect([again.status, again.stderr]).toEqual([1, expect.stringContaining(`\`/one ${name}\``)]);
    const end = run('scenario.json');
    expect([end.status, end.stderr]).toEqual([
      3,
      expect.stringContaining(`settings \`/one ${name}\` differs from what was signed`),
    ]);
    expect(end.stderr).toMatch(/^blocked\[plan_not_attested\]: scenario\.json: /);
    expect(run('plan.json').status, 'the plan itself is what was signed').toBe(0);
  });

  it('is refused with another attestation, key or plan, before anything starts', () => {
    const { folder, run, cli } = signed(settings);
    const other = signed({ restart: 'never' });
    writeFileSync(join(folder, 'a.json'), readFileSync(join(other.folder, 'a.json')));
    expect(run('plan.json')).toMatchObject({ status: 3, stderr: expect.stringContaining('attestation_invalid') });
    writeFileSync(join(folder, 'k.pub'), readFileSync(join(other.folder, 'k.pub')));
    const end = run('plan.json');
    expect([end.status, end.stderr]).toEqual([
      3,
      expect.stringMatching(/plan_not_attested.*settings `\/one egress` was not signed/s),
    ]);
    const without = cli('run', 'plan.json', '--attestation', 'a.json');
    expect([without.status, without.stderr]).toEqual([2, expect.stringContaining('--key')]);
    const settled = cli('run', 'plan.json', '--settings', 'headgate.yaml');
    expect([settled.status, settled.stderr]).toEqual([2, expect.stringContaining('--settings')]);
  });
});
