/** A scenario IR is run like the scenario that it was made of. */
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { runCli } from '../support/cli.ts';
import { python, scenarioOf } from '../support/run/scenarios.ts';
import { exported, textOf, useRuns } from '../support/run/use-runs.ts';

const { lay, options, start } = useRuns();

const hello = (name: string, slots: readonly string[]) =>
  python(
    `
import http.server, os, urllib.request
open_ = urllib.request.build_opener(urllib.request.ProxyHandler({})).open
class H(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = b'${name}'
        if self.path == '/up': body += b' asks ' + open_(os.environ['UP'], timeout=60).read()
        self.send_response(200); self.send_header('content-length', str(len(body))); self.end_headers(); self.wfile.write(body)
    def log_message(self, *a): pass
http.server.ThreadingHTTPServer(('127.0.0.1', 8080), H).serve_forever()
`,
    {
      port: 8080,
      slots: Object.fromEntries(slots.map((slot) => [slot, { kind: 'http' }])),
      env: Object.fromEntries(slots.map((slot) => [slot.toUpperCase(), `\${slots.${slot}.url}`])),
    },
  );

it('a scenario IR runs, and its components reach each other', async () => {
  const parts = { a: hello('a', ['up']), b: hello('b', []) };
  const scenario = lay(scenarioOf(parts, { bindings: [{ to: '#a.up', from: '#b.http' }], ...exported('a') }));
  const ir = join(scenario, '..', 'ir.json');
  expect(runCli(['compile', scenario, '--emit', `ir=${ir}`], { cwd: dirname(ir) }).status).toBe(0);
  const run = await start(ir, options());
  expect(await textOf(`${run.exports['a']}/up`)).toBe('a asks b');
  const { stderr } = await run.stop();
  expect(stderr).toContain('cli/input-is-ir');
});
