/** Policies on the SDK in their sandboxes: where `headgate/policy` is found, and what else of a project is seen. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DeploymentPlan } from '../../src/ir/plan-schema.ts';
import { runCli } from '../support/cli.ts';
import { policyManifest, recorderModule, scenarioFiles, serverModule } from '../support/policy-project.ts';
import { createTempFolder } from '../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);

const recording = {
  ...scenarioFiles,
  'policy/manifest.yaml': policyManifest(['node', 'server.mjs']),
  'policy/server.mjs': serverModule,
  'policy/policy.mjs': recorderModule('recorded'),
};

function compile(folder: string): DeploymentPlan {
  const { status, stdout, stderr } = runCli(['compile', 'scenario.yaml'], { cwd: folder });
  expect(status, stderr).toBe(0);
  return JSON.parse(stdout) as DeploymentPlan;
}

const interposerOf = (plan: DeploymentPlan) => plan.components.find(({ moniker }) => moniker === '/__overlay_0_0');

/** Lets the policy tell what it sees of files. */
const looking = (paths: readonly string[]): string => `import { existsSync } from 'node:fs';
import { definePolicy, finding, servePolicy } from 'headgate/policy';
const seen = ${JSON.stringify(paths)}.filter((path) => existsSync(path));
await servePolicy(definePolicy({ name: 'looking', decide: () => finding('info', JSON.stringify(seen)) }));
`;

const seenBy = (plan: DeploymentPlan): unknown => JSON.parse(plan.policies[0]?.findings[0]?.message ?? 'null');

describe('a policy in JavaScript', () => {
  let tarball = '';
  beforeAll(() => {
    const packed = spawnSync('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', temp.path], {
      encoding: 'utf8',
    });
    const [found] = Object.values(JSON.parse(packed.stdout) as Record<string, { readonly filename: string }>);
    tarball = join(temp.path, found?.filename ?? '');
  });

  /** As npm does it from its cache; where that holds too little, the one package that the SDK needs. */
  function install(folder: string): void {
    const args = ['install', '--offline', '--ignore-scripts', '--no-audit', '--no-fund', tarball];
    if (spawnSync('npm', args, { cwd: folder }).status === 0) return;
    mkdirSync(join(folder, 'node_modules/headgate'), { recursive: true });
    const into = ['-xzf', tarball, '--strip-components=1', '-C', join(folder, 'node_modules/headgate')];
    expect(spawnSync('tar', into).status).toBe(0);
  }

  it('finds the SDK of headgate in a plain folder', () => {
    const made = interposerOf(compile(temp.lay(recording)));
    expect(made?.origin).toMatchObject({ reason: 'recorded', edges: ['/web.data'] });
    // The policy was given the name of the secret, and hands it on.
    expect(made?.config).toEqual({ object: { terms: { array: [{ root: 'key' }] } } });
  });

  it('is the text of a manifest, and finds it too', () => {
    const source = `${recorderModule('inline')}\nconst { servePolicy } = await import('headgate/policy');\nawait servePolicy(policy);\n`;
    const folder = temp.lay({
      ...scenarioFiles,
      'policy/manifest.yaml': policyManifest(['node', '--input-type=module', '--eval', source]),
    });
    expect(interposerOf(compile(folder))?.origin).toMatchObject({ reason: 'inline' });
  });

  it('finds what npm installed beside it', () => {
    const folder = temp.lay({ ...recording, 'policy/package.json': '{"type":"module","private":true}' });
    install(join(folder, 'policy'));
    expect(interposerOf(compile(folder))?.origin).toMatchObject({ reason: 'recorded' });
  });

  it('finds what npm installed in the project around it, with the type of its modules, and nothing else of it', () => {
    const { 'policy/policy.mjs': module, ...rest } = recording;
    const folder = temp.lay({
      ...rest,
      'package.json': '{"type":"module","private":true}',
      'secret.txt': 'x',
      'policy/policy.js': module,
      'policy/server.mjs': serverModule.replace('policy.mjs', 'policy.js'),
    });
    install(folder);
    // The one of the project wins over the one that headgate brings.
    const sdk = join(folder, 'node_modules/headgate/dist/policy.js');
    writeFileSync(sdk, readFileSync(sdk, 'utf8').replace('"upstream"', '"upstream_of_project"'));
    const plan = compile(folder);
    expect(Object.keys(interposerOf(plan)?.slots ?? {})).toEqual(['upstream_of_project']);

    const paths = ['package.json', 'node_modules', 'secret.txt', 'scenario.yaml', 'policy/manifest.yaml'];
    writeFileSync(join(folder, 'policy/server.mjs'), looking(paths.map((path) => join(folder, path))));
    expect(seenBy(compile(folder))).toEqual(
      ['package.json', 'node_modules', 'policy/manifest.yaml'].map((path) => join(folder, path)),
    );
  });

  it('follows a linked SDK, and shows nothing else of where it lies', () => {
    const elsewhere = temp.lay({ 'secret.txt': 'x' });
    for (const path of ['package.json', 'dist/policy.js']) cpSync(resolve(path), join(elsewhere, path));
    const paths = ['dist/policy.js', 'secret.txt'].map((path) => join(elsewhere, path));
    const folder = temp.lay({ ...recording, 'policy/server.mjs': looking(paths) });
    mkdirSync(join(folder, 'node_modules'));
    symlinkSync(elsewhere, join(folder, 'node_modules/headgate'));
    expect(seenBy(compile(folder))).toEqual([join(elsewhere, 'dist/policy.js')]);
  });
});

describe('a policy in another language', () => {
  it('sees no packages of node', () => {
    const script = `import json, os
from http.server import BaseHTTPRequestHandler, HTTPServer
class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        seen = [p for p in ("/node_modules", os.path.abspath("../node_modules")) if os.path.exists(p)]
        body = {"interpositions": [], "findings": [{"severity": "info", "message": json.dumps(seen)}]}
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())
HTTPServer(("127.0.0.1", 18190), Handler).serve_forever()
`;
    const folder = temp.lay({
      ...scenarioFiles,
      'policy/manifest.yaml': policyManifest(['python3', 'policy.py']),
      'policy/policy.py': script,
      'node_modules/x/index.js': '',
    });
    expect(seenBy(compile(folder))).toEqual([]);
  });
});
