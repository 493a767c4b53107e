/** A policy in its sandbox that is given a secret of a real vault, through the built command line; and what it cannot read. */
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openSecrets } from '../../src/runtime/secrets/open.ts';
import { setSecret } from '../../src/runtime/secrets/set-secret.ts';
import { runCli } from '../support/cli.ts';
import { createTempFolder } from '../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);

const canary = `CANARY-${process.pid}-vau1ted+value/ö`;
const digest = createHash('sha256').update(canary).digest('hex');

const settings = (key: string): string => `vaults:
  local: { provider: local_encrypted, file: ./secrets.vault, key: { file: ${key} } }
policies:
  p: { grants: { secrets: ["secret://local/app/token"] } }
`;
const scenario = (reference: string): string => `manifest_version: "0.4.0"
use:
  p:
    manifest: ./policy.yaml
    config: { token: "${reference}" }
policies: ["#p.apply"]
`;
const manifest = `manifest_version: "0.4.0"
config_schema: { type: object, properties: { token: { type: string, minLength: 3 } }, required: [token] }
program:
  path: ./policy.py
  env: { TOKEN: "\${config.token}" }
  mounts: [{ path: /tmp/token, from: config.token }]
  network: { endpoints: [{ name: api, port: 8031 }] }
provides: { apply: { kind: http, profile: policy, endpoint: api } }
exports: { apply: provides.apply }
`;
/** Tells the digest of what it was given, and what it can read of these paths; or fails, and cries what it was given. */
const policy = (paths: readonly string[], fails: boolean): string => `#!/usr/bin/env python3
import hashlib, http.server, json, os, sys
token = os.environ['TOKEN']
def look(path):
    try:
        open(path, 'rb').read(); return 'read'
    except OSError as e:
        return type(e).__name__
class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *args): pass
    def do_GET(self): self.say(200, b'')
    def say(self, status, body):
        self.send_response(status); self.send_header('content-length', str(len(body))); self.end_headers(); self.wfile.write(body)
    def do_POST(self):
        self.rfile.read(int(self.headers['content-length']))
        if ${fails ? 'True' : 'False'}:
            sys.stderr.write('I was given ' + token + '\\n'); sys.stderr.flush()
            return self.say(500, ('it is ' + token).encode())
        seen = [look(path) for path in ${JSON.stringify(paths)}]
        said = [hashlib.sha256(token.encode()).hexdigest(), hashlib.sha256(open('/tmp/token', 'rb').read()).hexdigest(), *seen]
        self.say(200, json.dumps({'interpositions': [], 'findings': [{'severity': 'info', 'message': ' '.join(said)}]}).encode())
http.server.HTTPServer(('127.0.0.1', 8031), Handler).serve_forever()
`;

interface Laid {
  readonly folder: string;
  readonly home: string;
  readonly state: string;
}

async function lay(reference: string, fails = false): Promise<Laid> {
  const home = temp.lay({});
  const folder = temp.lay({
    'scenario.yaml': scenario(reference),
    'policy.yaml': manifest,
    'headgate.yaml': settings('~/keys/local.key'),
  });
  const paths = [
    join(home, 'keys/local.key'),
    join(folder, 'secrets.vault'),
    join(home, '.local/state/headgate/secrets/audit.ndjson'),
  ];
  writeFileSync(join(folder, 'policy.py'), policy(paths, fails), { mode: 0o755 });
  const state = join(home, '.local/state/headgate');
  mkdirSync(state, { recursive: true, mode: 0o700 });
  const secrets = openSecrets({
    vaults: { local: { provider: 'local_encrypted', file: 'secrets.vault', key: { file: '~/keys/local.key' } } },
    place: { folder, home, env: {}, now: Date.now },
    stateDir: state,
    notice: () => {},
  });
  await setSecret(secrets.context, { vault: 'local', key: 'app/token' }, canary);
  await secrets.close();
  return { folder, home, state };
}

const compile = ({ folder, home }: Laid, ...args: readonly string[]) =>
  runCli(['compile', 'scenario.yaml', '--trust-settings', ...args], { cwd: folder, env: { HOME: home } });

/** Of every file below, but those that are left out. */
function textsBelow(folder: string, except: readonly string[]): string {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name));
  const files = names.filter((path) => statSync(path).isFile() && !except.includes(path));
  return files.map((path) => readFileSync(path).toString('latin1')).join('\n');
}

const latin = Buffer.from(canary).toString('latin1');

