/** A run that an earlier version of headgate began, gone on with by this one in real sandboxes. */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/base/json.ts';
import { headgate, launch, type RunOptions } from '../support/run/cli-run.ts';
import { checkChain, journalLines } from '../support/run/journal.ts';
import { forgeJournal, keptId, keptRun } from '../support/run/kept-run.ts';
import { storedLines } from '../support/run/leftovers.ts';
import { textOf, useRuns } from '../support/run/use-runs.ts';

const { folder, options } = useRuns();

interface Kept {
  readonly given: RunOptions;
  readonly folder: string;
}

function kept(lines: number): Kept {
  const given = options();
  const run = keptRun('v1', given.stateDir, lines, folder);
  // A task writes its end down when it has one, so there is none of a task that was not begun.
  if (lines < 8) rmSync(join(run, 'ends/one.1.json'));
  if (lines < 9) rmSync(join(run, 'ends/two.1.json'));
  return { given, folder: run };
}

const componentsOf = ({ given }: Kept): readonly string[] => {
  const { stdout } = headgate(['status', keptId, '--format', 'json'], given);
  const { components } = JSON.parse(stdout) as { readonly components: readonly Record<string, unknown>[] };
  // An end by a signal was told in other words then.
  const told = (exit: unknown): string =>
    String(exit).replace('it was ended by SIGTERM', 'it ended with status 143 (SIGTERM)');
  return components.map((one) => `${one['moniker']} ${one['state']}: ${told(one['lastExit'])}`);
};
const itsEnd = [
  '/one finished: it ended with status 0',
  '/two failed: it ended with status 3',
  '/web stopped: it ended with status 143 (SIGTERM)',
];

describe('a run of version 1', () => {
  // Before anything, between two actions, in the middle of each task and after it, when all were up, and after its end.
  it.each([1, 4, 7, 8, 9, 11, 14, 17, 20, 24])('that was left after %i lines comes to the same end', async (lines) => {
    const run = kept(lines);
    const { given } = run;
    const before = headgate(['status', keptId], given);
    expect([before.status, before.stderr]).toEqual([0, '']);
    expect(before.stdout).toContain(lines === 24 ? `${keptId} CANCELLED` : `${keptId} INTERRUPTED`);
    const resumed = await launch(['resume', keptId], given).ready;
    expect(await textOf(resumed.exports['web'])).toContain('Directory listing');
    expect(headgate(['status', keptId], given).stdout).toContain(`${keptId} RUNNING`);
    const end = await resumed.stop();
    expect(end.status, end.stderr).toBe(5);
    expect(componentsOf(run)).toEqual(itsEnd);
    // What had been begun there has written its end down, and is not done again.
    const again = [...(lines < 8 ? ['one'] : []), ...(lines < 9 ? ['two'] : [])];
    expect([...storedLines(given.stateDir, 'count')].sort()).toEqual(again);
    expect(checkChain(given.stateDir, keptId)).toMatchObject({ whole: true, tornBytes: 0 });
    const journal = join(run.folder, 'journal.ndjson');
    const text = readFileSync(journal, 'utf8').split('\n');
    const old = readFileSync(`test/fixtures/runs/v1/runs/${keptId}/journal.ndjson`, 'utf8').split('\n');
    expect(text.slice(0, lines), 'its lines stay as they were').toEqual(old.slice(0, lines));
    expect(JSON.parse(text[lines] as string)).toMatchObject({ version: 2, type: expect.any(String) });
  });

  it('runs a task again when it is asked to, under another key', async () => {
    const run = kept(17);
    const resumed = await launch(['resume', keptId, '--redo', '/two'], run.given).ready;
    await resumed.stop();
    expect(componentsOf(run)).toEqual(itsEnd);
    expect(storedLines(run.given.stateDir, 'count')).toEqual(['two']);
    const intents = journalLines(run.given.stateDir, keptId).filter(
      ({ type, actionId }) => type === 'intent' && actionId === 'task.run:/two',
    );
    expect(intents).toHaveLength(2);
    expect(new Set(intents.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(2);
  });

  it.each([
    ['a line of a version to come', { version: 3 }, 'it has version 3, which a newer headgate wrote'],
    ['a line of no version', { version: 0 }, 'it has version 0, which no headgate wrote'],
  ])('with %s is refused by that name, by `status` and `resume`', (_, more, says) => {
    const { given, folder: run } = kept(17);
    const journal = join(run, 'journal.ndjson');
    const lines = readFileSync(journal, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => {
        const { hash: _hash, ...content } = JSON.parse(line) as JsonObject;
        return content;
      });
    const first = lines[0] as JsonObject;
    forgeJournal(journal, keptId, [...lines, { ...first, ...more }]);
    for (const command of ['status', 'resume']) {
      const end = headgate([command, keptId], given);
      expect(end.status, end.stdout + end.stderr).toBe(3);
      expect(end.stderr).toContain(`blocked[journal_corrupt]: ${keptId}: line 18 of ${journal}: ${says}`);
    }
  });
});
