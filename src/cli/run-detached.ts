/** `--detach`: the same command once more, in a process of its own that outlives this one. */
import { spawn } from 'node:child_process';
import { type Cli, exitCode } from '../app/cli.ts';
import { holdBack } from '../base/hold-back.ts';

/** Resolves when the run is ready, or has ended before that; passes on what it says until then. An interrupt meanwhile ends the run. */
export function detach(cli: Cli): Promise<number> {
  return cli.interrupt.hold(() => startDetached(cli));
}

/** Of a process that SIGTERM ended before it had begun a run. */
const TERMINATED = 143;

async function startDetached(cli: Cli): Promise<number> {
  const args = process.argv.slice(1).filter((arg) => arg !== '--detach');
  const child = spawn(process.execPath, [...process.execArgv, ...args], {
    cwd: cli.cwd,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  const ready = new Promise<void>((done) => {
    holdBack(child.stdout.setEncoding('utf8'), (text) => {
      said += text;
      if (/^ready \S+$/m.test(said)) done();
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
  const first = await Promise.race([ready.then(() => undefined), ended]);
  const code = first === undefined && cli.interrupt.signal.aborted ? await ended : first;
  cli.interrupt.signal.removeEventListener('abort', passOn);
  if (code !== undefined) {
    // That it was passed on as SIGTERM is nobody's business: the code is that of the signal which came.
    if (code !== TERMINATED) cli.interrupt.exitCode = code;
    return code;
  }
  child.stdout.destroy();
  child.stderr.destroy();
  child.unref();
  return exitCode.ok;
}
