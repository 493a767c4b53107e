/** Asks every check server of this user, of whatever version, for its status or to end. */
import { readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { sortedBy } from '../../base/order.ts';
import { isOwnFolder } from './place.ts';
import { type Answer, accepted, type ServerStatus } from './wire.ts';

/** Milliseconds until one that is busy, or hangs, is passed by. */
const PATIENCE = 5000;

export async function askServers(
  env: Readonly<Record<string, string | undefined>>,
  kind: 'status' | 'stop',
): Promise<readonly ServerStatus[]> {
  const base = env['XDG_RUNTIME_DIR'];
  const folder = join(base ?? '', 'headgate');
  if (!base?.startsWith('/') || !isOwnFolder(base) || !isOwnFolder(folder)) return [];
  const sockets = readdirSync(folder).filter((name) => /^check-[0-9a-f]+\.sock$/.test(name));
  const answers = await Promise.all(sockets.map((name) => ask(join(folder, name), kind)));
  return sortedBy(
    answers.flatMap((answer) => (answer && 'status' in answer ? [answer.status] : [])),
    ({ pid }) => String(pid).padStart(10, '0'),
  );
}

const ask = (path: string, kind: 'status' | 'stop'): Promise<Answer | undefined> =>
  new Promise((done) => {
    let text = '';
    const socket = connect(path);
    socket.setTimeout(PATIENCE, () => socket.destroy());
    socket.setEncoding('utf8').on('data', (chunk) => {
      text += chunk;
    });
    socket.on('error', () => done(undefined));
    socket.on('close', () => {
      try {
        done(JSON.parse(text.slice(accepted.length)) as Answer);
      } catch {
        done(undefined);
      }
    });
    socket.write(`${JSON.stringify({ kind })}\n`);
  });
