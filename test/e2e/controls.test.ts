/** A name with a control character is refused wherever it comes from, and no output shows the character as it is. */

import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { digestOf } from '../../src/base/digest.ts';
import { canonicalJson, type JsonObject, type JsonValue } from '../../src/base/json.ts';
import { type CliRun, runCli, startCli } from '../support/cli.ts';
import { createTempFolder } from '../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);

/** As Unicode has it; ends of lines are headgate's own. */
const ACTS = /(?!\n)[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u;
/** One of each sort. */
const characters = [
  '\u001b[31m',
  '\u0007',
  '\n',
  '\r',
  '\u007f',
  '\u0085',
  '\u009b',
  '\u2028',
  '\u061c',
  '\u200f',
  '\u202e',
  '\u2066',
];
const all = `a${characters.join('b')}`;

function expectRefused({ status, stdout, stderr }: CliRun, words: RegExp): void {
  expect(`${stdout}${stderr}`).not.toMatch(ACTS);
  expect([1, 2]).toContain(status);
  // What is wrapped stands in several lines.
  expect(stderr.replace(/\s+/g, ' ')).toMatch(words);
  // What a name says is never a line of its own.
  expect(stderr).not.toMatch(/^b/m);
}
const refusal = /(cannot have|has) a control character( in it)?, or one that turns the direction of text/;

const http = 'network: { endpoints: [{ name: http, port: 8080 }] }';
const parts = {
  'scenario.yaml': `manifest_version: "0.4.0"
components: { web: ./web.yaml, db: ./db.yaml }
bindings: [{ to: "#web.store", from: "#db.data" }]
exports: { out: "#web.page" }
`,
  'web.yaml': `manifest_version: "0.4.0"
program: { path: /bin/true, env: { PLACE: x }, ${http}, mounts: [{ path: /kept, from: resources.kept }] }
resources: { kept: { kind: storage } }
slots: { store: { kind: http, profile: sql } }
provides: { page: { kind: http, endpoint: http } }
exports: { page: provides.page }
`,
  'db.yaml': `manifest_version: "0.4.0"
program: { path: /bin/true, ${http} }
provides: { data: { kind: http, profile: sql, endpoint: http } }
exports: { data: provides.data }
`,
};
/** In `parts`, words that name something. */
const named = ['web', 'store', 'data', 'out', 'page', 'kept', 'sql', 'PLACE', 'http', '/kept'];

function lay(more: Readonly<Record<string, string>> = {}): string {
  const cwd = temp.lay({ ...parts, ...more });
  const made = runCli(['compile', '.', '--emit', 'plan=plan.json', '--emit', 'ir=ir.json'], { cwd });
  expect(made.stderr).not.toContain('error');
  return cwd;
}

const change = (value: JsonValue, at: (text: string) => string): JsonValue => {
  if (typeof value === 'string') return at(value);
  if (Array.isArray(value)) return value.map((one) => change(one, at));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [at(key), change(one, at)]));
};

/** Every mention of a name, keys among them. `http` is a kind and a protocol too, which have no names. */
function renamed(text: string, name: string, to: string): JsonObject {
  const word = new RegExp(`(?<![\\w-])${name.replace('/', '\\/')}(?![\\w-])`, 'g');
  const document = JSON.parse(text) as JsonObject;
  if (name !== 'http')
    return change(document, (one) => (/^sha256:/.test(one) ? one : one.replace(word, () => to))) as JsonObject;
  return JSON.parse(JSON.stringify(document), (key, value) =>
    ['endpoint', 'name'].includes(key) && value === 'http' ? to : value,
  );
}

describe('a plan', () => {
  const cwd = lay();
  const original = readFileSync(join(cwd, 'plan.json'), 'utf8');
  const put = (name: string, to: string): void => {
    const { planDigest: _, ...plan } = renamed(original, name, to);
    writeFileSync(join(cwd, 'bad.json'), `${canonicalJson({ ...plan, planDigest: digestOf(canonicalJson(plan)) })}\n`);
  };

  it.each(named)('with such a name is refused by every command that reads one: %s', (name) => {
    put(name, all);
    runCli(['attest', 'keygen', '--out', 'k.key'], { cwd });
    for (const args of [
      ['run', 'bad.json'],
      ['emit', 'bad.json', '--to', 'plan=other.json'],
      ['explain', 'bad.json', '/web'],
      ['explain', 'bad.json'],
      ['attest', 'bad.json', '--key', 'k.key', '--out', 'att.json'],
      ['trust', 'bad.json', '--yes'],
    ])
      expectRefused(
        runCli(args, { cwd, env: { HOME: cwd } }),
        /`bad\.json` was not made by headgate: .* compile the scenario again/,
      );
  });

  it('is read with names that are only unusual', () => {
    put('web', 'w eb…é👩‍👩#');
    expect(runCli(['explain', 'bad.json', '/w eb…é👩‍👩#'], { cwd }).status).toBe(0);
  });
});

describe('a scenario IR', () => {
  it.each(named.filter((name) => name !== 'sql'))('with such a name: %s', (name) => {
    const cwd = lay();
    const text = readFileSync(join(cwd, 'ir.json'), 'utf8');
    const { schema, ...rest } = renamed(text, name, name.startsWith('/') ? `/${all}` : all);
    // It is told by its beginning.
    writeFileSync(join(cwd, 'bad.json'), JSON.stringify({ schema: schema as string, ...rest }));
    for (const args of [
      ['check', 'bad.json'],
      ['compile', 'bad.json'],
      ['check', 'bad.json', '--format', 'github'],
    ])
      expectRefused({ ...runCli(args, { cwd }), ...(args[3] ? { stderr: refusalText } : {}) }, refusal);
  });
});
/** `--format github` writes to standard output. */
const refusalText = 'has a control character, or one that turns the direction of text';

