/** `--detach`: the same command once more, in a process of its own that outlives this one. */
import { spawn } from 'node:child_process';
import { type Cli, exitCode } from '../app/cli.ts';
import { holdBack } from '../base/hold-back.ts';
import { exitCodeOf } from '../runtime/gate/outcome.ts';
import { completionOf } from '../runtime/probes/completion.ts';
import { readRun } from '../runtime/state/run-files.ts';
import { waitsLine } from './interaction-text.ts';

/**
 * Resolves when the run is ready, or has ended before that; one that ends by itself, when it has been judged, or has ended where that
 * ends it; or when it waits for an answer. Passes on what it says until then. An interrupt meanwhile ends the run.
 */
export function detach(cli: Cli, stateDir: string): Promise<number> {
  return cli.interrupt.hold(() => startDetached(cli, stateDir));
}

/** How far a detached run is by what it has said: its exit code as far as that is known, undefined where it is to be waited for. */
function codeSoFar(said: string, stateDir: string): number | undefined {
  // Nobody can say how long that takes.
  if (waitsLine.test(said)) return exitCode.ok;
  const [, id] = /^ready (\S+)$/m.exec(said) ?? [];
  if (id === undefined) return undefined;
  const plan = readRun(stateDir, id)?.plan;
  const then = plan && completionOf(plan)?.then;
  if (!then) return exitCode.ok;
  const [, verdict] = /^judged \S+ (passed|blocked)$/m.exec(said) ?? [];
  // What is over by its verdict ends in a moment, and says itself how.
  if (verdict === undefined || then === 'stop') return undefined;
  return verdict === 'passed' ? exitCode.ok : exitCodeOf.BLOCKED;
}

/** Of a process that SIGTERM ended before it had begun a run. */
const TERMINATED = 143;

async function startDetached(cli: Cli, stateDir: string): Promise<number> {
  const args = process.argv.slice(1).filter((arg) => arg !== '--detach');
  const child = spawn(process.execPath, [...process.execArgv, ...args], {
    cwd: cli.cwd,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  const ready = new Promise<number>((done) => {
    holdBack(child.stdout.setEncoding('utf8'), (text) => {
      said += text;
      const code = codeSoFar(said, stateDir);
      if (code !== undefined) done(code);
      return cli.out(String(text));
    });
  });
  holdBack(child.stderr.setEncoding('utf8'), (text) => cli.err(String(text)));
  const ended = new Promise<number>((done) => {
    child.on('error', () => done(exitCode.errors));
    child.on('exit', (code, signal) => done(code ?? (signal === 'SIGTERM' ? TERMINATED : exitCode.errors)));
  });
  // It has a session of its own, so a terminal signals this process alone.
  const passOn = (): void => {
    child.kill('SIGTERM');
    cli.interrupt.hurry = () => child.kill('SIGTERM');
  };
  if (cli.interrupt.signal.aborted) passOn();
  else cli.interrupt.signal.addEventListener('abort', passOn, { once: true });
  const first = await Promise.race([ready.then((soFar) => ({ soFar })), ended.then((code) => ({ code }))]);
  const code = 'code' in first ? first.code : cli.interrupt.signal.aborted ? await ended : undefined;
  cli.interrupt.signal.removeEventListener('abort', passOn);
  if (code !== undefined) {
    // That it was passed on as SIGTERM is nobody's business: the code is that of the signal which came.
    if (code !== TERMINATED) cli.interrupt.exitCode = code;
    return code;
  }
  child.stdout.destroy();
  child.stderr.destroy();
  child.unref();
  return 'soFar' in first ? first.soFar : exitCode.ok;
}
