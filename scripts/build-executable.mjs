#!/usr/bin/env node
/**
 * `node scripts/build-executable.mjs [FILE]`: the command line as one executable for Linux x64. It is Bun with the scripts and their code in it;
 * what it can do is said in src/cli/start/executable.ts.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const out = resolve(process.argv[2] ?? join(root, 'dist/executable/headgate'));
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

function run(command, args) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0)
    throw new Error(`${command} ${args.join(' ')} ended with ${status}: ${stdout}${stderr}`, { cause: error });
  return stdout.trim();
}

/** Commands that src/cli/start/executable.ts refuses are known by their help alone. */
const without = {
  name: 'without',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\/actions\// }, ({ path, kind }) =>
      kind === 'dynamic-import' && !/\/actions\/(?:check|fmt|server)\b/.test(path)
        ? { path, namespace: 'without' }
        : undefined,
    );
    onLoad({ filter: /./, namespace: 'without' }, ({ path }) => ({
      contents: `throw new Error(${JSON.stringify(`${path} is not in the executable`)});`,
    }));
  },
};

const made = `${out}.${process.pid}`;
const work = mkdtempSync(join(tmpdir(), 'headgate-executable-'));
try {
  // Bun has modules of its own in the place of some packages, undici among them. What is bundled before is the package.
  await build({
    bundle: true,
    splitting: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    minifySyntax: true,
    legalComments: 'none',
    logLevel: 'warning',
    entryPoints: [join(root, 'src/cli/start/executable.ts')],
    outdir: work,
    outExtension: { '.js': '.mjs' },
    // Bun would leave the folder of this build in its place, which anybody may have on another machine.
    define: {
      HEADGATE_VERSION: JSON.stringify(version),
      'import.meta.url': JSON.stringify('file:///$bunfs/root/headgate'),
    },
    plugins: [without],
  });
  const bun = run('bash', [join(root, 'scripts/install-bun.sh')]);
  mkdirSync(dirname(out), { recursive: true });
  // The folder that it is started in may be anybody's: nothing there is for Bun.
  const alone = ['dotenv', 'bunfig', 'tsconfig', 'package-json'].map((name) => `--no-compile-autoload-${name}`);
  run(bun, ['build', '--compile', '--bytecode', ...alone, join(work, 'executable.mjs'), '--outfile', made]);
  renameSync(made, out);
} finally {
  rmSync(work, { recursive: true, force: true });
  rmSync(made, { force: true });
}
console.log(out);
