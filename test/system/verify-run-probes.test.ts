/** The folder of a run that real probes judged: its verdict is derived again from their evidence. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { headgate, type RunOptions } from '../support/run/cli-run.ts';
import { runFolders } from '../support/run/journal.ts';
import { python, scenarioOf, task } from '../support/run/scenarios.ts';
import { useRuns } from '../support/run/use-runs.ts';

const { lay, options } = useRuns();

const server = `
import http.server
class H(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers(); self.wfile.write(b'{}')
    def log_message(self, *a): pass
http.server.ThreadingHTTPServer(('127.0.0.1', 8080), H).serve_forever()
`;
const scenario = (status: number): string => {
  const files = scenarioOf(
    { web: python(server, { port: 8080 }), one: task('one') },
    { exports: { web: '#web.http' } },
  );
  const requests = [{ method: 'GET', path: '/', expect: { status } }];
  const settings = {
    ...JSON.parse(files['headgate.yaml'] ?? '{}'),
    probes: { answers: { kind: 'api_smoke', export: 'web', requests } },
  };
  return lay({ ...files, 'headgate.yaml': JSON.stringify(settings) });
};
const evidenceIn = (given: RunOptions): string =>
  join(given.stateDir, 'runs', runFolders(given.stateDir)[0] as string, 'evidence');

it.each([
  ['COMPLETE (probes_passed)', 200, 0],
  ['BLOCKED', 404, 3],
] as const)('%s is verified, edges tried before', (state, status, code) => {
  const given = options();
  const end = headgate(['run', scenario(status)], { ...given, args: ['--prove-enforcement'] });
  expect(end.status, end.stderr).toBe(code);
  const verified = headgate(['verify-run', 'last'], given);
  expect(verified.status, verified.stderr).toBe(0);
  expect(verified.stdout.split('\n')[0]).toMatch(new RegExp(`: ${state.replace(/[()]/g, '\\$&')}$`));
});

it('what the probe found cannot be made better', () => {
  const given = options();
  expect(headgate(['run', scenario(404)], given).status).toBe(3);
  const folder = evidenceIn(given);
  const name =
    readdirSync(folder).find((one) => readFileSync(join(folder, one), 'utf8').includes('"probe":"answers"')) ?? '';
  const text = readFileSync(join(folder, name), 'utf8');
  writeFileSync(join(folder, name), text.replace('"passed":false', '"passed":true '));
  const refused = headgate(['verify-run', 'last'], given);
  expect(refused.status).toBe(3);
  expect(refused.stderr).toContain(`evidence/${name}`);
});
