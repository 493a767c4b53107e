/**
 * Makes V8's code for the scripts of a built command line: `node scripts/code-cache.mjs FOLDER`. Commands are run as users run them, so that
 * the code of each function that a start calls is there, and no other. It fits the version of V8 that runs this.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Script } from 'node:vm';
import { writeSmall } from './small-scenario.mjs';

/** With how they end. The first that loads a script decides what of it is kept. */
const commands = [
  [0, '--version'],
  [1, 'check', 'small', 'faulty.json5'],
  [0, 'check', 'scenario.yaml'],
  [0, 'compile', 'small/scenario.json5', '--emit', 'plan=plan.json'],
  [0, 'explain', 'small/scenario.json5', '/client'],
  [1, 'fmt', '--check', 'faulty.json5', 'scenario.yaml'],
  [0, '--help'],
];

const component = `{ manifest_version: "0.4.0", program: { path: "/usr/bin/env", args: ["true"] } }`;

function writeInputs(folder) {
  writeSmall(join(folder, 'small'));
  writeFileSync(join(folder, 'scenario.yaml'), component);
  writeFileSync(join(folder, 'faulty.json5'), component.replace('program', 'programme'));
}

/** Answers the folder of the code, below `dist`. */
export function makeCodeCache(dist) {
  const entry = resolve(dist, 'cli.cjs');
  const [, digest] = /digest:\s*"([^"]+)"/.exec(readFileSync(entry, 'utf8'));
  const name = `${digest}-${process.versions.v8}-${process.platform}-${process.arch}`;
  const out = resolve(dist, 'code-cache', name);
  mkdirSync(out, { recursive: true });
  const work = mkdtempSync(join(tmpdir(), 'headgate-code-'));
  try {
    writeInputs(work);
    const record = fileURLToPath(new URL('record-code.cjs', import.meta.url));
    for (const [expected, ...args] of commands) {
      const { status, stderr } = spawnSync(process.execPath, ['-r', record, entry, ...args], {
        cwd: work,
        encoding: 'utf8',
        env: { PATH: process.env.PATH, HOME: work, HEADGATE_CODE: out },
      });
      if (status !== expected) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`);
    }
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  // What no command has loaded is at least known to V8 as a whole.
  for (const file of readdirSync(join(dist, 'scripts'))) {
    const code = join(out, `${basename(file, '.cjs')}.bin`);
    if (!existsSync(code)) writeFileSync(code, twice(codeOf(resolve(dist, 'scripts', file))));
  }
  return out;
}

/** With the name that it has in src/cli/start/scripts.ts. */
const codeOf = (file) =>
  new Script(readFileSync(file, 'latin1'), { filename: `headgate/scripts/${basename(file)}` }).createCachedData();

/** As src/cli/start/scripts.ts wants it. */
const twice = (code) => Buffer.concat([code, code]);

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(makeCodeCache(process.argv[2] ?? 'dist'));
