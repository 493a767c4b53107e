/** By what containers are found again, whoever looks. */

import type { LeftContainer } from '../../../adapters/docker/left.ts';
import { isStale } from '../../../adapters/sandbox/private-folder.ts';

export const runLabel = 'headgate.dev/run';
const monikerLabel = 'headgate.dev/moniker';
const attemptLabel = 'headgate.dev/attempt';
const ownerLabel = 'headgate.dev/owner';
const taskLabel = 'headgate.dev/task';
const roleLabel = 'headgate.dev/role';

export interface Labelled {
  readonly run: string;
  readonly moniker: string;
  /** Of its program; or `probe`, for something that is executed in its place. */
  readonly attempt: number | 'probe';
  /** Name of the private folder of the process that starts it, which tells whether that lives. */
  readonly owner: string;
  readonly isTask: boolean;
}

export const labelsOf = ({ run, moniker, attempt, owner, isTask }: Labelled): Readonly<Record<string, string>> => ({
  [runLabel]: run,
  [monikerLabel]: moniker,
  [attemptLabel]: String(attempt),
  [ownerLabel]: owner,
  [taskLabel]: String(isTask),
});

/** Of a container in which nothing runs. */
export const looking = (run: string, owner: string): Readonly<Record<string, string>> => ({
  [runLabel]: run,
  [ownerLabel]: owner,
  [roleLabel]: 'look',
});

export const ofRun = (run: string): readonly string[] => [`${runLabel}=${run}`];

export const ofAttempt = (run: string, moniker: string, attempt: number): readonly string[] => [
  ...ofRun(run),
  `${monikerLabel}=${moniker}`,
  `${attemptLabel}=${attempt}`,
  `${roleLabel}=program`,
];

/** Of any run of this machine. */
export const ofAnyRun: readonly string[] = [ownerLabel];

/** It belongs to a headgate that has ended, and nobody will ask how it came to its end. */
export function isLeftBehind({ labels, running }: LeftContainer, run: string): boolean {
  if (labels[runLabel] === run || !isStale(labels[ownerLabel] ?? '')) return false;
  // How a task ended is asked for when its run goes on.
  return running || labels[roleLabel] !== 'program' || labels[taskLabel] !== 'true';
}