describe('settings', () => {
  it.each([
    `components: { ${JSON.stringify(`/${all}`)}: { restart: never } }`,
    `policies: { ${JSON.stringify(all)}: { mode: warn } }`,
    `lint: { levels: { ${JSON.stringify(all)}: error } }`,
    `environments: { ${JSON.stringify(all)}: { driver: ssh, host: x, user: y } }`,
    `probes: { ${JSON.stringify(all)}: { kind: api_smoke, export: out, requests: [] } }`,
    `${JSON.stringify(all)}: 1`,
  ])('%j', (text) => {
    const cwd = temp.lay({ ...parts, 'headgate.yaml': `version: 1\n${text}\n` });
    for (const command of ['check', 'compile', 'trust'])
      expectRefused(
        runCli([command, '.'], { cwd, env: { HOME: cwd } }),
        text.startsWith('"') || text.startsWith('lint') ? /./ : refusal,
      );
  });
});

describe('a lock and a bundle', () => {
  it('with such a name of a policy', () => {
    const digest = `sha256:${'A'.repeat(43)}=`;
    const policy = {
      scope: '/',
      policy: all,
      key: digest,
      policyDigest: digest,
      requestDigest: digest,
      answerDigest: digest,
      files: [],
      sandbox: 'none',
    };
    const lock = {
      schema: 'headgate.lock',
      version: 1,
      protocol: '1',
      root: 'scenario',
      sources: [],
      remotes: [],
      policies: [policy],
    };
    const cwd = temp.lay({ ...parts, 'headgate.lock': JSON.stringify(lock) });
    expectRefused(runCli(['compile', '.', '--frozen'], { cwd }), refusal);
  });

  it('with such a URL', () => {
    const cwd = lay();
    expect(runCli(['compile', '.', '--emit', 'bundle=b'], { cwd }).status).toBe(0);
    const index = readFileSync(join(cwd, 'b/bundle.json'), 'utf8');
    writeFileSync(
      join(cwd, 'b/bundle.json'),
      index.replaceAll('web.yaml', JSON.stringify(`web${all}.yaml`).slice(1, -1)),
    );
    expectRefused(runCli(['check', 'b'], { cwd }), refusal);
  });
});

describe('an answer of a policy', () => {
  let server: Server;
  let answer: JsonObject = {};
  beforeAll(async () => {
    server = createServer((request, response) => {
      request
        .resume()
        .on('end', () => response.setHeader('content-type', 'application/json').end(JSON.stringify(answer)));
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  });
  afterAll(() => server.close());
  const cwd = temp.lay({
    ...parts,
    'scenario.yaml': `${parts['scenario.yaml']}use: { p: ./p.yaml }\npolicies: ["#p.apply"]\n`,
    'p.yaml': `manifest_version: "0.4.0"
program: { path: /bin/true, ${http} }
provides: { apply: { kind: http, profile: policy, endpoint: http } }
exports: { apply: provides.apply }
`,
  });
  const compile = (): Promise<CliRun> =>
    startCli(
      [
        'compile',
        '.',
        '--policy',
        `p=http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
        '--emit',
        'plan=plan.json',
      ],
      { cwd },
    ).ended;
  const program = {
    path: '/bin/true',
    env: { NAME: 'x' },
    network: { endpoints: [{ name: 'port', port: 1, protocol: 'http' }] },
    mounts: [{ kind: 'resource', path: '/kept', resource: 'kept' }],
  };
  const interposition = {
    interposer: {
      program,
      slots: { up: { kind: 'http', profile: 'sql' } },
      provides: { down: { kind: 'http', profile: 'sql', endpoint: 'port' } },
      resources: { kept: { kind: 'storage' } },
    },
    attachments: [{ target: 0, interposer_slot: 'up', interposer_provide: 'down' }],
  };
  const whole = { interpositions: [interposition], findings: [{ severity: 'warning', message: 'm', code: 'rule-1' }] };

  it.each(['up', 'down', 'port', 'kept', '/kept', 'NAME', 'sql', 'rule-1'])('with such a name: %s', async (name) => {
    answer = renamed(JSON.stringify(whole), name, all);
    expectRefused(await compile(), refusal);
  });

  it('whose texts have such characters is told without them', async () => {
    answer = { interpositions: [], findings: [{ severity: 'warning', message: `word ${all}` }] };
    const { status, stderr } = await compile();
    expect([status, stderr.includes('word')]).toEqual([0, true]);
    expect(stderr).not.toMatch(ACTS);
  });
});

describe('a manifest', () => {
  /** Every text in it, names and values alike. */
  const words = [
    ...new Set(
      Object.values(parts)
        .join('\n')
        .match(/[\w./#"-]+/g),
    ),
  ].filter((word) => word.length > 1);
  it('shows no such character wherever one stands', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...words),
        fc.constantFrom(...characters),
        fc.constantFrom('text', 'github'),
        (word, character, format) => {
          const files = Object.fromEntries(
            Object.entries(parts).map(([name, text]) => [
              name,
              text.replace(word, () => JSON.stringify(`${word.replaceAll('"', '')}${character}b`)),
            ]),
          );
          const cwd = temp.lay(files);
          for (const args of [
            ['check', '.', '--format', format],
            ['compile', '.', '--emit', 'plan=plan.json'],
            ['explain', '.'],
          ]) {
            const { stdout, stderr } = runCli(args, { cwd });
            expect(`${stdout}${stderr}`).not.toMatch(ACTS);
          }
        },
      ),
      { numRuns: 12 },
    );
  });
});
