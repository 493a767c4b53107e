/** A run's own interface, as commands use it. Whoever finds nobody there reads the folder instead. */
import { type IncomingMessage, request } from 'node:http';
import type { Blocked } from '../../ir/blocked.ts';
import type { InteractionStatus, WorkspaceStatus } from '../../ir/workspace-status.ts';
import type { AuthorityTold } from '../../runtime/authority/told.ts';
import type { Reacted, RotatedSecret } from '../../runtime/bindings/rotation.ts';
import type { LogLine } from '../../runtime/environments/local/logs.ts';
import type { CompletionBasis } from '../../runtime/gate/outcome.ts';
import type { InteractionFault } from '../../runtime/interactions/fault.ts';
import type { Resolution } from '../../runtime/journal/resolutions.ts';
import type { ProbeReport } from '../../runtime/probes/report.ts';
import { runPaths } from '../../runtime/state/run-folder.ts';
import type { FinalizeHow } from '../../runtime/workspaces/finalize-request.ts';
import { readControlFile } from './control-file.ts';

export interface RunClient {
  /** What `status --format json` prints. */
  readonly status: () => Promise<string | undefined>;
  /** Asks it to end, and resolves with true when it has; with false where nobody answered to the end. */
  readonly stopAndWait: () => Promise<boolean>;
  /** Has it run probes, all of them unless named; resolves when they have been. What refuses it says so with a code. */
  readonly probe: (names: readonly string[]) => Promise<ProbedAnswer | Fault>;
  /** Tells it that a secret has another value now; undefined where nobody answered to the end. */
  readonly rotated: (secret: RotatedSecret) => Promise<readonly Reacted[] | undefined>;
  /** Has it write down whose side counts at conflicts; answers what refuses it, and undefined where nothing does. */
  readonly resolve: (resolutions: readonly Resolution[]) => Promise<Fault | undefined>;
  /** On whose authority it acts; undefined where nobody answered to the end. */
  readonly authority: () => Promise<AuthorityTold | undefined>;
  /** Has it take a delegation back; answers what has become of it, or what refuses it. */
  readonly revoke: (delegation: string, reason: string) => Promise<AuthorityTold | Fault>;
  /** Undefined where nobody answered to the end. */
  readonly answer: (
    id: string,
    answer: 'accept' | 'reject',
    reason: string | undefined,
  ) => Promise<InteractionStatus | InteractionFault | undefined>;
  /** Resolves when it is done; undefined where nobody answered to the end. */
  readonly finalize: (component: string | undefined, how: FinalizeHow) => Promise<FinalizedAnswer | Fault | undefined>;
  /** Lines as they come, until the run has ended. Throws where the other end is lost before that. */
  readonly logs: (moniker: string | undefined, signal: AbortSignal) => AsyncGenerator<readonly LogLine[]>;
}

/** As `POST /v1/probes` answers. */
export interface ProbedAnswer {
  readonly id: string;
  readonly probes: readonly ProbeReport[];
  readonly completionBasis?: CompletionBasis;
  readonly blocked?: readonly Blocked[];
}

/** As `POST /v1/finalize` answers. */
export interface FinalizedAnswer {
  readonly id: string;
  readonly workspaces: readonly WorkspaceStatus[];
}

export interface Fault {
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
}

/** For an answer that needs nothing but a moment. A process that is halted takes connections too, and never answers. */
const answerMs = 5_000;

/** A run asks its vault for the new value before it answers. */
const rotatedMs = 90_000;

/** As many in each as a body has room for: a path has at most four thousand bytes, and each of them three characters. */
function inBodies(resolutions: readonly Resolution[]): readonly (readonly Resolution[])[] {
  const bodies: Resolution[][] = [];
  let room = 0;
  for (const one of resolutions) {
    const length = Buffer.byteLength(JSON.stringify(one)) + 1;
    if (length > room) {
      bodies.push([]);
      room = 60_000;
    }
    bodies.at(-1)?.push(one);
    room -= length;
  }
  return bodies;
}

/** Undefined where the run has no interface. */
export function findRunClient(stateDir: string, id: string): RunClient | undefined {
  const found = readControlFile(runPaths(stateDir, id).control);
  return found && createRunClient(found.socket);
}

export function createRunClient(socketPath: string): RunClient {
  const ask = (method: string, path: string, signal?: AbortSignal, body?: string): Promise<IncomingMessage> =>
    new Promise((done, fail) => {
      request({ socketPath, method, path, headers: { host: 'run' }, agent: false, ...(signal ? { signal } : {}) }, done)
        .on('error', fail)
        .end(body);
    });
  const text = async (
    wanted: number,
    method: string,
    path: string,
    ms?: number,
    sent?: string,
  ): Promise<string | undefined> => {
    try {
      const response = await ask(method, path, ms === undefined ? undefined : AbortSignal.timeout(ms), sent);
      let body = '';
      for await (const chunk of response.setEncoding('utf8')) body += chunk;
      return response.statusCode === wanted ? body : undefined;
    } catch {
      return undefined;
    }
  };
  /** Whatever its status is: a fault says so with a code. */
  const told = async <T>(path: string, sent: object, ms?: number): Promise<T | Fault> => {
    try {
      const signal = ms === undefined ? undefined : AbortSignal.timeout(ms);
      const response = await ask('POST', path, signal, JSON.stringify(sent));
      let body = '';
      for await (const chunk of response.setEncoding('utf8')) body += chunk;
      return JSON.parse(body) as T | Fault;
    } catch (error) {
      const message = `the run did not answer to the end: ${error instanceof Error ? error.message : String(error)}`;
      return { code: 'run_over', message, remedy: '`headgate status` tells what has become of it' };
    }
  };
  /** Whatever is answered; undefined where nobody answered to the end. */
  const json = async <T>(method: string, path: string, sent: object): Promise<T | undefined> => {
    try {
      const response = await ask(method, path, undefined, JSON.stringify(sent));
      let body = '';
      for await (const chunk of response.setEncoding('utf8')) body += chunk;
      return JSON.parse(body) as T;
    } catch {
      return undefined;
    }
  };
  return {
    status: () => text(200, 'GET', '/v1/run', answerMs),
    stopAndWait: async () => (await text(200, 'POST', '/v1/stop?wait=true')) !== undefined,
    probe: (names) => told<ProbedAnswer>('/v1/probes', names.length > 0 ? { probes: names } : {}),
    resolve: async (resolutions) => {
      for (const some of inBodies(resolutions)) {
        const answered = await told<object>('/v1/workspaces/resolve', { resolutions: some }, answerMs);
        if ('code' in answered) return answered;
      }
      return undefined;
    },
    authority: async () => {
      const told = await text(200, 'GET', '/v1/authority', answerMs);
      return told === undefined ? undefined : (JSON.parse(told) as AuthorityTold);
    },
    revoke: (id, reason) => told<AuthorityTold>('/v1/authority/revoke', { id, reason }, answerMs),
    answer: (id, said, reason) =>
      json('POST', `/v1/interactions/${encodeURIComponent(id)}/${said}`, reason === undefined ? {} : { reason }),
    finalize: (component, how) =>
      json('POST', '/v1/finalize', { ...(component === undefined ? {} : { component }), ...how }),
    rotated: async (secret) => {
      const told = await text(200, 'POST', '/v1/secrets/rotated', rotatedMs, JSON.stringify(secret));
      return told === undefined
        ? undefined
        : (JSON.parse(told) as { readonly reactions: readonly Reacted[] }).reactions;
    },
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
