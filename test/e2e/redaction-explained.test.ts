/** examples/redaction: its plan explains itself, nothing goes around the interposer, and what is signed is what is linked again. */
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DeploymentPlan } from '../../src/ir/plan-schema.ts';
import { linksOfPlan, obligationsOfPlan } from '../../src/plan/prove/from-plan.ts';
import { linksAt, obligationsAt } from '../../src/plan/prove/grain.ts';
import { prove } from '../../src/plan/prove/prove.ts';
import { type CliRun, runCli } from '../support/cli.ts';

let folder = '';
let sandbox: readonly string[] = [];
const headgate = (...args: readonly string[]): CliRun => runCli(args, { cwd: folder });

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'headgate-explained-'));
  cpSync(resolve('examples/redaction'), folder, { recursive: true });
  const compile = (): CliRun => headgate('compile', 'scenario.yaml', '--emit', 'plan=plan.json', ...sandbox);
  let done = compile();
  if (done.stderr.includes('govern/policy-sandbox') && process.env['CI'] === undefined) {
    sandbox = ['--no-sandbox'];
    done = compile();
  }
  expect(done.status, done.stderr).toBe(0);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('examples/redaction', () => {
  it('tells who sits between the agents, why, and where that is written', () => {
    const lines = headgate('explain', 'plan.json', '/caller.agent').stdout.split('\n');
    const text = readFileSync(join(folder, 'scenario.yaml'), 'utf8').split('\n');
    const lineOf = (part: string): number => text.findIndex((line) => line.includes(part)) + 1;
    const shown = lines.map((line) => line.trim().replace(/ +/g, ' '));
    expect(shown.find((line) => line.startsWith('named '))).toMatch(
      `named scenario.yaml:${lineOf('#redaction.apply')}:`,
    );
    expect(shown.find((line) => line.startsWith('written '))).toMatch(
      `written scenario.yaml:${lineOf('#caller.agent')}:`,
    );
    expect(shown).toContain('reason agents talk over this edge, so 2 terms are redacted in both directions');
    expect(shown).toContain('order the only interposer of this edge');
  });

  it('has no way around the interposer, also for rules that only tell components apart', () => {
    const plan = JSON.parse(readFileSync(join(folder, 'plan.json'), 'utf8')) as DeploymentPlan;
    for (const consumers of ['slot', 'component'] as const) {
      for (const providers of ['provide', 'component'] as const) {
        const obligations = obligationsAt(obligationsOfPlan(plan), { consumers, providers });
        const links = linksAt(linksOfPlan(plan), { consumers, providers });
        expect(prove(obligations, links, { exact: true })).toEqual([]);
        const around = linksAt([{ from: '/responder.a2a', to: '/caller.agent' }], { consumers, providers });
        expect(prove(obligations, [...links, ...around])).toEqual([
          expect.objectContaining({ kind: 'bypass', edges: ['/caller.agent'], missing: ['/__overlay_0_0'] }),
        ]);
      }
    }
  });

  it('is signed, and linked again to the same bytes', () => {
    expect(headgate('attest', 'keygen', '--out', 'key').status).toBe(0);
    expect(headgate('attest', 'plan.json', '--key', 'key', '--out', 'signed.json').status).toBe(0);
    const args = ['attest', 'verify', 'signed.json', '--key', 'key.pub', '--plan', 'plan.json'];
    const { status, stdout, stderr } = headgate(...args, '--relink', 'scenario.yaml', ...sandbox);
    expect(status, stderr).toBe(0);
    expect(stdout).toContain('`scenario.yaml` gives the same bytes');
  });
});
