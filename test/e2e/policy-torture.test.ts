/** `headgate policy torture`: good policies pass, and each way of being bad is found. Most of it is waiting, so it is done at once. */
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { startCli } from '../support/cli.ts';
import { createTempFolder } from '../support/temp-folder.ts';

const { path: folder, remove } = createTempFolder();
afterAll(remove);

interface Results {
  readonly schema: string;
  readonly version: number;
  readonly protocol: string;
  readonly policy: string;
  readonly summary: Readonly<Record<string, number>>;
  readonly cases: readonly { readonly name: string; readonly result: string; readonly detail: string }[];
}

const torture = (...args: readonly string[]) => startCli(['policy', 'torture', ...args], { cwd: folder }).ended;
const resultsOf = (stdout: string): Results => JSON.parse(stdout) as Results;
const detail = ({ cases }: Results, name: string): string => {
  const found = cases.find((one) => one.name === name);
  return `${found?.result}: ${found?.detail}`;
};

let nextPort = 21_000 + Math.floor(Math.random() * 1_000);

/** A policy whose handler does `post` with `text`, and `get` for GET. */
function policy(name: string, post: string, { get = "res.end('here')", start = '' } = {}): string {
  const port = nextPort++;
  writeFileSync(
    join(folder, `${name}.yaml`),
    `manifest_version: "0.4.0"
program:
  path: /usr/bin/env
  args: [node, ./${name}.cjs]
  network: { endpoints: [{ name: api, port: ${port} }] }
provides: { apply: { kind: http, profile: policy, endpoint: api } }
exports: { apply: provides.apply }
`,
  );
  writeFileSync(
    join(folder, `${name}.cjs`),
    `${start}; require('node:http').createServer((req, res) => {
      if (req.method === 'GET') { ${get}; return; }
      let text = ''; req.setEncoding('utf8').on('data', (c) => { text += c; }).on('end', () => {
        const say = (answer, status = 200) => { res.statusCode = status; res.end(JSON.stringify(answer)); };
        const read = () => { try { return JSON.parse(text); } catch { return undefined; } };
        ${post}
      });
    }).listen(${port}, '127.0.0.1');`,
  );
  return `${name}.yaml`;
}
const fine = `const q = read(); if (!q?.scope?.components) say({ error: 'no question' }, 400); else say({ interpositions: [] });`;

