/** 004-4, 004-5: a running component is given no new value of a secret that it has no right to any more. */
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { findRunClient } from '../../src/app/run-control/client.ts';
import { digestOf } from '../../src/base/digest.ts';
import { canonicalJson, type JsonValue } from '../../src/base/json.ts';
import type { DeploymentPlan } from '../../src/ir/plan-schema.ts';
import type { Entry } from '../../src/language/journal/entry.ts';
import { createFakeSecrets } from '../support/fake-secrets.ts';
import { delegationText } from '../support/run/delegated.ts';
import { journalLines } from '../support/run/journal.ts';
import { python, scenarioOf } from '../support/run/scenarios.ts';
import { planIn, runHere, type Watched } from '../support/run/secret-run.ts';
import { exported, textOf, useRuns } from '../support/run/use-runs.ts';

const { lay, options } = useRuns();
const live: Watched[] = [];
afterEach(async () => {
  for (const { run } of live.splice(0)) {
    run.stop('the test is over', 0);
    await run.done;
  }
});

const token = 'secret://local/app/token';
const rotated = { vault: 'local', key: 'app/token' };
const telling = `
import http.server
class H(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = open('/etc/app/token').read().encode()
        self.send_response(200); self.send_header('content-length', str(len(body))); self.end_headers(); self.wfile.write(body)
    def log_message(self, *a): pass
http.server.HTTPServer(('127.0.0.1', 8080), H).serve_forever()
`;
const text = { type: 'string' };

const delegations = [
  { id: 'all', subject: '*', gates: ['toolGrant', 'networkProfile'], resources: ['*'] },
  { id: 'app-token', subject: '/app', gates: ['artifactAccess'], resources: [token] },
];

function withGrants({ planDigest: _, ...plan }: DeploymentPlan): DeploymentPlan {
  const grants = {
    delegation: 'operator.json',
    digest: digestOf(Buffer.from(delegationText(delegations))),
    delegations,
  };
  const whole = { ...plan, runtime: { ...plan.runtime, grants } } as unknown as JsonValue;
  return { ...(whole as object), planDigest: digestOf(canonicalJson(whole)) } as unknown as DeploymentPlan;
}

async function begin(does: 'file' | 'restart') {
  const path = lay({
    ...scenarioOf(
      {
        app: python(telling, {
          port: 8080,
          program: { mounts: [{ path: '/etc/app/token', from: 'config.token' }] },
          manifest: { config_schema: { type: 'object', properties: { token: text }, required: ['token'] } },
        }),
      },
      {
        config_schema: { type: 'object', properties: { token: text } },
        components: { app: { manifest: './app.json', config: { token: '${config.token}' } } },
        ...exported('app'),
      },
    ),
    'operator.json': delegationText(delegations),
  });
  const { stateDir } = options();
  const secrets = createFakeSecrets({ [token]: 'first' });
  const plan = await planIn(path, { components: { '/app': { rotation: { token: does } } } });
  const watched = await runHere(withGrants(plan), {
    sourceFolder: dirname(path),
    stateDir,
    env: { HEADGATE_CONFIG_TOKEN: token },
    secrets,
  });
  live.push(watched);
  expect(await watched.run.ready, watched.told()).toBe(true);
  const client = findRunClient(stateDir, watched.run.id);
  if (!client) throw new Error('it has no interface');
  const lines = (): readonly Entry[] => journalLines(stateDir, watched.run.id) as unknown as readonly Entry[];
  return { ...watched, stateDir, secrets, client, lines, file: join(dirname(path), 'operator.json') };
}

const events = (lines: readonly Entry[], name: string) =>
  lines.flatMap(({ data }) => ('event' in data && data.event === name ? [data] : []));

describe('a secret that is rotated in a run with delegations', () => {
  it.each([
    ['file', 'is revoked'],
    ['restart', 'is revoked'],
    ['file', 'is taken out of the file'],
    ['restart', 'is taken out of the file'],
  ] as const)(
    '004-5 by %s, and again when the right to it %s in between: no new value, and the run ends',
    async (does, how) => {
      const one = await begin(does);
      one.secrets.set(token, 'second');
      expect(await one.client.rotated(rotated)).toMatchObject([{ state: does === 'file' ? 'replaced' : 'begun' }]);
      await expect.poll(() => textOf(one.run.exports()['app']).catch(() => ''), { timeout: 60_000 }).toBe('second');
      expect(events(one.lines(), 'secret-rotated')).toMatchObject([
        {
          authority: expect.arrayContaining([
            { gate: 'artifactAccess', subject: '/app', resource: token, delegation: 'app-token' },
          ]),
        },
      ]);

      one.secrets.set(token, 'third-canary');
      const asked = one.secrets.asked.length;
      if (how === 'is revoked') await one.client.revoke('app-token', 'enough');
      else writeFileSync(one.file, delegationText(delegations.slice(0, 1)));
      const reacted = await one.client.rotated(rotated);
      // The run may have begun to end before it is told.
      for (const { state } of reacted ?? []) expect(['failed', 'skipped']).toContain(state);
      await one.run.done;
      expect(one.secrets.asked.slice(asked)).toEqual([]);
      const outcome = JSON.stringify(one.lines().at(-1)?.data);
      expect(outcome).toContain('"gate":"authority_missing","');
      expect(outcome).toContain(token);
      expect(events(one.lines(), 'authority-ended')).toMatchObject([
        { delegation: 'app-token', how: how === 'is revoked' ? 'revoked' : 'withdrawn' },
      ]);
      expect(readFileSync(`${one.run.folder}/journal.ndjson`, 'utf8')).not.toContain('canary');
    },
  );
});
