import { mostTasks, type SandboxLimits } from '../limits.ts';
import type { ControlGroup, ControlGroups } from './control-group.ts';

/** A new group with the process in it. Null where none can be made, and then nothing of it is left and headgate counts. */
export function enterGroup(
  groups: ControlGroups,
  name: string,
  limits: Pick<SandboxLimits, 'totalBytes' | 'processes'>,
  pid: number,
): ControlGroup | null {
  let group: ControlGroup | null = null;
  try {
    group = groups.create(name, { memoryBytes: limits.totalBytes, tasks: mostTasks(limits) });
    group.add(pid);
    return group;
  } catch {
    // For instance more groups than the machine allows.
    group?.remove();
    return null;
  }
}
