/** Which programs of a plan are held against the files that lie there. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DeploymentPlan } from '../../../../src/ir/plan-schema.ts';
import { changedPrograms } from '../../../../src/runtime/state/programs.ts';
import { otherProgram, programChanged } from '../../../../src/runtime/state/refusals.ts';
import { compileFiles, type Files, onEdge, policy, scenarioWith, server } from '../../../support/policy-scenario.ts';

const files: Files = {
  'scenario.yaml': scenarioWith({ a: './a/policy.yaml' }).replace('./server.yaml', './s/server.yaml'),
  's/server.yaml': server.replace('/bin/true', '../go.sh'),
  'a/policy.yaml': policy.replace('/bin/true', './policy.sh'),
  'go.sh': 'exec serve\n',
  'a/policy.sh': 'exec answer\n',
  'a/bin/proxy': 'exec proxy\n',
};
const interposition = JSON.parse(JSON.stringify(onEdge(0)).replace('/bin/true', './bin/proxy')) as object;

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'headgate-pinned-'));
  for (const [name, text] of Object.entries(files)) write(name, text);
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string): void {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), text);
}

async function planOf(some: Files = files): Promise<DeploymentPlan> {
  const { compiled } = await compileFiles(some, () => ({ interpositions: [interposition] }));
  if (!compiled) throw new Error('it compiles');
  return compiled.plan;
}

const changed = (plan: DeploymentPlan): readonly object[] => changedPrograms(plan, folder);

describe('programs of a plan', () => {
  it('are as they were', async () => {
    expect(changed(await planOf())).toEqual([]);
  });

  it('are named with who starts them, those of interposers too', async () => {
    const plan = await planOf();
    write('go.sh', 'exec other\n');
    write('a/bin/proxy', 'exec other\n');
    const proxy = plan.components.find(({ origin }) => origin.kind === 'policy')?.moniker;
    expect(changed(plan)).toEqual([
      { name: 'a/bin/proxy', path: join(folder, 'a/bin/proxy'), users: [proxy], isGone: false },
      { name: 'go.sh', path: join(folder, 'go.sh'), users: ['/server'], isGone: false },
    ]);
    rmSync(join(folder, 'go.sh'));
    expect(changed(plan)[1]).toMatchObject({ name: 'go.sh', isGone: true });
  });

  it('are not those of policies, which have done their work', async () => {
    const plan = await planOf();
    rmSync(join(folder, 'a/policy.sh'));
    expect(changed(plan)).toEqual([]);
  });

  it('are unknown when they were not there', async () => {
    const { 'go.sh': _, ...without } = files;
    expect(changed(await planOf(without))).toEqual([]);
  });
});

it('a refusal names the file, and a few of many users', () => {
  const one = { name: 'go.sh', path: '/w/go.sh', users: ['/a', '/b', '/c', '/d'], isGone: false };
  expect(otherProgram(one)).toMatchObject({
    subject: 'go.sh',
    reasons: ['/w/go.sh, which /a, /b and 2 more would start, is not the program that the plan was made of'],
  });
  expect(programChanged('id', [one, { ...one, users: ['/a'], isGone: true }])).toMatchObject({
    gate: 'program_changed',
    subject: 'id',
    reasons: [
      '/w/go.sh was changed: it is not the program that /a, /b and 2 more started',
      '/w/go.sh, which /a started, is gone',
    ],
    remedy: 'put the files back as before, or begin a new run with `headgate run`',
  });
});
