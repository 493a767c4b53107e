/** A folder as $XDG_RUNTIME_DIR, and the check servers in it, which are real processes. */
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type CliOptions, type CliRun, runCli, startCli } from './cli.ts';

export interface ServerInfo {
  readonly pid: number;
  readonly checks: number;
  readonly left: number;
  readonly keptBytes: number;
}

export interface Runtime {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  /** A command that may ask the server. */
  readonly warm: (args: readonly string[], options: CliOptions) => CliRun;
  /** The same without a server. */
  readonly cold: (args: readonly string[], options: CliOptions) => CliRun;
  readonly servers: () => readonly ServerInfo[];
  readonly sockets: () => readonly string[];
  /** Starts one, and waits until it listens. */
  readonly serve: (idle?: string) => Promise<ReturnType<typeof startCli>>;
  /** Waits until a command has made one begin. */
  readonly begun: () => Promise<void>;
  /** Ends all that there are. */
  readonly end: () => Promise<void>;
}

export async function until(isSo: () => boolean, what: string): Promise<void> {
  for (let waited = 0; !isSo(); waited += 50) {
    if (waited > 60_000) throw new Error(`${what} does not come to be`);
    await sleep(50);
  }
}

export const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

export function createRuntime(folder: string): Runtime {
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o700);
  const env = { XDG_RUNTIME_DIR: folder, HEADGATE_SERVER: '1' };
  const inside = join(folder, 'headgate');
  const sockets = (): readonly string[] =>
    existsSync(inside) ? readdirSync(inside).filter((name) => name.endsWith('.sock')) : [];
  const run = (args: readonly string[], options: CliOptions, more: Readonly<Record<string, string>>): CliRun =>
    runCli(args, { ...options, env: { ...env, ...options.env, ...more } });
  const servers = (): readonly ServerInfo[] =>
    JSON.parse(runCli(['server', 'status', '--format', 'json'], { cwd: '/', env }).stdout).servers;
  const begun = (): Promise<void> => until(() => sockets().length > 0, 'a socket');
  return {
    folder,
    env,
    warm: (args, options) => run(args, options, {}),
    cold: (args, options) => run(args, options, { HEADGATE_SERVER: '0' }),
    servers,
    sockets,
    async serve(idle = '60s') {
      const started = startCli(['server', 'run', '--idle', idle], { cwd: '/', env });
      await begun();
      return started;
    },
    begun,
    async end() {
      const pids = servers().map(({ pid }) => pid);
      runCli(['server', 'stop'], { cwd: '/', env });
      await until(() => !pids.some(isAlive), 'the end of the servers');
      rmSync(inside, { recursive: true, force: true });
    },
  };
}
