/** Which engine is spoken to, and whether it can be used. */
import { existsSync } from 'node:fs';
import { isObject, type JsonObject, type JsonValue } from '../../base/json.ts';
import { type Engine, EngineAway, openEngine } from './engine.ts';

export interface FoundEngine {
  readonly engine: Engine;
  /** Its own, such as `20.10.24`. */
  readonly version: string;
  readonly api: string;
  /** Its root is its user: what runs as root in a container is that user outside. */
  readonly rootless: boolean;
  /** Filters system calls of containers unless told otherwise. */
  readonly seccomp: boolean;
  /** Can bound the memory of a container, and the number of its processes. */
  readonly bounds: { readonly memory: boolean; readonly processes: boolean };
}

export interface NoEngine {
  readonly code: 'docker_unavailable' | 'docker_denied';
  readonly message: string;
  readonly remedy: string;
}

/** The interface that is spoken where the engine still does; any later one is told apart by nothing that is used here. */
const spoken = '1.41';

/** Absolute path of its socket; words instead where the variable names no such thing. */
export function socketOf(env: Readonly<Record<string, string | undefined>>): { readonly path: string } | NoEngine {
  const host = env['DOCKER_HOST'] ?? '';
  if (host !== '') {
    const path = /^unix:\/\/(\/.+)$/.exec(host)?.[1];
    if (path !== undefined) return { path };
    return {
      code: 'docker_unavailable',
      message: `DOCKER_HOST is \`${host}\`, and edges are unix sockets of this machine: only an engine of this machine can be shown them`,
      remedy: 'unset DOCKER_HOST, or set it to `unix:///path/of/docker.sock`',
    };
  }
  const own = env['XDG_RUNTIME_DIR'] ? `${env['XDG_RUNTIME_DIR']}/docker.sock` : undefined;
  // That of the user themselves, where they have one.
  return { path: own !== undefined && existsSync(own) ? own : '/var/run/docker.sock' };
}

export async function findEngine(env: Readonly<Record<string, string | undefined>>): Promise<FoundEngine | NoEngine> {
  const socket = socketOf(env);
  if ('code' in socket) return socket;
  const { path } = socket;
  try {
    const first = openEngine(path);
    const version = objectIn(await first.ask({ path: '/version' }));
    const [api, least] = [textIn(version, 'ApiVersion'), textIn(version, 'MinAPIVersion')];
    const used = isLater(least, spoken) ? least : isLater(spoken, api) ? api : spoken;
    const engine = openEngine(path, used);
    const info = objectIn(await engine.ask({ path: '/info' }));
    const options = (Array.isArray(info['SecurityOptions']) ? info['SecurityOptions'] : []).map(String);
    const named = (name: string): boolean => options.some((one) => one.split(',')[0] === `name=${name}`);
    if (info['OSType'] !== undefined && info['OSType'] !== 'linux')
      return unavailable(path, 'its containers are not those of Linux');
    if (named('userns'))
      return unavailable(
        path,
        'it gives containers other users than this machine has (userns-remap), which cannot open the sockets of edges',
      );
    return {
      engine,
      version: textIn(version, 'Version'),
      api: used,
      rootless: named('rootless'),
      seccomp: options.some((one) => /^name=seccomp,profile=(?!unconfined)/.test(one)),
      bounds: { memory: info['MemoryLimit'] !== false, processes: info['PidsLimit'] !== false },
    };
  } catch (error) {
    if (!(error instanceof EngineAway)) return unavailable(path, (error as Error).message);
    if (error.code === 'EACCES' || error.code === 'EPERM')
      return {
        code: 'docker_denied',
        message: `you may not open \`${path}\``,
        remedy:
          'let your user into the group of that socket, or run a rootless engine and set DOCKER_HOST to its socket',
      };
    const why =
      { ENOENT: 'there is no such socket', ECONNREFUSED: 'nobody listens on it' }[error.code] ?? error.message;
    return unavailable(path, why);
  }
}

const unavailable = (path: string, why: string): NoEngine => ({
  code: 'docker_unavailable',
  message: `no engine can be used at \`${path}\`: ${why}`,
  remedy: 'install and start Docker, or set DOCKER_HOST to the socket of an engine of this machine',
});

const objectIn = (value: JsonValue | undefined): JsonObject =>
  isObject(value as JsonValue) ? (value as JsonObject) : {};
const textIn = (object: JsonObject, name: string): string => {
  const value = object[name];
  return typeof value === 'string' ? value : '';
};

/** Of two numbers with a point between them. */
function isLater(one: string, other: string): boolean {
  const [a = 0, b = 0] = one.split('.').map(Number);
  const [c = 0, d = 0] = other.split('.').map(Number);
  return a > c || (a === c && b > d);
}