describe.concurrent('a good policy', () => {
  it('passes, and is told so in text, JSON, a file and a badge', async () => {
    const manifest = policy('fine', fine);
    const done = await torture(manifest, '--format', 'json', '--out', 'out.json', '--badge', 'badge.json');
    expect(done.status, done.stderr).toBe(0);
    const results = resultsOf(done.stdout);
    expect(results).toMatchObject({ schema: 'headgate.policy-torture', version: 1, protocol: '1', policy: manifest });
    expect(results.cases.map(({ result }) => result)).toEqual(Array(32).fill('passed'));
    expect(results.summary).toEqual({ passed: 32, warnings: 0, failed: 0, skipped: 0 });
    expect(readFileSync(join(folder, 'out.json'), 'utf8')).toBe(done.stdout);
    expect(JSON.parse(readFileSync(join(folder, 'badge.json'), 'utf8'))).toEqual({
      schemaVersion: 1,
      label: 'policy torture',
      message: '32/32',
      color: 'brightgreen',
    });
    expect(done.stderr).toMatch(/^passed {2}small-scope +\d+ ms {2}0 interposers, 0 findings$/m);
    expect(done.stderr).toContain('32 passed\n');
  });

  it.each([
    ['examples/redaction/policy-js/manifest.yaml', '{"redaction_terms": ["x"]}'],
    ['examples/redaction/policy-python/manifest.yaml', '{"redaction_terms": ["x"]}'],
    ['manifests/redaction/manifest.yaml', '{"terms": ["${config.key}"]}'],
    ['manifests/audit-log/manifest.yaml', '{}'],
    ['manifests/bearer-auth/manifest.yaml', '{"token": "${config.key}"}'],
    ['manifests/rate-limit/manifest.yaml', '{}'],
    ['manifests/fault-injection/manifest.yaml', '{}'],
    ['manifests/allow-list/manifest.yaml', '{"allow": []}'],
  ])('%s', async (manifest, config) => {
    const file = `${manifest.replaceAll('/', '-')}.json`;
    writeFileSync(join(folder, file), config);
    const done = await torture(resolve(manifest), '--config', file, '--format', 'json', '--policy-timeout', '40s');
    expect(done.status, done.stderr).toBe(0);
    const results = resultsOf(done.stdout);
    expect(results.cases.filter(({ result }) => !['passed', 'warning'].includes(result))).toEqual([]);
    if (manifest.startsWith('manifests/')) expect(detail(results, 'key-order')).toBe('passed: the same bytes');
  });

  it('that runs already is asked at its URL, and is not ended', async () => {
    const server = createServer((req, res) => {
      req.resume().on('end', () => res.end('{"interpositions":[]}'));
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const { port } = server.address() as AddressInfo;
    const { status, stdout } = await torture(`http://127.0.0.1:${port}/policy`, '--format', 'json');
    server.close();
    server.closeAllConnections();
    expect(status).toBe(0);
    const results = resultsOf(stdout);
    expect(detail(results, 'terminate')).toMatch(/^skipped: it was started by somebody else/);
    expect(detail(results, 'malformed-json')).toBe('warning: status 200, to what is not a question');
  });
});

describe.concurrent('a policy that refers to config of the scope', () => {
  it('finds there whatever it looks for', async () => {
    const sdk = JSON.stringify(pathToFileURL(resolve('dist/policy.js')).href);
    writeFileSync(
      join(folder, 'refers.mjs'),
      `import { definePolicy, interposer } from ${sdk};
      export const policy = definePolicy({
        name: 'refers',
        decide: (scope) =>
          interposer({ program: { path: '/opt/x' }, config: { terms: scope.config('terms.list') } }).on(
            scope.select({ kind: 'http', allowEmpty: true }),
          ),
      });`,
    );
    const { status, stdout, stderr } = await torture(
      'refers.mjs',
      '--format',
      'json',
      '--max-answer-bytes',
      '10000000',
    );
    expect(status, stderr).toBe(0);
    expect(resultsOf(stdout).summary['failed']).toBe(0);
    expect(detail(resultsOf(stdout), 'small-scope')).toContain('passed: 3 interposers');
  });
});

describe.concurrent('a bad policy', () => {
  const bad = async (
    name: string,
    post: string,
    more?: Parameters<typeof policy>[2],
    patience = '120s',
  ): Promise<Results> => {
    const done = await torture(policy(name, post, more), '--format', 'json', '--policy-timeout', patience);
    expect(done.status, done.stderr).toBe(1);
    expect(done.stderr).not.toMatch(/^\s+at .*dist\//m);
    return resultsOf(done.stdout);
  };

  it('that dies of malformed JSON', async () => {
    const results = await bad('dies', `JSON.parse(text); say({ interpositions: [] });`);
    expect(detail(results, 'malformed-json')).toMatch(
      /^failed: after it: asked an ordinary question: (nothing listens there|the connection was closed)/,
    );
    expect(detail(results, 'no-body')).toBe('skipped: `malformed-json` harmed the policy');
    expect(detail(results, 'ready')).toMatch(/^passed/);
  });

  it('that answers differently each time', async () => {
    const results = await bad(
      'moody',
      `say({ interpositions: [], findings: [{ severity: 'info', message: String(Math.random()) }] });`,
    );
    expect(detail(results, 'repeated')).toBe('failed: the second time, the answer is another one');
    expect(detail(results, 'small-scope')).toMatch(/^passed/);
  });

  it('that answers what no compile would take', async () => {
    const results = await bad('odd', `say({ interpositions: [], extra: 1 });`);
    expect(detail(results, 'small-scope')).toContain('extra');
    expect(results.cases.filter(({ result }) => result === 'skipped')).toHaveLength(31);
    expect(
      detail(
        await bad('target', `say({ interpositions: [], findings: [{ severity: 'info', message: 'x', edge: 99 }] })`),
        'small-scope',
      ),
    ).toContain('a finding names an edge');
    expect(detail(await bad('moved', `res.writeHead(302, { location: '/x' }).end()`), 'small-scope')).toContain(
      'a redirect',
    );
  });

  it('that hangs on names and keys that it does not expect', async () => {
    const post = `if (text.includes('__proto__') || text.includes('x-later')) return; ${fine}`;
    const results = await bad('names', post, undefined, '5s');
    expect(detail(results, 'strange-names')).toBe('failed: no complete answer within 5000 ms');
    expect(detail(results, 'unknown-fields')).toBe('failed: no complete answer within 5000 ms');
    expect(detail(results, 'deep-config')).toMatch(/^passed/);
  });

  it('that depends on the order of keys, or is never ready', async () => {
    const order = await bad(
      'order',
      `const q = read(); if (!q?.scope?.components) return say({}, 400); say({ interpositions: [], findings: [{ severity: 'info', message: Object.keys(q.scope).join() }] });`,
    );
    expect(detail(order, 'key-order')).toBe('failed: with keys in another order, the answer is another one');
    const results = await bad('ready', fine, {
      get: 'globalThis.n = (globalThis.n ?? 0) + 1; res.statusCode = globalThis.n > 1 ? 502 : 200; res.end()',
    });
    expect(detail(results, 'ready')).toBe('failed: status 502 means that it is not ready');
  });

  it('that does not end is killed, and warned of', async () => {
    const done = await torture(policy('stays', fine, { start: "process.on('SIGTERM', () => {})" }), '--format', 'json');
    expect(done.status).toBe(0);
    expect(detail(resultsOf(done.stdout), 'terminate')).toMatch(/^warning: it did not end within 5 s of SIGTERM/);
  });
});

describe.concurrent('what cannot be tortured', () => {
  it.each([
    [['no-such.yaml'], 2, '`no-such.yaml` does not exist'],
    [['http://127.0.0.1:1/'], 1, 'nothing listens there'],
    [[policy('late', fine), '--policy-timeout', 'soon'], 2, '--policy-timeout takes a time'],
    [[policy('lost', fine), '--out', 'no/such/folder.json'], 1, 'there is no folder `no/such`'],
  ] as const)('%j', async (args, code, says) => {
    const { status, stderr } = await torture(...args);
    expect([status, stderr.replaceAll(/\s+/g, ' ').includes(says)], stderr).toEqual([code, true]);
  });

  it('a program that ends at once', async () => {
    const { status, stderr } = await torture(
      policy('ends', '', { start: "console.error('no model'); process.exit(4)" }),
    );
    expect([status, stderr]).toEqual([
      1,
      expect.stringMatching(/cannot be tortured: the policy ended with exit code 4\nno model/),
    ]);
  });
});
