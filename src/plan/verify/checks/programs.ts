/** Whether what was executed is what the plan was made of, wherever the plan knows a program's bytes. */
import { isObject, type JsonObject, type JsonValue } from '../../../base/json.ts';
import type { Blocked } from '../../../ir/blocked.ts';
import type { DeploymentPlan, PlanComponent } from '../../../ir/plan-schema.ts';
import { programSource } from '../../wiring/program-source.ts';
import { fault, inspectThere } from '../fault.ts';
import { evidencePath, journalFile } from '../folder.ts';
import type { Readings } from '../read.ts';
import { startsIn } from '../statement.ts';

export function checkPrograms({ plan, entries, evidence }: Readings): readonly Blocked[] {
  if (!plan || !entries) return [];
  const planned = plannedDigests(plan);
  const monikers = new Set(plan.components.map(({ moniker }) => moniker));
  const measured = new Map<string, boolean>();
  const faults: Blocked[] = [];
  for (const { component, attempt, program } of startsIn(entries)) {
    if (!monikers.has(component))
      faults.push(
        fault(
          'program_differs',
          component,
          `${journalFile} starts it, and the plan has no such component`,
          inspectThere,
        ),
      );
    measured.set(`${component} ${attempt}`, program !== undefined);
    const wanted = planned.get(component);
    const value = program === undefined ? undefined : evidence.get(program)?.value;
    if (wanted === undefined || program === undefined || value === undefined) continue;
    const found = isObject(value) ? value['digest'] : undefined;
    if (found === wanted) continue;
    const reason = `attempt ${attempt} executed ${String(found)}, and the plan was made of ${wanted}; see ${evidencePath(program)}`;
    // Such an attempt never ran: it is what the run was blocked for.
    if (!ran(entries, component, attempt)) continue;
    faults.push(fault('program_differs', component, reason, inspectThere));
  }
  for (const entry of entries) {
    const target = entry.action?.target ?? '';
    if (entry.type !== 'outcome' || entry.data.state !== 'succeeded' || !planned.has(target)) continue;
    if (!isStart(entry.action?.type) || measured.get(`${target} ${entry.attempt}`) === true) continue;
    const place = `${journalFile} line ${entry.seq + 1}`;
    faults.push(
      fault(
        'program_differs',
        target,
        `nobody measured what attempt ${entry.attempt} executed: ${place}`,
        inspectThere,
      ),
    );
  }
  return faults;
}

export const isStart = (type: string | undefined): boolean => type === 'process.start' || type === 'task.run';

function ran(entries: NonNullable<Readings['entries']>, component: string, attempt: number): boolean {
  return !entries.some(
    (entry) =>
      entry.type === 'outcome' &&
      entry.action?.target === component &&
      isStart(entry.action.type) &&
      entry.attempt === attempt &&
      entry.data.ran === false,
  );
}

/** Moniker → `sha256:` and base64, of components whose program lies beside their manifest. */
export function plannedDigests(plan: DeploymentPlan): ReadonlyMap<string, string> {
  const known = new Map(
    plan.sources.flatMap(({ kind, name, digest }) =>
      kind === 'program' && digest !== null ? [[name, digest] as const] : [],
    ),
  );
  return new Map(
    plan.components.flatMap((component) => {
      const digest = known.get(programName(component, plan) ?? '');
      return digest === undefined ? [] : [[component.moniker, digest] as const];
    }),
  );
}

/** As `sources` of the plan names it. */
function programName(component: PlanComponent, plan: DeploymentPlan): string | undefined {
  const program = component.program as JsonValue;
  const path = isObject(program) ? (program as JsonObject)['path'] : undefined;
  const manifest = programSource(component, plan);
  if (typeof path !== 'string' || !path.includes('/') || path.startsWith('/') || manifest === null) return undefined;
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(manifest)) return undefined;
  const parts: string[] = [];
  for (const part of [...manifest.split('/').slice(0, -1), ...path.split('/')]) {
    if (part === '' || part === '.') continue;
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else parts.push(part);
  }
  return parts.join('/');
}
