/** Small scenarios whose components work on a workspace, and what is found of their trees by programs that are not ours. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { headgate, type RunOptions } from './cli-run.ts';
import { runFolders } from './journal.ts';
import type { Files } from './scenarios.ts';

export interface Worker {
  /** Of /bin/sh, in /workspace. */
  readonly does: string;
  readonly after?: readonly string[];
  /** A service: it listens on its port when that was done. */
  readonly serves?: true;
  /** Of the settings. */
  readonly settings?: object;
}

const manifest = (body: object): string => JSON.stringify({ manifest_version: '0.4.0', ...body });
const listens =
  'import http.server as h; h.ThreadingHTTPServer(("127.0.0.1", 8080), h.SimpleHTTPRequestHandler).serve_forever()';

/** Each provides `out`, and is given the `out` of those that it is after. */
export function workScenario(
  workers: Readonly<Record<string, Worker>>,
  workspaces: Readonly<Record<string, object>>,
  more: object = {},
): Files {
  const names = Object.keys(workers);
  return {
    'scenario.json': manifest({
      components: Object.fromEntries(names.map((name) => [name, `./${name}.json`])),
      bindings: names.flatMap((name) =>
        (workers[name]?.after ?? []).map((from) => ({ from: `#${from}.out`, to: `#${name}.${from}` })),
      ),
    }),
    'headgate.yaml': JSON.stringify({
      version: 1,
      components: Object.fromEntries(
        names.map((name) => {
          const { serves, settings } = workers[name] as Worker;
          return [`/${name}`, { ...(serves ? {} : { restart: 'never' }), ...settings }];
        }),
      ),
      workspaces,
      ...more,
    }),
    ...Object.fromEntries(
      names.map((name) => {
        const { does, after = [], serves } = workers[name] as Worker;
        const script = serves ? `${does}\nexec python3 -c '${listens}'` : does;
        return [
          `${name}.json`,
          manifest({
            slots: Object.fromEntries(after.map((one) => [one, { kind: 'http' }])),
            program: {
              path: '/bin/sh',
              args: ['-c', script],
              env: Object.fromEntries(after.map((one) => [`FROM_${one.toUpperCase()}`, `\${slots.${one}.url}`])),
              network: { endpoints: [{ name: 'out', port: 8080 }] },
            },
            provides: { out: { kind: 'http', endpoint: 'out' } },
            exports: { out: 'provides.out' },
          }),
        ];
      }),
    ),
  };
}

export function layTree(root: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}

const out = (command: string, args: readonly string[], cwd?: string): string => {
  const { stdout, stderr, status } = spawnSync(command, args, { encoding: 'utf8', ...(cwd ? { cwd } : {}) });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr}`);
  return stdout;
};

/** What rsync would do to make the second like the first, by content: nothing where they are the same. */
export const differences = (a: string, b: string): readonly string[] =>
  out('rsync', ['-nrc', '--links', '--perms', '--executability', '--delete', '--itemize-changes', `${a}/`, `${b}/`])
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('.d'));

/** Every entry with its inode, mode, size and times: what was not touched has the same line. */
export const linesOf = (root: string): readonly string[] =>
  out('find', ['.', '-printf', '%P\\t%y\\t%i\\t%m\\t%s\\t%T@\\t%l\\n'], root).split('\n').filter(Boolean).sort();

export const textAt = (...path: readonly string[]): string => readFileSync(join(...path), 'utf8');
export const namesIn = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
};

export const onlyRun = (stateDir: string): string => {
  const [id, ...others] = runFolders(stateDir);
  if (id === undefined || others.length > 0) throw new Error(`there are ${others.length + 1} runs`);
  return id;
};

/** Copies that are still there. */
export const copiesLeft = (stateDir: string, id: string): readonly string[] =>
  namesIn(join(stateDir, 'workspaces', id));

export interface Shown {
  readonly state: string;
  readonly blocked: readonly {
    readonly gate: string;
    readonly subject: string;
    readonly reasons: string[];
    readonly remedy: string;
  }[];
}
export const shown = (id: string, given: RunOptions): Shown =>
  JSON.parse(headgate(['status', id, '--format', 'json'], given).stdout) as Shown;
