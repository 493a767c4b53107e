/** A folder whose settings name a vault of AWS at a server of the test, and the command line in it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { cliPath } from '../cli.ts';
import type { TempFolder } from '../temp-folder.ts';

export interface CloudOptions {
  readonly url: string;
  readonly env: Readonly<Record<string, string>>;
  readonly namespace?: string;
  readonly files?: Readonly<Record<string, string>>;
}

export interface Ended {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CloudFolder {
  readonly folder: string;
  readonly stateDir: string;
  /** Beside the test: the server it asks lives in this process. */
  readonly secrets: (args: readonly string[], options?: RunOptions) => Promise<Ended>;
}

export interface RunOptions {
  readonly input?: string;
  readonly onStart?: (pid: number) => void;
  /** What node is started by, such as strace with its options. */
  readonly before?: readonly string[];
  readonly trusted?: boolean;
}

export function cloudFolder(temp: TempFolder, { url, env, namespace = 'team', files = {} }: CloudOptions): CloudFolder {
  const folder = temp.lay({
    ...files,
    'headgate.yaml': [
      'version: 1',
      'vaults:',
      `  cloud: { provider: aws_secrets_manager, region: eu-west-1, namespace: ${namespace}, endpoint: "${url}" }`,
      '  local: { provider: local_encrypted, file: ./x.vault, key: { file: ../k } }',
      '',
    ].join('\n'),
  });
  const stateDir = join(folder, 'state');
  return {
    folder,
    stateDir,
    secrets: async (args, { input = '', onStart, before = [], trusted = true } = {}) => {
      const [program, ...rest] = [...before, process.execPath, cliPath, 'secrets', ...args, '--state-dir', stateDir];
      const child = spawn(program as string, trusted ? [...rest, '--trust-settings'] : rest, {
        cwd: folder,
        env: { PATH: process.env['PATH'], HOME: folder, ...env },
      });
      onStart?.(child.pid as number);
      child.stdin.on('error', () => {});
      child.stdin.end(input);
      const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
      return { status: child.exitCode, signal: child.signalCode, stdout, stderr };
    },
  };
}
