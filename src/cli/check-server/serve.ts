/**
 * The check server: a process that checks for others of the same user, one after the other, and keeps what manifests came to. It reads files and
 * does nothing else; what is more than that is left to whoever asks. It ends by itself.
 */
import { chmodSync, lstatSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { Cli } from '../../app/cli.ts';
import { exitCode } from '../../app/cli.ts';
import { createChecks } from './checks.ts';
import { isOwnFolder, serverPlace } from './place.ts';
import { readQuestion } from './question.ts';
import { type Answer, accepted, type Question } from './wire.ts';

export interface ServeOptions {
  /** Real path of the file that node was given. */
  readonly program: string;
  /** Milliseconds without a question until it ends. */
  readonly idleMs: number;
  /** Milliseconds between looks at what it depends on: its socket, and what was installed. */
  readonly lookMs: number;
}

/** Milliseconds after which whoever has not said what is wanted is not waited for. */
const SILENT = 10_000;

/** Resolves when the server has ended. */
export async function serveChecks(cli: Cli, { program, idleMs, lookMs }: ServeOptions): Promise<number> {
  // While it checks, the variables of the process are those of whoever asks.
  const env = { ...process.env };
  const place = serverPlace(env, program);
  if (!place) {
    await cli.err('error: there is no folder for the socket: $XDG_RUNTIME_DIR has to be one that only you can enter\n');
    return exitCode.errors;
  }
  mkdirSync(place.folder, { recursive: true, mode: 0o700 });
  if (!isOwnFolder(place.folder)) {
    await cli.err('error: the folder `headgate` in $XDG_RUNTIME_DIR is not one that only you can enter\n');
    return exitCode.errors;
  }
  if (await isServed(place.socket)) return exitCode.ok;
  process.chdir('/');
  const server = createServer();
  const socket = await listen(server, place.socket);
  rmSync(`${place.socket}.begun`, { force: true });
  // Another one has begun at the same time, or somebody has taken it away: nobody comes to this one any more.
  const isOurs = (): boolean => lstatSync(place.socket, { throwIfNoEntry: false })?.ino === socket.ino;
  const isSame = (): boolean => serverPlace(env, program)?.identity === place.identity;
  return new Promise((done) => {
    const checks = createChecks(place, program, cli.now);
    let isEnding = false;
    const end = (): void => {
      if (isEnding) return;
      isEnding = true;
      clearTimeout(idle);
      clearInterval(looks);
      if (isOurs()) rmSync(place.socket, { force: true });
      server.close(() => done(exitCode.ok));
    };
    const idle = setTimeout(end, idleMs);
    const looks = setInterval(() => {
      if (!isOurs() || !isSame()) end();
    }, lookMs);
    cli.interrupt.last(async () => end());
    const ask = async (question: Question, stdin: Uint8Array, client: Socket): Promise<Answer | Buffer> => {
      if (question.kind === 'status') return { status: checks.status() };
      if (question.kind === 'stop') {
        end();
        return { status: checks.status() };
      }
      if (!isSame()) end();
      if (isEnding) return { cold: 'the server ends', ends: true };
      return client.destroyed ? { cold: 'nobody waits' } : checks.answer(question, stdin);
    };
    // One after the other: each has the folder and the variables of the process for itself.
    let last: Promise<void> = Promise.resolve();
    server.on('connection', (client) => {
      idle.refresh();
      client.on('error', () => client.destroy());
      client.setTimeout(SILENT, () => client.destroy());
      void readQuestion(client).then((asked) => {
        if (!asked) return client.destroy();
        client.setTimeout(0);
        last = last.then(async () => {
          client.write(accepted);
          const answer = await ask(asked.question, asked.stdin, client).catch(() => ({ cold: 'a fault' }));
          client.end(Buffer.isBuffer(answer) ? answer : `${JSON.stringify(answer)}\n`);
          idle.refresh();
        });
      });
    });
  });
}

/** Under a name of its own first: it has its rights before anybody can find it, and takes the place of one that nobody listens at. */
async function listen(server: Server, path: string): Promise<{ readonly ino: number }> {
  const own = `${path}.${process.pid}`;
  rmSync(own, { force: true });
  await new Promise<void>((done, fail) => {
    server.once('error', fail);
    server.listen(own, done);
  });
  chmodSync(own, 0o600);
  const { ino } = lstatSync(own);
  renameSync(own, path);
  return { ino };
}

const isServed = (path: string): Promise<boolean> =>
  new Promise((done) => {
    const socket = connect(path);
    socket.on('connect', () => {
      socket.destroy();
      done(true);
    });
    socket.on('error', () => done(false));
  });
