/** `headgate contract export` of runs that an earlier headgate left, in states of all kinds. */
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type CliRun, runCli } from '../support/cli.ts';
import { keptId, keptRun, sealKept } from '../support/run/kept-run.ts';
import { createTempFolder } from '../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);

let count = 0;
/** So many lines of its journal are there; all of them unless told. */
function kept(lines?: number): { readonly state: string; readonly folder: string } {
  const state = join(temp.path, `state${count++}`);
  return { state, folder: keptRun('v1', state, lines) };
}
const run = (state: string, ...args: readonly string[]): CliRun =>
  runCli(['contract', 'export', ...args, '--state-dir', state], { cwd: temp.path });

/** With the statement that a run writes at its end. */
function sealed(): { readonly state: string; readonly folder: string; readonly lines: readonly string[] } {
  const { state, folder } = kept();
  sealKept(state);
  return { state, folder, lines: readFileSync(join(folder, 'journal.ndjson'), 'utf8').split('\n').slice(0, -1) };
}

describe.each([[[]], [['--record']]])('004-6: export %j', (flags) => {
  it('is valid after every line of the journal, and the same from a copy', () => {
    for (const lines of [0, 1, 2, 8, 14, 16, 18, 23, 24]) {
      const { state } = kept(lines);
      if (lines === 0) writeFileSync(join(state, 'runs', keptId, 'journal.ndjson'), '');
      const first = run(state, keptId, ...flags);
      expect([first.status, first.stderr]).toEqual([0, '']);
      const file = `${state}.json`;
      writeFileSync(file, first.stdout);
      const judged = runCli(['contract', 'validate', file], { cwd: temp.path });
      expect(judged.status, judged.stderr).toBe(0);
      cpSync(state, `${state}-copy`, { recursive: true });
      expect(run(`${state}-copy`, 'last', ...flags).stdout).toBe(first.stdout);
      expect(run(state, keptId.slice(0, 4), ...flags).stdout).toBe(first.stdout);
    }
  });

  it('takes a torn end for what it is: no entry', () => {
    const { state, folder } = kept(18);
    const whole = run(state, keptId, ...flags).stdout;
    const journal = join(folder, 'journal.ndjson');
    writeFileSync(journal, `${readFileSync(journal, 'utf8')}{"seq":18,"type":"can`);
    expect(run(state, keptId, ...flags).stdout).toBe(whole);
  });

  it('refuses a journal in which a line was changed, and prints nothing', () => {
    const { state, folder } = kept();
    const journal = join(folder, 'journal.ndjson');
    writeFileSync(journal, readFileSync(journal, 'utf8').replace('it ended with status 3', 'it ended with status 0'));
    const { status, stdout, stderr } = run(state, keptId, ...flags);
    expect([status, stdout]).toEqual([3, '']);
    expect(stderr).toContain('blocked[journal_corrupt]');
  });

  it('refuses a journal that was cut at the end of a line, where the statement of the run knows more', () => {
    const { state, folder, lines } = sealed();
    const whole = run(state, keptId, ...flags);
    expect([whole.status, whole.stderr]).toEqual([0, '']);
    for (const left of [23, 8, 1, 0]) {
      const text = lines.slice(0, left).map((line) => `${line}\n`);
      writeFileSync(join(folder, 'journal.ndjson'), text.join(''));
      const { status, stdout, stderr } = run(state, keptId, ...flags);
      expect([status, stdout]).toEqual([3, '']);
      expect(stderr).toContain('blocked[journal_corrupt]');
      expect(stderr).toContain('verdict.dsse.json says that it went on to entry 23, ');
    }
    writeFileSync(join(folder, 'journal.ndjson'), lines.map((line) => `${line}\n`).join(''));
    writeFileSync(join(folder, 'verdict.dsse.json'), '{}');
    const changed = run(state, keptId, ...flags);
    expect([changed.status, changed.stdout]).toEqual([3, '']);
    expect(changed.stderr).toContain('blocked[statement_corrupt]');
  });

  it('refuses a journal that was emptied, where the plan is gone too', () => {
    const { state, folder } = kept();
    writeFileSync(join(folder, 'journal.ndjson'), '');
    rmSync(join(folder, 'plan.json'));
    const { status, stdout, stderr } = run(state, keptId, ...flags);
    expect([status, stdout]).toEqual([3, '']);
    expect(stderr).toContain('blocked[plan_corrupt]');
  });

  it('used wrongly: exit 2, and a file in the folder of runs is not written', () => {
    const { state } = kept();
    expect(run(state, 'nothing', ...flags).status).toBe(2);
    expect(run(join(temp.path, 'none'), 'last', ...flags).status).toBe(2);
    expect(run(state, keptId, ...flags, '--output', '').status).toBe(2);
    const inside = join(state, 'runs', keptId, 'contract.json');
    const { status, stderr } = run(state, keptId, ...flags, '--output', inside);
    expect([status, existsSync(inside)]).toEqual([2, false]);
    expect(stderr).toContain('lies in the folder where runs are kept');
    expect(run(state, keptId, ...flags, '--output', join(temp.path, 'no/such/folder.json')).status).toBe(1);
  });

  it('writes to a file what it would print', () => {
    const { state } = kept();
    const file = `${state}-out.json`;
    const { status, stdout } = run(state, keptId, ...flags, '--output', file);
    expect([status, stdout]).toEqual([0, '']);
    expect(readFileSync(file, 'utf8')).toBe(run(state, keptId, ...flags, '--output', '-').stdout);
  });
});

describe('004-2: the contract', () => {
  it('is not made of a plan that is not the one of the run', () => {
    const { state, folder } = kept();
    const plan = join(folder, 'plan.json');
    writeFileSync(plan, readFileSync(plan, 'utf8').replace('"/two"', '"/twe"'));
    const { status, stdout, stderr } = run(state, keptId);
    expect([status, stdout]).toEqual([3, '']);
    expect(stderr).toContain('blocked[plan_corrupt]');
    // What happened does not stand in the plan.
    expect(run(state, keptId, '--record').status).toBe(0);
  });
});
