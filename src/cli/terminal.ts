/** The process's streams, which nobody else writes to: whole writes, quiet when the reader is gone, colours only where somebody sees them. */
import type { WriteStream } from 'node:tty';
import type { Cli } from '../app/cli.ts';
import { type Palette, plain } from '../diagnostics/render/palette.ts';
import { colours } from './colours.ts';
import { lossText } from './loss-text.ts';
import { mayBeTerminal } from './may-be-terminal.ts';
import { onTerminal, withoutCommands } from './terminal-text.ts';

type Stream = NodeJS.WriteStream & { fd: number };

interface Writer {
  /** Resolves when the system has taken all of the text, or when no text can be written any more. */
  readonly write: (text: string) => Promise<void>;
  /** Why text was lost. A reader that has gone away is no fault. */
  readonly fault: () => NodeJS.ErrnoException | undefined;
}

function writer(stream: Stream): Writer {
  let lost = false;
  let fault: NodeJS.ErrnoException | undefined;
  const fail = (error: NodeJS.ErrnoException): void => {
    lost = true;
    if (error.code !== 'EPIPE' && error.code !== 'ECONNRESET') fault ??= error;
  };
  // Danger: an error thrown here would be reported on the stream that has just failed, and so for ever.
  stream.on('error', fail);
  const write = (text: string): Promise<void> =>
    new Promise((done) =>
      stream.write(text, (error) => {
        if (error) fail(error);
        done();
      }),
    );
  return {
    write: (text) => (lost || text === '' ? Promise.resolve() : write(text)),
    fault: () => fault,
  };
}

export function coloured(): Palette {
  const { bold, red, yellow, cyan, green, blue } = colours;
  const both = (paint: (text: string) => string) => (text: string) => bold(paint(text));
  return {
    severity: { error: both(red), warning: both(yellow), info: both(cyan), hint: both(green) },
    strong: bold,
    frame: both(blue),
    related: both(cyan),
  };
}

/** NO_COLOR (any value but the empty one) beats FORCE_COLOR beats the terminal. */
export function wantsColour(env: Cli['env'], isTerminal: boolean): boolean {
  if (env['NO_COLOR']) return false;
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined && forced !== '') return forced !== '0' && forced !== 'false';
  return isTerminal && env['TERM'] !== 'dumb';
}

export interface Terminal extends Pick<Cli, 'out' | 'err' | 'commands' | 'palette' | 'width' | 'status' | 'screen'> {
  /** Names the streams that lost text, with the reason, on what is left of them; false when there are none. */
  readonly reportLoss: () => Promise<boolean>;
}

const same = (text: string): string => text;

const columnsOf = (stream: Stream): number | undefined =>
  stream.isTTY ? ((stream as unknown as WriteStream).columns ?? 0) : undefined;
const readable = (columns: number): number => Math.max(60, Math.min(columns, 140));

/** What standard output and standard error are, and how they are written to. Columns are there where a stream is a terminal, and 0 where it does not know them. */
export interface Streams {
  readonly errColumns: number | undefined;
  readonly outColumns: number | undefined;
  readonly toErr: (text: string) => Promise<void>;
  readonly toOut: (text: string) => Promise<void>;
}

export function createTerminal(env: Cli['env']): Terminal {
  const stderr = process.stderr as Stream;
  const stdout = (): Stream => process.stdout as Stream;
  const toErr = writer(stderr);
  // Most commands write nothing to it, and node makes it when it is first touched, which takes a millisecond.
  let writerOfOut: Writer | undefined;
  const terminal = terminalOver(env, {
    errColumns: columnsOf(stderr),
    outColumns: mayBeTerminal(1) ? columnsOf(stdout()) : undefined,
    toErr: toErr.write,
    toOut: (text) => {
      writerOfOut ??= writer(stdout());
      return writerOfOut.write(text);
    },
  });
  return {
    ...terminal,
    async reportLoss() {
      const fault = writerOfOut?.fault();
      if (fault) await terminal.err(lossText(fault));
      return (fault ?? toErr.fault()) !== undefined;
    },
  };
}

export function terminalOver(
  env: Cli['env'],
  { errColumns, outColumns, toErr, toOut }: Streams,
): Omit<Terminal, 'reportLoss'> {
  const isScreen = outColumns !== undefined;
  const isTerminal = errColumns !== undefined;
  // Both go into the same log.
  const isJob = env['GITHUB_ACTIONS'] === 'true';
  const [guardErr, guardOut] = isJob ? [withoutCommands(), withoutCommands()] : [same, same];
  const columns = errColumns || 80;
  return {
    // What a program or a file takes is not changed, but for commands in the log of a job.
    out: (text) => toOut(guardOut(isScreen ? onTerminal(text) : text)),
    commands: toOut,
    err: (text) => toErr(guardErr(onTerminal(text))),
    palette: wantsColour(env, isTerminal) ? coloured() : plain,
    width: readable(columns),
    screen: isScreen
      ? { palette: wantsColour(env, true) ? coloured() : plain, width: readable(outColumns || 80) }
      : undefined,
    status: isTerminal && env['TERM'] !== 'dumb' ? statusLine(toErr, columns) : undefined,
  };
}

const statusLine =
  (err: (text: string) => Promise<void>, columns: number): ((line: string) => void) =>
  (line) => {
    void err(`\r\u001b[2K${onTerminal(line).slice(0, columns - 1)}`);
  };
