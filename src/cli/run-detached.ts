/** `--detach`: the same command once more, in a process of its own that outlives this one. */
import { spawn } from 'node:child_process';
import { type Cli, exitCode } from './cli.ts';

/** Resolves when the run is ready, or has ended before that; passes on what it says until then. */
export async function detach(cli: Cli): Promise<number> {
  const args = process.argv.slice(1).filter((arg) => arg !== '--detach');
  const child = spawn(process.execPath, [...process.execArgv, ...args], {
    cwd: cli.cwd,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  const ready = new Promise<void>((done) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      void cli.out(text);
      if (/^ready \S+$/m.test(said)) done();
    });
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => void cli.err(text));
  const ended = new Promise<number>((done) => {
    child.on('error', () => done(exitCode.errors));
    child.on('exit', (code) => done(code ?? exitCode.errors));
  });
  const code = await Promise.race([ready.then(() => undefined), ended]);
  if (code !== undefined) return code;
  child.stdout.destroy();
  child.stderr.destroy();
  child.unref();
  return exitCode.ok;
}
