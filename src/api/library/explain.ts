/** What `headgate explain` says, for programs. Only the plan is read, so places are manifests and JSON pointers. */
import { readPage } from '../../adapters/files/pages.ts';
import type { DeploymentPlan } from '../../ir/plan-schema.ts';
import { type Explanation, explain as explainIn, prepareExplain, subjectsOf } from '../../plan/explain/explain.ts';

const nowhere = (): undefined => undefined;

/** Why an edge, an export or a component is as it is, by the id it has in the plan; nothing for an id that is not there. */
export const explain = (plan: DeploymentPlan, id: string): readonly Explanation[] =>
  explainIn(prepareExplain(plan, nowhere), id);

/** Every id that `explain` takes, sorted. */
export const explainable = (plan: DeploymentPlan): readonly string[] => subjectsOf(prepareExplain(plan, nowhere));

/** The page of a diagnostic code, in Markdown; undefined for a code that does not exist. */
export const explainCode = (code: string): string | undefined => readPage(code);
