/** Reads that failed for a passing reason are repeated, each time after a wait by chance, so that many who failed do not come back at once. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { VaultAnswer } from '../../../ports/vault.ts';
import { isPassing } from './faults.ts';

export interface Tuning {
  /** Milliseconds of one request. */
  readonly deadline: number;
  readonly attempts: number;
  /** The longest first wait, in milliseconds; it doubles each time. */
  readonly firstWait: number;
  readonly longestWait: number;
  /** From 0 to 1. */
  readonly random: () => number;
}

export const tuning: Tuning = {
  deadline: 30_000,
  attempts: 4,
  firstWait: 200,
  longestWait: 5_000,
  random: Math.random,
};

export async function repeated<T>(
  { attempts, firstWait, longestWait, random }: Tuning,
  once: () => Promise<VaultAnswer<T>>,
  signal?: AbortSignal,
): Promise<VaultAnswer<T>> {
  for (let attempt = 1; ; attempt++) {
    const answer = await once();
    if (!('fault' in answer) || !isPassing(answer.fault) || attempt >= attempts || signal?.aborted) return answer;
    const longest = Math.min(longestWait, firstWait * 2 ** (attempt - 1));
    // Whoever gives up meanwhile is told what had failed.
    await sleep(random() * longest, undefined, signal ? { signal } : {}).catch(() => {});
  }
}
