// Builds dist/: the command line in scripts that load when needed, with V8's code for them; the library, and its types.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { fewerChunks } from './chunks.mjs';
import { makeCodeCache } from './code-cache.mjs';
import { linkScripts } from './link-scripts.mjs';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const { version, dependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
const require = createRequire(import.meta.url);

const run = (command, args) =>
  new Promise((done, fail) => {
    spawn(command, args, { stdio: 'inherit' })
      .on('error', fail)
      .on('exit', (code) => (code === 0 ? done() : fail(new Error(`${command} ${args.join(' ')}: exit ${code}`))));
  });

const writtenAt = (file) => statSync(file).mtimeMs;
const schemas = readdirSync('schemas').map((name) => `schemas/${name}`);
// Generated code is in no commit, so what it is made of may have become newer since.
for (const [file, script, sources] of [
  ['src/language/schema/generated/metaschema.js', 'scripts/gen-metaschema.mjs', []],
  ['src/language/generated/plan.js', 'scripts/gen-validators.mjs', schemas],
])
  if (
    !existsSync(file) ||
    [script, 'scripts/standalone.mjs', ...sources].some((one) => writtenAt(one) > writtenAt(file))
  )
    await run(process.execPath, [script]);
// Built beside and put in place at the end: whoever runs dist/cli.cjs meanwhile runs a whole one.
const out = `dist.${process.pid}`;
rmSync(out, { recursive: true, force: true });

const shared = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  splitting: true,
  outdir: out,
  chunkNames: 'chunks/[name]-[hash]',
  legalComments: 'none',
  logLevel: 'warning',
  define: { HEADGATE_VERSION: JSON.stringify(version) },
};

const tsc = join(dirname(require.resolve('typescript/package.json')), 'bin', 'tsc');
const types = ['-p', 'scripts/tsconfig.types.json', '--outDir', `${out}/types`];

/** commander can start programs, which is not used here; to load what it starts them with takes as long as reading the command line. */
const lazier = {
  name: 'lazier',
  setup({ onLoad }) {
    onLoad({ filter: /\/commander\/lib\/command\.js$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      const contents = text
        .replace("const childProcess = require('node:child_process');", '')
        .replaceAll('childProcess.spawn(', "require('node:child_process').spawn(");
      if (contents.includes('childProcess')) throw new Error(`${path} is not as it was when it was made lazier`);
      return { contents, loader: 'js' };
    });
  },
};

/** Packages of OpenTelemetry and of AWS hold the same code as ES modules, of which a bundle takes only what it uses: a fifth, and a tenth. */
const lighter = {
  name: 'lighter',
  setup({ onResolve, resolve }) {
    onResolve({ filter: /^@(?:opentelemetry|smithy)\// }, async ({ path, pluginData, ...from }) => {
      if (pluginData === lighter) return undefined;
      const found = await resolve(path, { ...from, pluginData: lighter });
      return { ...found, path: found.path.replace('/build/src/', '/build/esm/').replace('/dist-cjs/', '/dist-es/') };
    });
  },
};

const main = 'src/cli/main.ts';
/** What `check` always loads. */
const start = ['src/cli/actions/check.ts'];
const commandLine = {
  ...shared,
  entryPoints: [main],
  entryNames: 'cli',
  minifySyntax: true,
  minifyWhitespace: true,
  plugins: [lighter, lazier],
  write: false,
  metafile: true,
};

async function buildCommandLine() {
  const plugin = await fewerChunks(commandLine, main, start[0]);
  const result = await build({ ...commandLine, plugins: [lighter, lazier, plugin] });
  if (process.argv.includes('--analyze')) report(result);
  const { outputs } = result.metafile;
  const outputOf = (entry) => Object.keys(outputs).find((path) => outputs[path].entryPoint === entry);
  const withImports = (paths) => {
    const found = new Set(paths);
    for (const path of found)
      for (const { path: next, kind, external } of outputs[path].imports)
        if (!external && kind === 'import-statement') found.add(next);
    return [...found];
  };
  const cli = withImports([outputOf(main)]);
  const check = withImports(start.map(outputOf)).filter((path) => !cli.includes(path));
  const modules = new Map(result.outputFiles.map(({ path, text }) => [relative('.', path), text]));
  const { texts, scriptOf } = await linkScripts(modules, { cli, check });
  mkdirSync(`${out}/scripts`, { recursive: true });
  const hash = createHash('sha256');
  for (const [name, text] of texts) {
    writeFileSync(`${out}/scripts/${name}.cjs`, text);
    hash.update(`${name} ${text.length} ${text}`);
  }
  const digest = hash.digest('hex').slice(0, 32);
  await build({
    ...shared,
    splitting: false,
    format: 'cjs',
    entryPoints: ['src/cli/start/index.ts'],
    outdir: undefined,
    outfile: `${out}/cli.cjs`,
    minifySyntax: true,
    define: { HEADGATE_SCRIPTS: JSON.stringify({ scriptOf, digest }) },
  });
  chmodSync(`${out}/cli.cjs`, 0o755);
  // Under the name that it had while it was a module; node loads a script faster.
  writeFileSync(`${out}/cli.js`, "#!/usr/bin/env node\nimport './cli.cjs';\n", { mode: 0o755 });
  makeCodeCache(out);
}

await Promise.all([
  buildCommandLine(),
  // The library leaves its dependencies to the package manager of whoever installs it.
  build({
    ...shared,
    entryPoints: { index: 'src/api/compile.ts', run: 'src/api/run.ts', testing: 'src/api/testing/index.ts' },
    chunkNames: 'lib/[name]-[hash]',
    external: Object.keys(dependencies),
  }),
  // The SDK of policies needs nothing but node.
  build({ ...shared, entryPoints: { policy: 'src/policy/sdk/index.ts' }, splitting: false }),
  process.argv.includes('--no-types') ? undefined : run(process.execPath, [tsc, ...types]),
]);
if (existsSync('dist')) renameSync('dist', `${out}.old`);
renameSync(out, 'dist');
rmSync(`${out}.old`, { recursive: true, force: true });

function report(result) {
  for (const [path, { bytes, inputs }] of Object.entries(result.metafile.outputs)) {
    const largest = Object.entries(inputs)
      .sort(([, a], [, b]) => b.bytesInOutput - a.bytesInOutput)
      .slice(0, 4)
      .map(([name, { bytesInOutput }]) => `${name} ${bytesInOutput}`);
    console.log(`${path} ${bytes}\n    ${largest.join('\n    ')}`);
  }
}
