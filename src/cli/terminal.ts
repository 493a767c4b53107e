/** The process's streams: whole writes, quiet when the reader is gone, colours only where somebody sees them. */
import type { WriteStream } from 'node:tty';
import pc from 'picocolors';
import { type Palette, plain } from '../diagnostics/render/palette.ts';
import type { Cli } from './cli.ts';

type Stream = NodeJS.WriteStream & { fd: number };

/** Resolves when the system has taken all of the text. A reader that has gone away is no error. */
function writer(stream: Stream): (text: string) => Promise<void> {
  let gone = false;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && error.code !== 'ECONNRESET') throw error;
    gone = true;
  });
  return (text) => (gone || text === '' ? Promise.resolve() : new Promise((done) => stream.write(text, () => done())));
}

export function coloured(): Palette {
  const c = pc.createColors(true);
  const bold = (paint: (text: string) => string) => (text: string) => c.bold(paint(text));
  return {
    severity: { error: bold(c.red), warning: bold(c.yellow), info: bold(c.cyan), hint: bold(c.green) },
    strong: c.bold,
    frame: bold(c.blue),
    related: bold(c.cyan),
  };
}

/** NO_COLOR (any value but the empty one) beats FORCE_COLOR beats the terminal. */
export function wantsColour(env: Cli['env'], isTerminal: boolean): boolean {
  if (env['NO_COLOR']) return false;
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined && forced !== '') return forced !== '0' && forced !== 'false';
  return isTerminal && env['TERM'] !== 'dumb';
}

export function createTerminal(env: Cli['env']): Pick<Cli, 'out' | 'err' | 'palette' | 'width' | 'status'> {
  const stderr = process.stderr as Stream;
  const terminal = stderr.isTTY === true;
  const err = writer(stderr);
  // A terminal that does not know its size says 0.
  const columns = (terminal && (stderr as unknown as WriteStream).columns) || 80;
  return {
    out: writer(process.stdout as Stream),
    err,
    palette: wantsColour(env, terminal) ? coloured() : plain,
    width: Math.max(60, Math.min(columns, 140)),
    status: terminal && env['TERM'] !== 'dumb' ? statusLine(err, columns) : undefined,
  };
}

const statusLine =
  (err: (text: string) => Promise<void>, columns: number): ((line: string) => void) =>
  (line) => {
    void err(`\r\u001b[2K${line.slice(0, columns - 1)}`);
  };
