/** Now and then an input goes the whole way: files on disk, the built command line, its exit code and its output. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { isInput } from '../support/harness.ts';
import type { FuzzInput } from './make-input.ts';
import type { Find } from './oracle.ts';
import { isBundle } from './run-bundle.ts';

/** Starting a process on a busy machine takes its time; hangs are measured by the worker. */
const patienceMs = 20_000;

export interface CliRun {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export async function sampleCli(input: FuzzInput, command: string = resolve('dist/cli.cjs')): Promise<readonly Find[]> {
  const folder = mkdtempSync(join(tmpdir(), 'headgate-fuzz-'));
  try {
    for (const [path, bytes] of input.files) {
      if (!isInput(path)) continue;
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), bytes);
    }
    const format = input.index % 2 === 0 ? 'json' : 'text';
    const named = isBundle(input.root) ? dirname(input.root) : input.root;
    const target = input.index % 3 === 0 ? '.' : named;
    return judgeRun(await run(command, ['check', target, '--format', format], folder), format);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function run(command: string, args: readonly string[], cwd: string): Promise<CliRun> {
  const child = spawn(process.execPath, [command, ...args], {
    cwd,
    env: { PATH: process.env['PATH'], HEADGATE_DEBUG: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: patienceMs,
    killSignal: 'SIGKILL',
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => {
    stdout += String(chunk);
  });
  child.stderr.on('data', (chunk) => {
    stderr += String(chunk);
  });
  return new Promise((done) => child.on('close', (status) => done({ status, stdout, stderr })));
}

export function judgeRun({ status, stdout, stderr }: CliRun, format: 'json' | 'text'): readonly Find[] {
  const find = (what: string): Find => ({
    kind: 'exit',
    signature: `exit ${what}`,
    detail: `${what}\n${stderr.slice(-3000)}`,
  });
  if (status !== 0 && status !== 1) return [find(`the command line ended with ${status}`)];
  if (/bug in headgate|^\s+at .*:\d+:\d+\)?$/m.test(stderr)) return [find('a stack trace')];
  if (format === 'text') return stdout === '' ? [] : [find('text on standard output')];
  try {
    const { summary } = JSON.parse(stdout) as { summary: { errors: number } };
    return summary.errors > 0 === (status === 1) ? [] : [find('the exit code does not fit the errors')];
  } catch {
    return [find('standard output is no JSON')];
  }
}
