/** Finds where this process may make control groups. */
import { accessSync, constants, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ControlGroups } from './control-group.ts';
import { put } from './group-files.ts';
import { type Hierarchies, hierarchiesFrom } from './hierarchies.ts';
import { controlGroupsV1 } from './v1.ts';
import { controlGroupsV2 } from './v2.ts';

/**
 * Undefined where none can be made: an ordinary user without a delegated group, or a container that shows its groups read-only.
 * Version 1 wins where it has both controllers, since a controller is in one hierarchy only.
 */
export function findControlGroups(): ControlGroups | undefined {
  const { v1, v2 } = hierarchies();
  const memory = v1.get('memory');
  const tasks = v1.get('pids');
  if (memory !== undefined && tasks !== undefined)
    return mayWrite(memory) && mayWrite(tasks) ? controlGroupsV1({ memory, tasks }) : undefined;
  if (v2 === undefined) return undefined;
  for (const parent of parentsIn(v2, process.getuid?.() === 0)) {
    if (mayWrite(parent === own(v2.mount) ? v2.mount : parent) && delegated(v2.mount, parent))
      return controlGroupsV2(parent, v2.own);
  }
  return undefined;
}

/**
 * Groups that groups may be made below, the best first. Of root they lie beside those of the system's own manager, and not below a session
 * that ends with its last process. A group with a process in it can give its children nothing; of others they lie beside it.
 */
export const parentsIn = (v2: NonNullable<Hierarchies['v2']>, root: boolean): readonly string[] => [
  ...(root ? [own(v2.mount)] : []),
  v2.own,
  ...(v2.own === v2.mount ? [] : [dirname(v2.own)]),
];

/** Of all of headgate, directly below the root. */
const own = (mount: string): string => join(mount, 'headgate');

function hierarchies(): Hierarchies {
  try {
    return hierarchiesFrom(readFileSync('/proc/self/mountinfo', 'utf8'), readFileSync('/proc/self/cgroup', 'utf8'));
  } catch {
    return { v1: new Map() };
  }
}

/** Whether the children of a group have both controllers, after they were asked for. */
function delegated(mount: string, parent: string): boolean {
  try {
    if (parent === own(mount)) {
      enable(mount);
      mkdirSync(parent, { recursive: true });
    }
    enable(parent);
    return true;
  } catch {
    return false;
  }
}

/** Throws when the group has not got them, holds processes itself, or belongs to somebody else. */
function enable(folder: string): void {
  const file = 'cgroup.subtree_control';
  if (!existsSync(join(folder, file))) throw new Error(`${folder} is no control group`);
  const has = new Set(readFileSync(join(folder, file), 'latin1').trim().split(' '));
  if (!has.has('memory') || !has.has('pids')) put(folder, file, '+memory +pids');
}

/** Also false where the groups are mounted read-only. */
function mayWrite(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
