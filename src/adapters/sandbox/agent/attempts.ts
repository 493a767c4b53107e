/**
 * What a prover does: tries where a program of this sandbox comes to. It is a process in the place of the program, started for a moment, and
 * this function is its whole text (see agent.ts): it calls nothing else. A connection that is made is closed without a byte, but for a proxy,
 * which is asked for its answer.
 */
import type * as Fs from 'node:fs';
import type * as Net from 'node:net';

/** `tcp`: a host and a port. `unix`: a path, and 0. `via`: `host:port`, and the port of the proxy that is asked for it. */
export type Attempt = readonly ['tcp' | 'unix' | 'via', string, number];

/**
 * In the order of the attempts: `open`; `closed`, by whoever took it and at once; `own`, for a port that the program itself, or a slot
 * of it, listens on; `refused CODE`; `silent`; of a proxy `status NUMBER`.
 */
export function attemptAll(
  net: typeof Net,
  fs: typeof Fs,
  attempts: readonly Attempt[],
  slots: readonly number[],
  done: (results: readonly string[]) => void,
): void {
  const results: string[] = attempts.map(() => '');
  const own = new Set<number>();
  for (const file of ['tcp', 'tcp6']) {
    try {
      for (const line of fs.readFileSync(`/proc/self/net/${file}`, 'latin1').split('\n')) {
        const port = /^\s*\d+: [0-9A-F]+:([0-9A-F]{4}) [0-9A-F]+:[0-9A-F]{4} 0A /.exec(line)?.[1];
        if (port !== undefined) own.add(Number.parseInt(port, 16));
      }
    } catch {
      // No IPv6 here.
    }
  }
  const isOwn = ([kind, host, port]: Attempt): boolean =>
    kind === 'tcp' && (host === '::1' || host.startsWith('127.')) && own.has(port) && !slots.includes(port);
  const one = (attempt: Attempt, tell: (result: string) => void): void => {
    const [kind, to, port] = attempt;
    if (isOwn(attempt)) {
      tell('own');
      return;
    }
    let said = '';
    let isOver = false;
    const socket = net.connect(
      kind === 'unix' ? { path: to } : { host: kind === 'via' ? '127.0.0.1' : to, port, autoSelectFamily: false },
    );
    const end = (result: string): void => {
      if (isOver) return;
      isOver = true;
      clearTimeout(late);
      socket.destroy();
      tell(result);
    };
    const late = setTimeout(() => end('silent'), 5_000);
    socket.on('connect', () => {
      if (kind === 'via') socket.write(`CONNECT ${to} HTTP/1.1\r\nhost: ${to}\r\n\r\n`);
      // Whoever is not there any more lets go at once.
      else setTimeout(() => end('open'), 250);
    });
    socket.on('error', (error) => end(`refused ${(error as NodeJS.ErrnoException).code ?? ''}`));
    socket.on('close', () => end('closed'));
    socket.on('data', (chunk) => {
      if (kind !== 'via') return end('open');
      said += chunk.toString('latin1');
      const status = /^HTTP\/1\.[01] (\d{3})/.exec(said)?.[1];
      if (status !== undefined) end(`status ${status}`);
      else if (said.length > 256) end('closed');
    });
  };
  let next = 0;
  let open = 0;
  let isDone = false;
  const more = (): void => {
    while (open < 32 && next < attempts.length) {
      const at = next++;
      open++;
      one(attempts[at] as Attempt, (result) => {
        results[at] = result;
        open--;
        setImmediate(more);
      });
    }
    if (open > 0 || next < attempts.length || isDone) return;
    isDone = true;
    done(results);
  };
  more();
}
