/** What a probe looks at, as it is now: evidence is worth something for this and for nothing else. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { digestOfFileSync } from '../../adapters/files/digest-of-file.ts';
import { canonicalJson } from '../../base/json.ts';
import { sortedBy } from '../../base/order.ts';
import type { PlanProbe } from '../../ir/plan-probe-schema.ts';
import type { DeploymentPlan } from '../../ir/plan-schema.ts';
import type { RunState } from '../journal/fold.ts';
import { digestOfSubjects, hexDigest, type Subject } from '../store/evidence.ts';
import type { BlobDigest } from '../store/store.ts';
import { filesOfProbe } from './files.ts';

export interface SubjectFacts {
  readonly plan: DeploymentPlan;
  /** Absolute. */
  readonly sourceFolder: string;
  readonly state: Pick<RunState, 'environment' | 'programs' | 'actions' | 'copies'>;
}

export interface ProbeSubject {
  readonly subjects: readonly Subject[];
  readonly digest: BlobDigest;
}

/**
 * The plan; the place, as it was found; what each component executed, and for a task which of its attempts; workspaces; the files of programs, and
 * those that the probe reads, as they lie there now. O(components + bytes of the files).
 */
export function subjectOf(facts: SubjectFacts, probe: PlanProbe): ProbeSubject {
  const { plan, state } = facts;
  const subjects: readonly Subject[] = [
    { name: 'plan', digest: hexDigest(plan.planDigest) },
    ...(state.environment === undefined ? [] : [{ name: 'environment', digest: state.environment }]),
    ...executed(state),
    ...worked(state),
    ...files(facts, probe),
  ];
  return { subjects, digest: digestOfSubjects(subjects) };
}

function executed({ programs, actions }: SubjectFacts['state']): readonly Subject[] {
  return sortedBy([...actions.values()], ({ action }) => action.target ?? '').flatMap(
    ({ action, attempt }): Subject[] => {
      const moniker = action.target ?? '';
      const program = programs.get(moniker);
      // What a task has done is its effect: of another attempt it is another one.
      if (action.type === 'task.run')
        return [{ name: `task ${moniker}`, digest: digestOfJson({ attempt, program: program ?? null }) }];
      return action.type === 'process.start' && program !== undefined
        ? [{ name: `program ${moniker}`, digest: program }]
        : [];
    },
  );
}

/** What each copy was made of, and what was taken over from it. */
const worked = ({ copies }: SubjectFacts['state']): readonly Subject[] =>
  sortedBy([...copies], ([id]) => id).map(([id, { baseline, report }]) => ({
    name: `workspace ${id}`,
    digest: digestOfJson({ baseline: baseline ?? null, report: report ?? null }),
  }));

function files({ plan, sourceFolder }: SubjectFacts, probe: PlanProbe): readonly Subject[] {
  const programs = plan.sources.flatMap(({ kind, name, digest }) =>
    kind === 'program' && digest !== null ? [{ name, path: join(sourceFolder, name) }] : [],
  );
  const all = new Map([...programs, ...filesOfProbe(plan, sourceFolder, probe)].map(({ name, path }) => [name, path]));
  return sortedBy([...all], ([name]) => name).map(([name, path]) => {
    const now = digestOfFileSync(path);
    return now === undefined
      ? { name: `no file ${name}`, digest: digestOfJson(null) }
      : { name: `file ${name}`, digest: hexDigest(now) };
  });
}

const digestOfJson = (value: Parameters<typeof canonicalJson>[0]): BlobDigest =>
  `sha256:${createHash('sha256').update(canonicalJson(value)).digest('hex')}`;
