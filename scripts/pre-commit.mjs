#!/usr/bin/env node
// What the hooks of .pre-commit-hooks.yaml start, in the clone that pre-commit made: builds it the first time, then is `headgate`.
// Not `language: node`: that installs globally from git, where npm brings no development dependencies for the build
// (https://github.com/npm/cli/issues/8440).
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const built = new URL('../dist/cli.cjs', import.meta.url);
const lock = new URL('../.pre-commit-build/', import.meta.url);
/** Milliseconds; a lock that is older was left behind. */
const patience = 600_000;

/** The clone is shared by all repositories of a user: another run may be building it. Answers why it failed. */
async function build() {
  for (;;) {
    try {
      mkdirSync(lock);
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      const since = statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
      if (Date.now() - since > patience) rmSync(lock, { recursive: true, force: true });
      else await sleep(200);
    }
  }
  try {
    return existsSync(built) ? undefined : install();
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

/** `npm ci` builds as well. Its words are only of interest when it fails. */
function install() {
  const cwd = fileURLToPath(new URL('..', import.meta.url));
  const args = ['ci', '--include=dev', '--no-audit', '--no-fund'];
  const { status, error, stdout, stderr } = spawnSync('npm', args, { cwd, encoding: 'utf8' });
  if (status === 0 && existsSync(built)) return undefined;
  return `${stdout ?? ''}${stderr ?? ''}headgate cannot be built: ${error?.message ?? `npm ended with ${status}`}\n`;
}

// A commit is followed by others: see docs/check-server.md. Whoever wants no server says so.
process.env.HEADGATE_SERVER ??= '1';

const failure = existsSync(built) ? undefined : await build();
if (failure === undefined) await import(built.href);
else {
  process.stderr.write(failure);
  process.exitCode = 70;
}
