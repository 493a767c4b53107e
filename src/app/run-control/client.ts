/** A run's own interface, as commands use it. Whoever finds nobody there reads the folder instead. */
import { type IncomingMessage, request } from 'node:http';
import type { LogLine } from '../../runtime/environments/local/logs.ts';
import { runPaths } from '../../runtime/state/run-folder.ts';
import { readControlFile } from './control-file.ts';

export interface RunClient {
  /** What `status --format json` prints. */
  readonly status: () => Promise<string | undefined>;
  /** Asks it to end, and resolves with true when it has; with false where nobody answered to the end. */
  readonly stopAndWait: () => Promise<boolean>;
  /** Lines as they come, until the run has ended. Throws where the other end is lost before that. */
  readonly logs: (moniker: string | undefined, signal: AbortSignal) => AsyncGenerator<readonly LogLine[]>;
}

/** For an answer that needs nothing but a moment. A process that is halted takes connections too, and never answers. */
const answerMs = 5_000;

/** Undefined where the run has no interface. */
export function findRunClient(stateDir: string, id: string): RunClient | undefined {
  const found = readControlFile(runPaths(stateDir, id).control);
  return found && createRunClient(found.socket);
}

export function createRunClient(socketPath: string): RunClient {
  const ask = (method: string, path: string, signal?: AbortSignal): Promise<IncomingMessage> =>
    new Promise((done, fail) => {
      request({ socketPath, method, path, headers: { host: 'run' }, agent: false, ...(signal ? { signal } : {}) }, done)
        .on('error', fail)
        .end();
    });
  const text = async (wanted: number, method: string, path: string, ms?: number): Promise<string | undefined> => {
    try {
      const response = await ask(method, path, ms === undefined ? undefined : AbortSignal.timeout(ms));
      let body = '';
      for await (const chunk of response.setEncoding('utf8')) body += chunk;
      return response.statusCode === wanted ? body : undefined;
    } catch {
      return undefined;
    }
  };
  return {
    status: () => text(200, 'GET', '/v1/run', answerMs),
    stopAndWait: async () => (await text(200, 'POST', '/v1/stop?wait=true')) !== undefined,
    logs: async function* (moniker, signal) {
      const component = moniker === undefined ? '' : `&component=${encodeURIComponent(moniker)}`;
      const response = await ask('GET', `/v1/logs?follow=true${component}`, signal);
      if (response.statusCode !== 200) throw new Error(`it answers ${response.statusCode}`);
      let rest = '';
      for await (const chunk of response.setEncoding('utf8')) {
        const parts = `${rest}${chunk}`.split('\n');
        rest = parts.pop() ?? '';
        if (parts.length > 0) yield parts.map((line) => JSON.parse(line) as LogLine);
      }
    },
  };
}
