/** Whole processes, cold, each in turn with what it is compared with. */
import { spawnSync } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import { median, spread } from './statistics.mjs';

export const idle = [process.execPath, '-e', '0'];

/** `[program, …args]`; throws where it ends otherwise than it should. Times in ms; what `before` takes is not counted. */
export function once([program, ...args], { expected = 0, env, before } = {}) {
  before?.();
  const start = performance.now();
  const done = spawnSync(program, args, {
    encoding: 'utf8',
    maxBuffer: 1 << 30,
    ...(env ? { env: { ...process.env, ...env } } : {}),
  });
  const ms = performance.now() - start;
  if (done.status !== expected)
    throw new Error(
      `${[program, ...args].join(' ')} ended with ${done.status ?? done.error?.code ?? done.signal}: ${String(done.stderr).slice(0, 500)}`,
    );
  return { ms, stdout: done.stdout, stderr: done.stderr };
}

/**
 * `commands` in turn, `runs` times after one that does not count. Answers per command the median and the spread, and the median of its
 * ratios to the first command: pairs, so that a machine that slows down under way slows both sides.
 */
export function paired(commands, runs = 5, options = {}) {
  for (const command of commands) once(command, options);
  const rounds = Array.from({ length: runs }, () => commands.map((command) => once(command, options).ms));
  return commands.map((_, at) => {
    const times = rounds.map((round) => round[at]);
    return { ms: median(times), ...spread(times), ratio: median(rounds.map((round) => round[at] / round[0])) };
  });
}
