/** What `docker inspect` says of the containers of a project → what is known of components. */
import { isObject, type JsonObject, type JsonValue } from '../../../base/json.ts';
import type { Seen } from '../../../ports/target.ts';
import type { Called } from '../call.ts';

export interface Container extends Seen {
  readonly id: string;
  readonly moniker: string | undefined;
  /** As Compose calls it. */
  readonly service: string;
  readonly name: string;
}

/** Throws where it is not JSON. */
export const containersIn = (text: string): readonly Container[] =>
  (JSON.parse(text) as readonly JsonObject[]).map(containerOf);

/**
 * What `docker inspect` answered about containers that were there a moment ago; undefined where it could not ask. Those that went away in
 * between are told as errors beside the others: an engine that went away instead has taken none of them.
 */
export function containersTold({
  code,
  stdout,
  stderr,
}: Pick<Called, 'code' | 'stdout' | 'stderr'>): readonly Container[] | undefined {
  const errors = stderr.split('\n').filter((line) => line.trim() !== '');
  if (code !== 0 && (errors.length === 0 || !errors.every((line) => /no such (?:container|object)/i.test(line))))
    return undefined;
  try {
    return containersIn(stdout);
  } catch {
    return undefined;
  }
}

const objectAt = (of: JsonObject, key: string): JsonObject => {
  const value = of[key];
  return isObject(value) ? value : {};
};
const textAt = (of: JsonObject, key: string): string => {
  const value: JsonValue | undefined = of[key];
  return typeof value === 'string' ? value : '';
};

function containerOf(inspected: JsonObject): Container {
  const state = objectAt(inspected, 'State');
  const labels = objectAt(objectAt(inspected, 'Config'), 'Labels');
  const moniker = labels['headgate.dev/moniker'];
  const health = textAt(objectAt(state, 'Health'), 'Status');
  const id = textAt(inspected, 'Id');
  const isOver = ['exited', 'restarting', 'dead'].includes(textAt(state, 'Status'));
  const restarts = Number(inspected['RestartCount'] ?? 0);
  // Docker has a time for whoever never began: the year 1.
  const hasBegun = !/^(?:0001-|$)/.test(textAt(state, 'StartedAt'));
  return {
    id,
    instance: id,
    moniker: typeof moniker === 'string' ? moniker : undefined,
    service: textAt(labels, 'com.docker.compose.service'),
    name: textAt(inspected, 'Name').replace(/^\//, ''),
    state: stateOf(textAt(state, 'Status'), health),
    code: isOver || restarts > 0 ? Number(state['ExitCode'] ?? 0) : null,
    restarts,
    // Docker counts a restart when the life before it ends.
    lives: hasBegun
      ? [{ id: lifeOf(id, textAt(state, 'Status') === 'restarting' ? restarts - 1 : restarts), isOver }]
      : [],
    ...(health === 'unhealthy' ? { fault: 'it does not listen on its ports' } : {}),
  };
}

const lifeOf = (id: string, restarts: number): string => `${id}/${restarts}`;
export const containerOfLife = (life: string): string => life.slice(0, life.indexOf('/'));

function stateOf(status: string, health: string): Seen['state'] {
  switch (status) {
    case 'running':
      return health === '' || health === 'healthy' ? 'ready' : 'starting';
    case 'restarting':
      return 'waiting';
    case 'exited':
    case 'dead':
      return 'ended';
    default:
      return 'starting';
  }
}
