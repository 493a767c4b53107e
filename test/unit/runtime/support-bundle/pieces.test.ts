import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { canonicalJson, type JsonObject } from '../../../../src/base/json.ts';
import { piecesOf } from '../../../../src/runtime/support-bundle/pieces.ts';
import { anything, foldPlan } from '../../../support/folded-plan.ts';
import { forgeJournal, keptId, keptRun } from '../../../support/run/kept-run.ts';
import { createTempFolder } from '../../../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);

it('lists of how a run stands that are very long are without their middle, and it is said', () => {
  const stateDir = join(temp.path, 'state');
  const journal = join(keptRun('v1', stateDir), 'journal.ndjson');
  const lines = readFileSync(journal, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as JsonObject);
  const first = lines[0] as JsonObject;
  const stamp = {
    action: null,
    actionId: null,
    attempt: null,
    idempotencyKey: null,
    at: first['at'] ?? '',
    owner: first['owner'] ?? {},
  };
  const asked = (id: number): JsonObject => ({
    ...stamp,
    version: 2,
    type: 'progress',
    data: { event: 'interaction-asked', id: String(id), component: '/a', kind: 'suggest_tasks', message: 'm' },
  });
  forgeJournal(journal, keptId, [
    ...lines.map(({ hash: _, ...line }) => line as JsonObject),
    ...Array.from({ length: 1500 }, (__, n) => asked(n + 1)),
  ]);
  const { pieces, journal: read } = piecesOf({ id: keptId, stateDir, env: {}, withLogs: false });
  expect(read.facts).toMatchObject({ chain: 'whole', entries: lines.length + 1500 });
  const health = pieces.find(({ name }) => name === 'health.json');
  expect(health?.isCut).toBe(true);
  const { status } = (health as unknown as { content: { json: { status: { interactions: { id: string }[] } } } })
    .content.json;
  const ids = status.interactions.map(({ id }) => Number(id));
  expect([ids.length, ids[0], ids[499], ids[500], ids.at(-1)]).toEqual([1000, 1, 500, 1001, 1500]);
});

it('a plan in version 2 of its file is told as in version 1, and nothing of what it shares where its file is damaged', () => {
  const stateDir = join(temp.path, 'folded');
  const path = join(keptRun('v1', stateDir), 'plan.json');
  const told = (): string => {
    const { pieces, missing, plan } = piecesOf({ id: keptId, stateDir, env: {}, withLogs: false });
    return JSON.stringify([pieces.filter(({ name }) => name === 'plan.json'), missing, plan]);
  };
  const whole = told();
  const file = foldPlan(JSON.parse(readFileSync(path, 'utf8')) as JsonObject, anything);
  expect(file['version']).toBe(2);
  writeFileSync(path, canonicalJson(file));
  expect(told()).toBe(whole);
  writeFileSync(path, canonicalJson({ ...file, shared: [{ name: 'a canary' }] }));
  expect(told()).not.toContain('a canary');
  expect(told()).toContain('it is damaged at /components/');
});