describe('a policy that was granted a secret', () => {
  it('has it in its environment and in its file, cannot read the key, and nobody else has either', async () => {
    const laid = await lay('secret://local/app/token');
    const { folder, home, state } = laid;
    const { status, stdout, stderr } = compile(laid, '--emit', 'plan=plan.json', '--emit', 'lock=headgate.lock');
    expect(stderr).toContain(digest);
    // One line may be wrapped.
    const said = stderr.replace(/\s+/g, ' ');
    expect(said.split(digest), 'from the variable and from the file').toHaveLength(3);
    expect(said).toContain(`${digest} ${digest} FileNotFoundError read FileNotFoundError`);
    expect(status).toBe(0);
    for (const text of [stdout, stderr, textsBelow(folder, []), textsBelow(home, [])])
      expect(text).not.toContain(latin);
    const plan = JSON.parse(readFileSync(join(folder, 'plan.json'), 'utf8')) as { policies: { grants: object }[] };
    expect(plan.policies[0]?.grants).toEqual({ secrets: ['secret://local/app/token'] });
    const audit = readFileSync(join(state, 'secrets/audit.ndjson'), 'utf8').trim().split('\n');
    const resolved = audit.filter((line) => line.includes('"resolve"'));
    expect(resolved).toHaveLength(1);
    expect(resolved[0]).toContain('"type":"policy"');
    expect(resolved[0]).toContain('"token"');

    const frozen = compile(laid, '--frozen', '--emit', 'plan=again.json');
    expect(frozen.status).toBe(0);
    expect(readFileSync(join(folder, 'again.json'), 'utf8')).toBe(readFileSync(join(folder, 'plan.json'), 'utf8'));
    const check = runCli(['check', 'scenario.yaml'], { cwd: folder, env: { HOME: home } });
    expect(check.status).toBe(0);
    const after = readFileSync(join(state, 'secrets/audit.ndjson'), 'utf8').trim().split('\n');
    expect(after, 'neither a frozen compile nor a check asks for one').toEqual(audit);
  });

  it('is shown without it where it fails', async () => {
    const laid = await lay('secret://local/app/token@1', true);
    const { status, stdout, stderr } = compile(laid);
    expect(status).toBe(1);
    expect(stderr).toContain('I was given [secret]');
    expect(stderr).toContain('it is [secret]');
    expect(stdout + stderr).not.toContain('vau1ted');
  });

  it('is not started where there is no such version, nor where the key is gone', async () => {
    const laid = await lay('secret://local/app/token@7');
    const none = compile(laid);
    expect(none.status).toBe(1);
    expect(none.stderr).toContain('govern/secret-unavailable');
    expect(none.stderr).toContain('(not_found)');
    const other = await lay('secret://local/app/token');
    rmSync(join(other.home, 'keys/local.key'));
    const gone = compile(other);
    expect(gone.status).toBe(1);
    expect(gone.stderr).toContain('govern/secret-unavailable');
    expect(gone.stderr).not.toContain('    at ');
    expect(existsSync(dirname(join(other.home, 'keys/local.key'))), 'nothing is made for it').toBe(true);
    expect(existsSync(join(other.home, 'keys/local.key'))).toBe(false);
  });
});

describe('a run of a plan', () => {
  it('starts no program that would be shown the key of a vault', () => {
    const home = temp.lay({});
    const outer = temp.lay({
      'keys/local.key': canary,
      'in/scenario.yaml': 'manifest_version: "0.4.0"\nprogram: { path: ./read.sh }\n',
      'in/headgate.yaml':
        'vaults:\n  local: { provider: local_encrypted, file: ./secrets.vault, key: { file: ../keys/local.key } }\ncomponents: { /: { restart: never } }\n',
    });
    const folder = join(outer, 'in');
    const script = `#!/bin/sh\ncat ${folder}/moved/local.key ../keys/local.key && echo "could read it"\nexit 0\n`;
    writeFileSync(join(folder, 'read.sh'), script, { mode: 0o755 });
    const env = { HOME: home };
    const made = runCli(['compile', 'scenario.yaml', '--trust-settings', '--emit', 'plan=plan.json'], {
      cwd: folder,
      env,
    });
    expect(made.stderr).toBe('');
    const run = () => runCli(['run', 'plan.json', '--trust-settings'], { cwd: folder, env });
    const outside = run();
    expect(outside.stdout + outside.stderr).not.toContain('could read it');
    expect(outside.stderr).toContain('No such file');
    renameSync(join(outer, 'keys'), join(folder, 'moved'));
    symlinkSync('in/moved', join(outer, 'keys'));
    const { status, stdout, stderr } = run();
    expect(status).not.toBe(0);
    expect(stderr.replace(/\s+/g, ' ')).toContain('the key of vault `local`');
    expect(stdout + stderr).not.toContain('could read it');
    expect(stdout + stderr).not.toContain('CANARY');
  });
});
