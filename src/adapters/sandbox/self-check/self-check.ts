/**
 * The self-check of a sandbox: what would do harm is tried from inside, in the very sandbox that the program will be in, and the host
 * judges before the program may go on.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { attemptAll, type Given } from './attempts.ts';
import { type Checked, judgeAttempts } from './judge-attempts.ts';
import { gitFolderOf, kernelSettings, keyFiles, keyringCallers, type Labelled, placesOutside } from './surroundings.ts';

export interface SelfCheck {
  /** A command of a shell whose output is one line. */
  readonly script: string;
  /** What it came to by what it said, and variables for the program. */
  readonly judge: (said: string) => Promise<{ readonly env: Readonly<Record<string, string>> }>;
}

export interface OpenSelfCheck extends SelfCheck {
  /** Never settles where the sandbox was not made. */
  readonly checked: Promise<Checked>;
  /** The sandbox has ended, or was never made. */
  readonly close: () => void;
}

export interface SelfCheckOptions {
  /** A private folder of this process. */
  readonly folder: string;
  /** Of the scenario's tree; null where it has none. */
  readonly tree: string | null;
  /** Of the workspace that it has a copy of. */
  readonly source?: string;
  /** Further places that it may not write to. */
  readonly places: readonly Labelled[];
  readonly env: (checked: Checked) => Readonly<Record<string, string>>;
}

export async function openSelfCheck({ folder, tree, source, places, env }: SelfCheckOptions): Promise<OpenSelfCheck> {
  const nonce = randomBytes(8).toString('hex');
  const name = `.headgate-self-check-${nonce}`;
  const secret = { path: join(folder, `key-${nonce}`), label: 'a key of headgate' };
  writeFileSync(secret.path, nonce, { mode: 0o600, flag: 'wx' });
  const outside = placesOutside(name, [
    ...(tree === null ? [] : [{ path: tree, label: "the scenario's tree" }]),
    ...places,
    { path: folder, label: 'a folder of headgate' },
  ]);
  const checkouts = new Set([tree, source].flatMap((one) => one ?? []).map(gitFolderOf));
  const git = [...checkouts].map((path) => ({ path: join(path, name), label: '.git' }));
  const keys = [secret, ...keyFiles()];
  let reached = 0;
  const servers = await Promise.all(['127.0.0.1', '::1'].map((host) => listen(host, () => reached++)));
  const given: Given = {
    outside: outside.map(({ path }) => path),
    git: git.map(({ path }) => path),
    keys: keys.map(({ path }) => path),
    kernel: kernelSettings,
    ports: servers.flatMap((server) => portOf(server)),
    ...keyringCallers(),
  };
  const made = (all: readonly Labelled[]): readonly string[] =>
    all.flatMap(({ path, label }) => {
      if (!existsSync(path)) return [];
      rmSync(path, { force: true });
      return [label];
    });
  let tell: (checked: Checked) => void = () => {};
  const checked = new Promise<Checked>((settle) => {
    tell = settle;
  });
  return {
    script: scriptFor(given),
    judge: async (said) => {
      // What came in by the time that it had ended is counted.
      await turn();
      const found = judgeAttempts(said, {
        outside: made(outside),
        git: made(git),
        keys: keys.map(({ label }) => label),
        connections: reached,
        pid: process.pid,
        kernel: kernelSettings,
        hasTree: git.length > 0,
      });
      tell(found);
      return { env: env(found) };
    },
    checked,
    close: () => {
      for (const server of servers) server?.close();
      rmSync(secret.path, { force: true });
    },
  };
}

/** Undefined where this machine has no such address. */
function listen(host: string, connected: () => void): Promise<Server | undefined> {
  const server = createServer((socket) => {
    connected();
    socket.destroy();
  });
  server.unref();
  return new Promise((done) => {
    server.once('error', () => done(undefined));
    server.listen(0, host, () => done(server));
  });
}

function portOf(server: Server | undefined): readonly { readonly host: string; readonly port: number }[] {
  if (!server) return [];
  const { address, port } = server.address() as AddressInfo;
  return [{ host: address, port }];
}

const end = 'HEADGATE_SELF_CHECK';

/** In a document of the shell's, so that no command line tells a path of the host. */
function scriptFor(given: Given): string {
  const modules = "{ fs: require('node:fs'), net: require('node:net'), child: require('node:child_process') }";
  const source = `(${String(attemptAll)})(${modules}, ${JSON.stringify(given)})`;
  return `${quoted(process.execPath)} - 2>/dev/null <<'${end}'\n${source}\n${end}`;
}

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
