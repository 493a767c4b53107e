/** One request of HTTP to what a binding leads to. Nothing is followed, and no connection is used twice. */
import { type IncomingHttpHeaders, request } from 'node:http';
import type { ApiRequest } from '../../ir/plan-probe-schema.ts';
import type { Output, Reached } from '../../ports/execution.ts';

/** Bytes of a body; what comes after them is counted and dropped. */
export const MOST_BODY = 8 * 1024 * 1024;

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Output;
}

export type Asked = Answer | { readonly fault: string; readonly late?: true };

/** Never throws. Over when the whole answer was read, after `mostMs`, or with the run. */
export function ask(
  reached: Reached,
  { method, path, headers = {}, body }: Omit<ApiRequest, 'expect'>,
  mostMs: number,
  signal: AbortSignal,
): Promise<Asked> {
  return new Promise((done) => {
    const at = 'socket' in reached ? { socketPath: reached.socket } : { host: '127.0.0.1', port: reached.port };
    const end = (asked: Asked): void => {
      clearTimeout(late);
      signal.removeEventListener('abort', stop);
      asking?.destroy();
      done(asked);
    };
    const stop = (): void => end({ fault: 'the run was ended' });
    const late = setTimeout(() => end({ fault: `no whole answer within ${mostMs} ms`, late: true }), mostMs);
    signal.addEventListener('abort', stop);
    let asking: ReturnType<typeof request> | undefined;
    try {
      asking = request({ ...at, method, path, headers, agent: false }, (answer) => {
        const chunks: Buffer[] = [];
        let held = 0;
        let dropped = 0;
        answer.on('data', (chunk: Buffer) => {
          const kept = chunk.subarray(0, MOST_BODY - held);
          if (kept.length > 0) chunks.push(kept);
          held += kept.length;
          dropped += chunk.length - kept.length;
        });
        answer.on('error', (error) => end({ fault: words(error) }));
        answer.on('end', () => {
          const bytes = Buffer.concat(chunks);
          end({ status: answer.statusCode ?? 0, headers: answer.headers, body: { bytes, dropped } });
        });
      });
      asking.on('error', (error) => end({ fault: words(error) }));
      asking.end(body);
    } catch (error) {
      // A header or a path that HTTP does not know.
      end({ fault: words(error as Error) });
    }
  });
}

/** Without the path of a socket, which is of this machine. */
function words(error: NodeJS.ErrnoException): string {
  if (error.code === 'ECONNREFUSED' || error.code === 'ENOENT') return 'nobody listens';
  if (error.code === 'ECONNRESET') return 'the connection was closed without a whole answer';
  return error.message;
}
