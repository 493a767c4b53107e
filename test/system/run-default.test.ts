/** 000-2: a scenario without profiles runs as it did before there were any. The fixture was made by a headgate that had none. */
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runCli } from '../support/cli.ts';
import { headgate, until } from '../support/run/cli-run.ts';
import { plainJournal } from '../support/run/plain-journal.ts';
import { useRuns } from '../support/run/use-runs.ts';

const { folder, options, start } = useRuns();
const fixture = 'test/fixtures/before-profiles';
const file = (name: string): string => readFileSync(join(fixture, name), 'utf8');

/** Plan, journal and what the program said of its place, with the settings as `change` leaves them. */
async function ran(name: string, change: (settings: string) => string) {
  const place = join(folder, name);
  mkdirSync(place);
  cpSync(join(fixture, 'scenario'), place, { recursive: true });
  const settings = join(place, 'headgate.yaml');
  writeFileSync(settings, change(readFileSync(settings, 'utf8')));
  const scenario = join(place, 'scenario.json');
  const plan = runCli(['compile', scenario, '--trust-settings', '--emit', 'plan=-'], { cwd: place });
  const run = options({ cwd: place, args: ['--trust-settings'] });
  const { id, stop } = await start(scenario, run);
  const at = join(run.stateDir, 'runs', id);
  const journal = (): string => readFileSync(join(at, 'journal.ndjson'), 'utf8');
  await until(journal, (text) => /"outcome".*task\.run|task\.run.*"outcome"/.test(text));
  await stop();
  const { stdout } = headgate(['logs', id, '/task'], { stateDir: run.stateDir });
  // Where it lies, and where node does.
  const said = stdout
    .replaceAll(/^\S+ \S+ \| /gm, '')
    .replaceAll(place, '<place>')
    .replace(/^(PATH=\/usr\/local\/bin:\/usr\/bin:\/bin).*$/m, '$1');
  // What an action stands on came later.
  const stood = [...journal().matchAll(/"authority":(\[[^\]]*\]),/g)].map(([, one = '']) => one);
  return {
    plan: plan.stdout,
    journal: plainJournal(journal().replaceAll(/"authority":\[[^\]]*\],?/g, '')),
    said,
    stood,
  };
}

it.each([
  ['the settings of then', (settings: string) => settings],
  [
    'profiles that nothing uses',
    (settings: string) => `${settings}profiles: { p: { runtime: { mode: evidence } } }\nsandboxes: { s: {} }\n`,
  ],
])('000-2 plan, journal and place of an old scenario are the same with %s', async (name, change) => {
  const now = await ran(name.replaceAll(' ', '-'), change);
  expect(now.plan).toBe(file('plan.txt'));
  expect(now.journal).toBe(file('journal.txt'));
  expect(now.said).toBe(file('said.txt'));
  const named = now.stood.flatMap((one) =>
    (JSON.parse(one) as readonly { delegation: string }[]).map((on) => on.delegation),
  );
  expect(new Set(named)).toEqual(new Set(['plan']));
});
