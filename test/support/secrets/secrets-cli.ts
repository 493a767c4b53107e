/** `headgate secrets …` as a user types it, with a vault in a file, and what is really in that vault. */
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openVault } from '../../../src/adapters/vaults/open.ts';
import type { PlanVault } from '../../../src/ir/plan-vault-schema.ts';
import { secretPlaces } from '../../../src/runtime/secrets/places.ts';
import { cliPath } from '../cli.ts';

export interface SecretsEnd {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface SecretsHome {
  readonly folder: string;
  readonly stateDir: string;
}

const vault: PlanVault = {
  provider: 'local_encrypted',
  default: true,
  file: './secrets.vault',
  key: { file: '~/local.key' },
};
const settings = `version: 1
vaults:
  local: { provider: local_encrypted, default: true, file: ./secrets.vault, key: { file: ~/local.key } }
`;

export function secretsHome(folder: string): SecretsHome {
  mkdirSync(join(folder, 'home'), { recursive: true });
  writeFileSync(join(folder, 'headgate.yaml'), settings);
  return { folder, stateDir: join(folder, 'state') };
}

/** All of it, to try the same from the same beginning. */
export function copyOfHome({ folder }: SecretsHome, to: string): SecretsHome {
  cpSync(folder, to, { recursive: true });
  return { folder: to, stateDir: join(to, 'state') };
}

const environment = ({ folder }: SecretsHome): Record<string, string> => ({
  PATH: process.env['PATH'] ?? '/usr/bin:/bin',
  HOME: join(folder, 'home'),
  NO_COLOR: '1',
});

const commandOf = (
  args: readonly string[],
  home: SecretsHome,
  wrap: readonly string[],
): readonly [string, readonly string[]] => {
  const own = ['secrets', ...args, '--trust-settings', '--state-dir', home.stateDir];
  const [command, ...rest] = [...wrap, process.execPath, cliPath, ...own];
  return [command as string, rest];
};

export function secretsCommand(
  args: readonly string[],
  home: SecretsHome,
  { input = '', wrap = [] }: { readonly input?: string; readonly wrap?: readonly string[] } = {},
): SecretsEnd {
  const [command, rest] = commandOf(args, home, wrap);
  const { status, signal, stdout, stderr } = spawnSync(command, rest, {
    cwd: home.folder,
    env: environment(home),
    encoding: 'utf8',
    input,
    timeout: 120_000,
    killSignal: 'SIGKILL',
  });
  return { status, signal, stdout, stderr };
}

/** The same without waiting for it. */
export function secretsStarted(args: readonly string[], home: SecretsHome, input: string): Promise<SecretsEnd> {
  const [command, rest] = commandOf(args, home, []);
  const child = spawn(command, rest, { cwd: home.folder, env: environment(home), stdio: 'pipe' });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  child.stdin.end(input);
  return new Promise((done) => child.once('close', (status, signal) => done({ status, signal, stdout, stderr })));
}

/** Values of the versions that the vault has of a key, by number, whatever the registry says of them. */
export async function valuesAt(
  home: SecretsHome,
  key: string,
): Promise<{ readonly current: string | undefined; readonly all: readonly string[] }> {
  const place = { folder: home.folder, home: join(home.folder, 'home'), env: {}, now: () => 0 };
  const opened = await openVault('local', vault, place);
  const all: string[] = [];
  for (let number = 1; number <= 12; number++) {
    const answer = await opened.resolve({ key, version: { number } });
    if ('value' in answer) all.push(answer.value.text);
  }
  const current = await opened.resolve({ key });
  await opened.close();
  return { current: 'value' in current ? current.value.text : undefined, all };
}

export interface ListedJson {
  readonly vaults: readonly {
    readonly secrets: readonly {
      readonly key: string;
      readonly status: string;
      readonly cleanUp: unknown;
      readonly unfinished: unknown;
      readonly versions: readonly { readonly number: number; readonly status: string }[];
    }[];
  }[];
}

export const listedAt = (home: SecretsHome): ListedJson['vaults'][number]['secrets'] => {
  const { stdout } = secretsCommand(['list', '--format', 'json'], home);
  return (JSON.parse(stdout) as ListedJson).vaults[0]?.secrets ?? [];
};

/** Files that were being written when somebody was killed. */
export const halfWritten = ({ stateDir }: SecretsHome): readonly string[] => {
  const { folder } = secretPlaces(stateDir);
  return existsSync(folder)
    ? readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.tmp'))
    : [];
};
