/** Containers that somebody else has to remove: found by their labels. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { JsonObject } from '../../base/json.ts';
import { type Engine, EngineAway, EngineRefusal } from './engine.ts';
import { object } from './state.ts';

export interface LeftContainer {
  readonly id: string;
  readonly running: boolean;
  readonly labels: Readonly<Record<string, string>>;
}

/** Those with all of these labels; a label without a value may have any. */
export async function findContainers(engine: Engine, labels: readonly string[]): Promise<readonly LeftContainer[]> {
  const found = await engine.ask({
    path: '/containers/json',
    query: { all: '1', filters: JSON.stringify({ label: labels }) },
  });
  return (Array.isArray(found) ? (found as readonly JsonObject[]) : []).map((one) => ({
    id: String(one['Id'] ?? ''),
    running: ['running', 'paused', 'restarting'].includes(String(one['State'] ?? '')),
    labels: Object.fromEntries(Object.entries(object(one['Labels'])).map(([name, value]) => [name, String(value)])),
  }));
}

/** With whatever runs in it, and its own volumes. Undefined when it is gone; else why not. */
export async function removeContainer(engine: Engine, name: string, patience = 10_000): Promise<string | undefined> {
  const until = performance.now() + patience;
  for (;;) {
    try {
      await engine.ask({ method: 'DELETE', path: `/containers/${name}`, query: { force: '1', v: '1' } });
      return undefined;
    } catch (error) {
      if (error instanceof EngineRefusal && error.status === 404) return undefined;
      // 409: somebody removes it already, which is waited for.
      const again = error instanceof EngineAway || (error instanceof EngineRefusal && error.status === 409);
      if (!again || performance.now() > until) return (error as Error).message;
      await sleep(50);
    }
  }
}
