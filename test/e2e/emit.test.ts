/** Outputs of a plan that was written earlier: what a compile writes, byte for byte. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { emitKinds, planKinds } from '../../src/phases/7-emit/emitters.ts';
import { runCli } from '../support/cli.ts';
import { createTempFolder, smallScenario } from '../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);

function compiled(): string {
  const cwd = temp.lay({ 'scenario.yaml': smallScenario, 'headgate.yaml': 'components: { /: { restarts: 3 } }\n' });
  expect(runCli(['compile', '.', '--emit', 'plan=plan.json'], { cwd }).status).toBe(0);
  return cwd;
}

describe('emit', () => {
  it.each(planKinds)('gives of a plan what `compile --emit %s` gives', (kind) => {
    const cwd = compiled();
    const live = runCli(['compile', '.', '--emit', `${kind}=live`], { cwd });
    const later = runCli(['emit', 'plan.json', '--to', `${kind}=later`], { cwd });
    // Nothing runs in this scenario, which is worth a word where something is to be started.
    const told = kind === 'plan' ? '' : expect.stringContaining(`emit/${kind}-empty`);
    expect([live.status, later.status, later.stdout, later.stderr]).toEqual([0, 0, '', told]);
    const bytes = (name: string): readonly (readonly [string, string])[] => {
      const path = join(cwd, name);
      const names = kind === 'plan' ? [''] : (readdirSync(path, { recursive: true }) as string[]).sort();
      return names.map((one) => [one, readFileSync(join(path, one), 'utf8')]);
    };
    expect(bytes('later')).toEqual(bytes('live'));
  });

  it('writes to standard output, and takes a plan that was laid out anew', () => {
    const cwd = compiled();
    const text = readFileSync(join(cwd, 'plan.json'), 'utf8');
    writeFileSync(join(cwd, 'pretty.json'), JSON.stringify(JSON.parse(text), null, 2));
    for (const plan of ['plan.json', 'pretty.json'])
      expect(runCli(['emit', plan, '--to', 'plan=-'], { cwd })).toMatchObject({ status: 0, stdout: text, stderr: '' });
  });

  it.each<readonly [string, readonly string[], RegExp]>([
    [
      'an unknown kind',
      ['--to', 'palan=x'],
      /--to palan: there is no such kind of output; did you mean `plan`\? kinds: compose, kubernetes, plan\n/,
    ],
    ['no path', ['--to', 'plan'], /--to takes KIND=PATH, and was given `plan`; kinds: compose, kubernetes, plan\n/],
    ['two kinds for one file', ['--to', 'plan=x', '--to', 'plan=x'], /--to plan and --to plan both write to `x`/],
    ['the plan as its output', ['--to', 'plan=plan.json'], /would overwrite `plan\.json`, which is the plan itself/],
    ['nothing to write', [], /required option '--to <KIND=PATH>' not specified/],
  ])('refuses %s, and writes nothing', (_, args, says) => {
    const cwd = compiled();
    const { status, stderr } = runCli(['emit', 'plan.json', ...args], { cwd });
    expect([status, stderr]).toEqual([2, expect.stringMatching(says)]);
    expect(existsSync(join(cwd, 'x'))).toBe(false);
  });

  it.each(emitKinds.filter((kind) => !(planKinds as readonly string[]).includes(kind)))(
    'says of %s that it needs more than the plan, and how to make it',
    (kind) => {
      const { status, stderr } = runCli(['emit', 'plan.json', '--to', `${kind}=x`], { cwd: compiled() });
      expect(status).toBe(2);
      expect(stderr).toContain(
        `--to ${kind}: this output needs more than the plan; make it with \`headgate compile SCENARIO --emit ${kind}=x\``,
      );
    },
  );

  it.each<readonly [string, (text: string) => string | undefined, RegExp]>([
    ['is not there', () => undefined, /`other\.json` cannot be read: there is no such file/],
    ['is not JSON', (text) => text.slice(0, 99), /`other\.json` is not JSON/],
    ['is another document', () => '{}', /`other\.json` is not a plan/],
    ['was changed', (text) => text.replace('"restarts":3', '"restarts":4'), /was changed after it was compiled/],
  ])('refuses a plan that %s', (_, change, says) => {
    const cwd = compiled();
    const text = change(readFileSync(join(cwd, 'plan.json'), 'utf8'));
    if (text !== undefined) writeFileSync(join(cwd, 'other.json'), text);
    const { status, stderr } = runCli(['emit', 'other.json', '--to', 'plan=x'], { cwd });
    expect([status, stderr]).toEqual([2, expect.stringMatching(says)]);
    expect(existsSync(join(cwd, 'x'))).toBe(false);
  });

  it('says where an output cannot be written', () => {
    const { status, stderr } = runCli(['emit', 'plan.json', '--to', 'plan=gone/x'], { cwd: compiled() });
    expect([status, stderr]).toEqual([1, expect.stringContaining('cli/output-not-writable')]);
  });
});
