/** Whether every sandbox that a program ran in was one: judged again, from what was measured of it. */
import { isObject, type JsonValue } from '../../../base/json.ts';
import type { Blocked } from '../../../ir/blocked.ts';
import { fault, inspectThere } from '../fault.ts';
import { evidencePath, journalFile } from '../folder.ts';
import type { Readings } from '../read.ts';
import { startsIn } from '../statement.ts';
import { isStart } from './programs.ts';

export function checkSandboxes({ entries, evidence, plan }: Readings): readonly Blocked[] {
  if (!entries) return [];
  const measured = new Set<string>();
  const faults: Blocked[] = [];
  for (const { component, attempt, sandbox } of startsIn(entries)) {
    if (sandbox === undefined) continue;
    measured.add(`${component} ${attempt}`);
    const found = evidence.get(sandbox);
    const wrong = found ? differences(found.value, isContainer(component, plan)) : [];
    if (wrong.length === 0) continue;
    const reason = `attempt ${attempt} ran in a sandbox with ${wrong.join(', ')}; see ${evidencePath(sandbox)}`;
    faults.push(fault('sandbox_differs', component, reason, inspectThere));
  }
  // What a place runs by itself is in no sandbox of this machine.
  const isElsewhere = entries.some((entry) => entry.type === 'start' && entry.data.on !== undefined);
  for (const entry of isElsewhere ? [] : entries) {
    const target = entry.action?.target ?? '';
    if (entry.type !== 'outcome' || entry.data.state !== 'succeeded' || !isStart(entry.action?.type)) continue;
    if (measured.has(`${target} ${entry.attempt}`)) continue;
    const place = `${journalFile} line ${entry.seq + 1}`;
    faults.push(
      fault(
        'sandbox_differs',
        target,
        `nobody measured the sandbox of attempt ${entry.attempt}: ${place}`,
        inspectThere,
      ),
    );
  }
  return faults;
}

const apart = ['ipc', 'mnt', 'net', 'pid', 'user', 'uts'];

/** By the plan, and not by what was measured: nothing else may be measured as a container is. */
function isContainer(moniker: string, plan: Readings['plan']): boolean {
  const program = plan?.components.find((one) => one.moniker === moniker)?.program as JsonValue | undefined;
  const said = plan?.runtime?.components?.[moniker]?.environment;
  return said === undefined ? isObject(program) && 'image' in program : said === 'docker';
}

/** What is not as it has to be, in words. Which mounts may be written to was judged where it ran. */
function differences(value: JsonValue | undefined, inContainer: boolean): readonly string[] {
  if (!isObject(value)) return ['nothing measured'];
  const list = (name: string): readonly JsonValue[] => {
    const found = value[name];
    return Array.isArray(found) ? (found as readonly JsonValue[]) : [null];
  };
  const { container } = value;
  const isRight = isObject(container) && container['root'] === 'read-only';
  // Engines have a root of their own only where they are told so, and what else there is was looked at from outside.
  const wanted = inContainer ? apart.filter((name) => name !== 'user') : apart;
  const shared = wanted.filter((name) => !list('apart').includes(name));
  const { capabilities, noNewPrivileges, seccomp, processes } = value;
  return [
    ...(shared.length > 0 ? [`shared namespaces (${shared.join(', ')})`] : []),
    ...(list('interfaces').join() === 'lo' ? [] : ['other network interfaces than lo']),
    ...(capabilities === '0' ? [] : [`capabilities (${String(capabilities)})`]),
    ...(noNewPrivileges === true ? [] : ['new privileges to be had']),
    ...(seccomp === true ? [] : ['system calls unfiltered']),
    ...(inContainer
      ? isRight
        ? []
        : ['no root that is read-only']
      : [
          ...(typeof processes === 'number' && processes <= 2 ? [] : ['processes of others to be seen']),
          ...(list('writable').length === 0 ? [] : ['places of the system to write to']),
        ]),
  ];
}
