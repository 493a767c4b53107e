/** Ready-made policies in a scenario that really runs, named as somebody names them who installed headgate in a project. */
import { cpSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { python, scenarioOf } from '../support/run/scenarios.ts';
import { exported, useRuns } from '../support/run/use-runs.ts';

const { lay, options, start } = useRuns();

/** Says what it was told, and its secret. */
const echo = `
import http.server, os
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    def log_message(self, *args): pass
    def do_GET(self):
        out = ('%s | %s | %s' % (self.path, self.headers['authorization'], os.environ['KEY'])).encode()
        self.send_response(200)
        self.send_header('content-length', str(len(out)))
        self.end_headers()
        self.wfile.write(out)
http.server.ThreadingHTTPServer(('127.0.0.1', int(os.environ['PORT'])), Handler).serve_forever()
`;
const key = 'ORBIT-7731';

describe('a chain of ready-made policies', () => {
  it('gates, limits, redacts and records, in sandboxes, and every secret stays where it belongs', async () => {
    const manifest = (name: string): string => `./node_modules/headgate/manifests/${name}/manifest.yaml`;
    const secret = { type: 'string', secret: true };
    const part = python(echo, { port: 8000, env: { KEY: '${config.key}' } });
    const files = scenarioOf(
      {
        api: {
          manifest: {
            ...part.manifest,
            config_schema: { type: 'object', properties: { key: secret }, required: ['key'] },
          },
        },
      },
      {
        ...exported('api'),
        components: { api: { manifest: './api.json', config: { key: '${config.key}' } } },
        config_schema: { type: 'object', properties: { key: secret, token: secret }, required: ['key', 'token'] },
        use: {
          redact: { manifest: manifest('redaction'), config: { terms: ['$${config.key}'] } },
          limit: { manifest: manifest('rate-limit'), config: { rate: 0.01, burst: 3 } },
          gate: { manifest: manifest('bearer-auth'), config: { token: '$${config.token}' } },
          audit: { manifest: manifest('audit-log'), config: {} },
        },
        policies: ['#redact.apply', '#limit.apply', '#gate.apply', '#audit.apply'],
      },
    );
    const scenario = lay(files);
    const installed = join(dirname(scenario), 'node_modules/headgate/manifests');
    mkdirSync(installed, { recursive: true });
    cpSync('manifests', installed, { recursive: true });
    const env = { HEADGATE_CONFIG_KEY: key, HEADGATE_CONFIG_TOKEN: 'tok-4f1d9a' };
    const run = await start(scenario, options({ env }));
    const ask = async (authorization?: string): Promise<readonly [number, string]> => {
      const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
      const answer = await fetch(`${run.exports['api']}/a?b=${key}`, { headers });
      return [answer.status, (await answer.text()).trim()];
    };
    expect(await ask()).toEqual([401, 'a bearer token is needed']);
    expect(await ask('Bearer wrong')).toEqual([401, 'not the token']);
    for (let time = 0; time < 3; time++)
      expect(await ask('Bearer tok-4f1d9a')).toEqual([200, '/a?b=%5BREDACTED%5D | None | [REDACTED]']);
    expect(await ask('Bearer tok-4f1d9a')).toEqual([429, 'too many requests over this edge']);
    const end = await run.stop();
    const lines = [...end.stderr.matchAll(/\{"time":.*\}/g)].map(
      ([line]) => JSON.parse(line) as Record<string, unknown>,
    );
    expect(lines.map(({ path, status }) => [path, status])).toEqual([
      ['/a', 401],
      ['/a', 401],
      ['/a', 200],
      ['/a', 200],
      ['/a', 200],
      ['/a', 429],
    ]);
    expect(end.stdout + end.stderr).not.toMatch(/ORBIT-7731|tok-4f1d9a/);
  });
});
