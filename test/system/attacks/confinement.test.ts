/** A manifest or a plan chooses paths; no path shows a program a folder that the user did not mean. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCli } from '../../support/cli.ts';
import { asUser, isRoot, ownedByUser } from '../../support/run/as-user.ts';
import { type Identity, identities } from '../../support/run/attacks.ts';
import { headgate, type RunEnd } from '../../support/run/cli-run.ts';
import { useRuns } from '../../support/run/use-runs.ts';

const runs = useRuns();
let count = 0;

const manifest = (path: string, ...args: readonly string[]): string =>
  JSON.stringify({ manifest_version: '0.4.0', program: { path, args } });
const settingsFor = (scenario: string): string =>
  JSON.stringify({ components: { [scenario.includes('components') ? '/a' : '/']: { restart: 'never' } } });
const said = ({ stdout, stderr }: RunEnd): string => `${stdout}\n${stderr}`;

/** `shop` is the scenario's; `victim` is somebody's, with mode 0700, a secret, and what looks like an installation. */
function lay(as: Identity, files: Readonly<Record<string, string>>) {
  const name = `place${count++}`;
  const top = as === 'user' ? ownedByUser(runs.folder, name) : join(runs.folder, name);
  const [shop, victim, state] = [join(top, 'shop'), join(top, 'victim'), join(top, 'state')] as const;
  for (const folder of [shop, state, join(victim, 'bin'), join(victim, 'lib', 'python3')])
    mkdirSync(folder, { recursive: true });
  for (const path of ['tool', 'bin/tool']) {
    writeFileSync(join(victim, path), `#!/bin/sh\necho started; cat ${victim}/secret\nexit 0\n`);
    chmodSync(join(victim, path), 0o755);
  }
  writeFileSync(join(victim, 'secret'), 'hunter2\n');
  writeFileSync(join(victim, 'x.json'), manifest('/bin/sh', '-c', `echo started; cat ${victim}/secret; cat secret`));
  for (const [path, text] of Object.entries({ 'headgate.yaml': settingsFor(files['scenario.json'] ?? ''), ...files }))
    writeFileSync(join(shop, path), text.replaceAll('VICTIM', victim));
  chmodSync(victim, 0o700);
  const run = (what: string, ...args: readonly string[]): RunEnd => {
    if (as === 'user' && isRoot) spawnSync('chown', ['-hR', `--reference=${top}`, top]);
    const wrap = as === 'user' ? asUser(runs.folder) : [];
    return headgate(
      ['run', join(shop, what), ...args],
      runs.options({ stateDir: state, wrap, env: { HOME: '/nonexistent' } }),
    );
  };
  return { top, shop, victim, run };
}

const parent = (reference: string): string =>
  JSON.stringify({ manifest_version: '0.4.0', components: { a: reference } });

describe.each(identities)('as %s', (as) => {
  it.each(['tool', 'bin/tool'])('a program by an absolute path shows nothing that lies beside it: %s', (tool) => {
    const { run } = lay(as, { 'scenario.json': manifest(`VICTIM/${tool}`) });
    const end = run('scenario.json');
    expect(said(end)).toContain('started');
    expect(said(end)).not.toContain('hunter2');
  });

  it('a script of the scenario whose interpreter lies there shows nothing of it either', () => {
    const { shop, run } = lay(as, { 'scenario.json': manifest('./go'), go: '#!VICTIM/tool\n' });
    chmodSync(join(shop, 'go'), 0o755);
    const end = run('scenario.json');
    expect(said(end)).toContain('started');
    expect(said(end)).not.toContain('hunter2');
  });

  it.each([
    ['a manifest', parent('./link/x.json')],
    ['a program', manifest('./link/tool')],
  ])('%s over a link to a private folder is refused', (_, scenario) => {
    const { shop, run } = lay(as, { 'scenario.json': scenario });
    symlinkSync('../victim', join(shop, 'link'));
    const end = run('scenario.json');
    expect(end.status).not.toBe(0);
    expect(said(end)).toContain('resolve/outside-tree');
    expect(said(end)).not.toMatch(/hunter2|started/);
  });

  it.each(['shop', 'shop/app'])('packages that are a link to a private folder are not shown: in %s', (place) => {
    const script =
      'console.log("started"); for (const f of ["node_modules", "../node_modules"]) try { console.log(fs.readFileSync(f + "/secret", "utf8")) } catch {}';
    const { top, shop, run } = lay(as, {});
    for (const folder of ['.git', 'app']) mkdirSync(join(shop, folder));
    writeFileSync(join(shop, 'app', 'scenario.json'), manifest('/usr/bin/env', 'node', '-e', script));
    writeFileSync(join(shop, 'app', 'headgate.yaml'), settingsFor(''));
    symlinkSync(join(top, 'victim'), join(top, place, 'node_modules'));
    const end = run('app/scenario.json');
    expect(end.status, said(end)).toBe(0);
    expect(said(end)).toContain('started');
    expect(said(end)).not.toContain('hunter2');
  });

  it('a plan that names a source beside its folder is blocked, and --root shows it', () => {
    const { top, shop, run } = lay(as, { 'scenario.json': parent('../victim/x.json') });
    const compiled = runCli(['compile', 'scenario.json', '--root', top, '--emit', 'plan=plan.json'], { cwd: shop });
    expect(compiled.status, compiled.stderr).toBe(0);
    const end = run('plan.json');
    expect(end.status, said(end)).toBe(3);
    expect(said(end)).toContain('source_outside');
    expect(said(end)).not.toMatch(/hunter2|started/);
    expect(said(run('plan.json', '--root', top))).toContain('hunter2');
  });

  it('a plan whose source became a link is blocked', () => {
    const { shop, run } = lay(as, { 'scenario.json': parent('./part/x.json') });
    mkdirSync(join(shop, 'part'));
    writeFileSync(join(shop, 'part', 'x.json'), manifest('/bin/sh', '-c', 'echo started; cat secret'));
    expect(runCli(['compile', 'scenario.json', '--emit', 'plan=plan.json'], { cwd: shop }).status).toBe(0);
    rmSync(join(shop, 'part'), { recursive: true });
    symlinkSync('../victim', join(shop, 'part'));
    const end = run('plan.json');
    expect(end.status, said(end)).toBe(3);
    expect(said(end)).toContain('source_outside');
    expect(said(end)).not.toMatch(/hunter2|started/);
  });
});
