/** A project from each template of `init` and `policy init`, built as its README says: what a new user has on the first day. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { cliPath } from './cli.ts';

export const templates = ['python', 'typescript', 'policy python', 'policy typescript'] as const;
export type Template = (typeof templates)[number];

/** What each policy puts between the two components. */
export const recorder = '/__overlay_0_0';
/** What it says of one request. */
export const recorded = /"edge": ?"[^"]*\/web\.notes", ?"method": ?"GET", ?"path": ?"\/notes", ?"status": ?200/;

function did(cwd: string, command: string, ...args: readonly string[]): void {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${status}\n${stdout}${stderr}`);
}
const headgate = (cwd: string, ...args: readonly string[]): void => did(cwd, process.execPath, cliPath, ...args);

/** What npm would install, and tsc makes of it; types have tests of their own. */
function build(folder: string): void {
  mkdirSync(join(folder, 'node_modules'));
  for (const name of ['typescript', '@types', '@typescript', 'undici-types'])
    symlinkSync(resolve('node_modules', name), join(folder, 'node_modules', name));
  symlinkSync(resolve('.'), join(folder, 'node_modules/headgate'));
  did(folder, process.execPath, resolve('node_modules/typescript/bin/tsc'), '--noCheck');
}

/** Into `folder`, which is made. Answers the path of the scenario. */
export function projectOf(template: Template, folder: string, settings: Readonly<Record<string, object>>): string {
  mkdirSync(folder, { recursive: true });
  const [what, language] = template.startsWith('policy ') ? ['policy', template.slice(7)] : ['scenario', template];
  headgate(folder, 'init', '--lang', language === 'python' ? 'python' : 'typescript');
  const scenario = join(folder, 'scenario.yaml');
  if (what === 'policy') {
    headgate(folder, 'policy', 'init', 'recorder', '--lang', language === 'python' ? 'python' : 'ts');
    if (language === 'typescript') build(join(folder, 'recorder'));
    const text = readFileSync(scenario, 'utf8');
    const [before = ''] = text.split(/^use:$/m);
    if (before === text) throw new Error('the template has no `use` any more');
    writeFileSync(
      scenario,
      `${before}use:\n  recorder:\n    manifest: ./recorder/manifest.yaml\n    config: { kinds: [http, mcp] }\n\npolicies: ["#recorder.apply"]\n`,
    );
  } else if (language === 'typescript') build(folder);
  writeFileSync(join(folder, 'headgate.yaml'), JSON.stringify({ version: 1, components: settings }));
  return scenario;
}

/** All of its programs run in one image. */
export const allIn = (image: string): Readonly<Record<string, object>> =>
  Object.fromEntries(['/notes', '/web', recorder].map((moniker) => [moniker, { image }]));
