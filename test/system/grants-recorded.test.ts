/** What a run gives its components stands in its journal, before it is given and after it is taken back. */
import { describe, expect, it } from 'vitest';
import { journalLines, type Line } from '../support/run/journal.ts';
import { python, scenarioOf, task } from '../support/run/scenarios.ts';
import { exported, textOf, useRuns } from '../support/run/use-runs.ts';

const { lay, options, start } = useRuns();

interface Given {
  readonly kind: string;
}
const grantsIn = (line: Line | undefined): readonly Given[] => (line?.data['grants'] ?? []) as readonly Given[];

const server = python(
  `
import http.server, time
time.sleep(0.2)
http.server.HTTPServer(('127.0.0.1', 8080), http.server.SimpleHTTPRequestHandler).serve_forever()
`,
  { port: 8080 },
);

describe('grants', () => {
  it('are in the journal before and after each is given and taken back, and nothing else is given', async () => {
    const given = options();
    const run = await start(lay(scenarioOf({ web: server, one: task('one') }, exported('web'))), given);
    expect(await textOf(run.exports['web'])).toContain('Directory listing');
    await run.stop();
    const lines = journalLines(given.stateDir, run.id);
    const of = (id: string): readonly Line[] => lines.filter(({ actionId }) => actionId === id);
    const gives = (type: string): readonly string[] => [
      ...new Set(
        lines.flatMap(({ actionId }) => (actionId?.startsWith(`${type}:`) ? [actionId.slice(type.length + 1)] : [])),
      ),
    ];
    expect(gives('grant.apply').length).toBeGreaterThan(1);
    expect([...gives('grant.revoke')].sort()).toEqual([...gives('grant.apply')].sort());
    for (const subject of gives('grant.apply')) {
      const [intent, outcome, ...more] = of(`grant.apply:${subject}`);
      expect([intent?.type, outcome?.type, outcome?.data['state'], more]).toEqual([
        'intent',
        'outcome',
        'succeeded',
        [],
      ]);
      const [back, gone, ...rest] = of(`grant.revoke:${subject}`);
      expect([back?.type, gone?.type, gone?.data['state'], rest]).toEqual(['intent', 'outcome', 'succeeded', []]);
      // The same is taken back that was given.
      expect(grantsIn(back)).toEqual(grantsIn(intent));
    }
    const all = gives('grant.apply').flatMap((subject) => grantsIn(of(`grant.apply:${subject}`)[0]));
    const kinds = new Set(all.map(({ kind }) => kind));
    for (const kind of ['storage', 'export']) expect(kinds).toContain(kind);
  });
});
