/** How many connections there may be at once, and how long one may say nothing: settled here, for agents and relays. */
import type * as Net from 'node:net';
import { standardLimits } from './limits.ts';

export interface ConnectionBounds {
  /** Of one edge, one export, one slot that leads outside, one way out. */
  readonly perEdge: number;
  /** Of one component, over all of its edges. */
  readonly perComponent: number;
  /** Until the head of a request is there, where HTTP is spoken to the host. */
  readonly headMs: number;
  /** Without a byte in either direction, where a connection goes through the host. */
  readonly idleMs: number;
}

export const connectionBounds: ConnectionBounds = {
  perEdge: 256,
  // What is left of the open files of a program is for its files.
  perComponent: (standardLimits.openFiles * 3) / 4,
  headMs: 30_000,
  idleMs: 15 * 60_000,
};

/** Connections that are open, and how many there may be. */
export interface Gauge {
  open: number;
  most: number;
}

/**
 * Counts a new connection until it has ended, and answers what is to be told the ends that take its place. Where a gauge is full the
 * connection is closed, and nothing is answered. This function runs as text in every agent too (see agent.ts): it calls nothing else.
 */
export function enter(
  gauges: readonly Gauge[],
  client: Net.Socket,
): ((ends: readonly Net.Socket[]) => void) | undefined {
  if (gauges.some(({ open, most }) => open >= most)) {
    client.destroy();
    return undefined;
  }
  let left = 1;
  for (const gauge of gauges) gauge.open++;
  const leave = (): void => {
    if (--left === 0) for (const gauge of gauges) gauge.open--;
  };
  client.once('close', leave);
  return (ends) => {
    for (const end of ends) {
      left++;
      end.once('close', leave);
    }
  };
}

/** What a script needs to call it. */
export const enterSource: readonly string[] = [String(enter)];
