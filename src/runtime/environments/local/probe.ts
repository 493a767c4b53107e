/** Whether this machine can run something, and these commands. */
import { release } from 'node:os';
import type { ScenarioTree } from '../../../adapters/files/scenario-tree.ts';
import { type Bubblewrap, findBubblewrap } from '../../../adapters/sandbox/bubblewrap.ts';
import { tryBubblewrap } from '../../../adapters/sandbox/try-bubblewrap.ts';
import type { SandboxUnavailable } from '../../../adapters/sandbox/unavailable.ts';
import type { JsonObject } from '../../../base/json.ts';
import type { Blocked } from '../../../ir/blocked.ts';
import type { Probed } from '../../../ports/environment.ts';
import type { Command } from './component.ts';
import { missingPrograms } from './missing-programs.ts';

export interface ProbedMachine extends Probed {
  /** Undefined where it is not to be had. */
  readonly bubblewrap?: Bubblewrap;
}

/** All that is missing is told. `elsewhere`: other components of the run take no sandbox, and without any that does none is needed. */
export async function probeMachine(
  all: readonly Command[],
  tree: ScenarioTree,
  elsewhere = all.some(({ image }) => image !== undefined),
): Promise<ProbedMachine> {
  const commands = all.filter(({ image }) => image === undefined);
  const missing = missingPrograms(commands, tree);
  if (commands.length === 0 && elsewhere) return { blocked: missing, facts: factsOf(undefined) };
  // What is not there keeps nobody from running who does without it.
  if (commands.length > 0 && commands.every(({ onHost }) => onHost))
    return { blocked: missing, facts: factsOf(undefined) };
  const found = await findBubblewrap();
  if ('message' in found) return { blocked: [unavailable(found), ...missing], facts: factsOf(undefined) };
  const fault = await tryBubblewrap(found);
  if (fault) return { blocked: [unavailable(fault), ...missing], facts: factsOf(found) };
  return { blocked: missing, facts: factsOf(found), bubblewrap: found };
}

const unavailable = ({ message, remedy }: SandboxUnavailable): Blocked => ({
  gate: 'sandbox_unavailable',
  subject: 'run',
  reasons: [message],
  remedy,
});

/** What a sandbox is made with, and nothing of who or where. */
const factsOf = (bubblewrap: Bubblewrap | undefined): JsonObject => ({
  driver: 'sandbox',
  bubblewrap: bubblewrap ? { ...bubblewrap } : null,
  kernel: release(),
  machine: process.arch,
  node: process.version,
  root: process.getuid?.() === 0,
});
