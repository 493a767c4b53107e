/** How long is waited, and for what. Tests give their own. */
import { setTimeout as sleep } from 'node:timers/promises';

export interface Pace {
  /** Of one request with all that is tried again. */
  readonly deadlineMs: number;
  /** Of the questions about health. */
  readonly healthMs: number;
  /** At least 0, less than 1. */
  readonly random: () => number;
  /** Ends early when the signal is aborted. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
}

export const usualPace: Pace = {
  deadlineMs: 30_000,
  healthMs: 5_000,
  random: Math.random,
  wait: async (ms, signal) => {
    await sleep(ms, undefined, { signal }).catch(() => undefined);
  },
};

/** How often something is read at most. */
export const maxReads = 4;
const firstMs = 200;
const longestMs = 4_000;

/** Full jitter: many that failed at once do not come back at once. */
export const backoff = (failed: number, random: () => number): number =>
  Math.floor(random() * Math.min(longestMs, firstMs * 2 ** failed));

export const within = (ms: number, signal?: AbortSignal): AbortSignal =>
  signal === undefined ? AbortSignal.timeout(ms) : AbortSignal.any([AbortSignal.timeout(ms), signal]);
