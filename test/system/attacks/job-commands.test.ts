/** What programs say gives a job of GitHub Actions no command, while they run and when it is read again. */
import { expect, it } from 'vitest';
import { headgate } from '../../support/run/cli-run.ts';
import { runFolders } from '../../support/run/journal.ts';
import { python, scenarioOf } from '../../support/run/scenarios.ts';
import { useRuns } from '../../support/run/use-runs.ts';

const runs = useRuns();

it('no line of run and logs begins with a command of a program', () => {
  const said = ['::stop-commands::x', '  ::set-output name=a::b', '##[error]x', 'a\\r::add-mask::y', '\\n::debug::z'];
  const script = `import sys
for line in ${JSON.stringify(said).replaceAll('\\\\', '\\')}:
    print(line, flush=True); print(line, file=sys.stderr, flush=True)
sys.exit(3)`;
  const options = runs.options({ env: { GITHUB_ACTIONS: 'true' } });
  const ran = headgate(['run', runs.lay(scenarioOf({ one: python(script, { restart: 'never' }) }))], options);
  expect(ran.status).toBe(4);
  const [id = ''] = runFolders(options.stateDir);
  const read = headgate(['logs', id], options);
  expect(read.stdout).toContain('stop-commands');
  for (const text of [ran.stdout, ran.stderr, read.stdout, read.stderr])
    expect(text.split(/\r\n|\r|\n/).filter((line) => /^[^\S\r\n]*::|##\[/.test(line))).toEqual([]);
});
