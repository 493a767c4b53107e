/** Whatever of a run's record was changed is found and named, by `status` and by `resume` alike, and the run does not go on. */
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { headgate, type RunOptions } from '../support/run/cli-run.ts';
import { runFolders } from '../support/run/journal.ts';
import { scenarioOf, task } from '../support/run/scenarios.ts';
import { useRuns } from '../support/run/use-runs.ts';

const { lay, options } = useRuns();

/** A run whose second task failed, so that it can be resumed. */
function finished(): { readonly given: RunOptions; readonly id: string; readonly folder: string } {
  const given = options();
  const scenario = lay(scenarioOf({ one: task('one'), two: task('two', 3) }));
  headgate(['run', scenario], given);
  const id = runFolders(given.stateDir).at(-1) as string;
  return { given, id, folder: join(given.stateDir, 'runs', id) };
}

const edit = (path: string, change: (text: string) => string): void =>
  writeFileSync(path, change(readFileSync(path, 'utf8')));

/** The last lines, whole, as somebody would cut them who wants the run to have done less. */
const withoutTasks = (text: string): string =>
  text
    .split('\n')
    .slice(
      0,
      text.split('\n').findIndex((line) => line.includes('task.run')),
    )
    .map((line) => `${line}\n`)
    .join('');

describe('a record that was changed', () => {
  it.each<readonly [string, string, (folder: string) => void]>([
    [
      'options.json',
      'options_changed',
      (folder: string) => edit(join(folder, 'options.json'), (text) => text.replace('{}', '{"x":1}')),
    ],
    [
      'options.json, by a key that means nothing,',
      'options_changed',
      (folder) => edit(join(folder, 'options.json'), (text) => text.replace('{', '{"x":1,')),
    ],
    [
      'plan.json',
      'plan_corrupt',
      (folder: string) => edit(join(folder, 'plan.json'), (text) => text.replace('"/one"', '"/uno"')),
    ],
    [
      'options.json, by its half,',
      'options_changed',
      (folder) => edit(join(folder, 'options.json'), (text) => text.slice(0, 9)),
    ],
    ['options.json, which is gone,', 'options_changed', (folder) => rmSync(join(folder, 'options.json'))],
    ['plan.json, which is gone,', 'plan_corrupt', (folder) => rmSync(join(folder, 'plan.json'))],
    ['the journal, which is gone,', 'journal_missing', (folder) => rmSync(join(folder, 'journal.ndjson'))],
    ['lines of the journal', 'journal_behind', (folder: string) => edit(join(folder, 'journal.ndjson'), withoutTasks)],
    [
      'a byte of the journal',
      'journal_corrupt',
      (folder: string) => edit(join(folder, 'journal.ndjson'), (text) => text.replace('task.run', 'task.ran')),
    ],
    ['the store', 'evidence_missing', (folder: string) => rmSync(join(folder, '../../store'), { recursive: true })],
    [
      'a file of the store',
      'evidence_corrupt',
      (folder: string) => {
        const root = join(folder, '../../store/sha256');
        const [first = ''] = readdirSync(root);
        const [name = ''] = readdirSync(join(root, first));
        edit(join(root, first, name), (text) => `${text} `);
      },
    ],
  ])('in %s is refused as %s', (_, gate, change) => {
    const { given, id, folder } = finished();
    expect(headgate(['status', id], given).status).toBe(0);
    change(folder);
    for (const command of [
      ['status', id],
      ['status', id, '--format', 'json'],
      ['resume', id],
    ]) {
      const end = headgate(command, given);
      expect(end.status, `${command}: ${end.stdout}${end.stderr}`).toBe(3);
      expect(end.stderr).toContain(`blocked[${gate}]: ${id}`);
      expect(end.stderr).toMatch(/= help: .*(?:put|begin|look)/);
      if (command[0] === 'resume') expect(end.stderr).toMatch(new RegExp(`\\nBLOCKED ${id}\\n$`));
    }
  });
});
