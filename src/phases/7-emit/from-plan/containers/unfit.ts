/** What keeps a plan from running in containers at all, told before anything is laid out. */
import { own } from '../../../../base/json.ts';
import type { LoweredMount } from '../../../../ir/graph.ts';
import type { DeploymentPlan, PlanComponent } from '../../../../ir/plan-schema.ts';
import { profileOf } from '../../../../plan/profiles/profile-of.ts';
import { mountsOf, programOf } from '../../../../plan/wiring/endpoints.ts';
import { programSource } from '../../../../plan/wiring/program-source.ts';
import { wantedImage } from '../../../../plan/wiring/suggested-image.ts';
import { grantOf } from './grants.ts';
import type { Tell } from './tell.ts';
import type { TargetWords } from './words.ts';

/** Whether everything fits. */
export function checkFits(plan: DeploymentPlan, tell: Tell, words: TargetWords): boolean {
  let fits = true;
  const refuse: Tell = {
    ...tell,
    of: (moniker, make) => {
      fits = false;
      tell.of(moniker, make);
    },
  };
  const bound = frameworkSlots(plan);
  for (const component of plan.components) {
    checkProgram(component, plan, refuse, words);
    checkFramework(component, bound.get(component.moniker) ?? [], refuse, words);
    checkEgress(component, plan, refuse, words);
    checkRunOnly(component, plan, refuse, words);
  }
  return fits;
}

export const imageOf = (
  { moniker }: Pick<PlanComponent, 'moniker'>,
  { runtime }: DeploymentPlan,
): string | undefined =>
  Object.hasOwn(runtime?.components ?? {}, moniker) ? runtime?.components?.[moniker]?.image : undefined;

function checkProgram(component: PlanComponent, plan: DeploymentPlan, tell: Tell, words: TargetWords): void {
  const { moniker } = component;
  const program = programOf(component);
  if (!program || 'image' in program) return;
  if ('vm' in program) {
    tell.of(moniker, (at) => words.vm({ component: moniker }, at));
    return;
  }
  const { path } = program;
  const manifest = programSource(component, plan);
  if (imageOf(component, plan) === undefined) {
    const wanted = wantedImage(program, tell.firstLineOf(programName(path, manifest)));
    tell.of(moniker, (at) => words.imageMissing({ component: moniker, path, ...wanted }, at));
    return;
  }
  const reason = sourceFault(path, manifest);
  if (reason !== undefined) tell.of(moniker, (at) => words.programSource({ component: moniker, path, reason }, at));
}

/** As `sources` of the plan call it; undefined for what is no file beside a manifest. */
function programName(path: string, manifest: string | null): string | undefined {
  if (!path.includes('/') || path.startsWith('/') || sourceFault(path, manifest) !== undefined) return undefined;
  const steps = `${(manifest ?? '').slice(0, (manifest ?? '').lastIndexOf('/') + 1)}${path}`.split('/');
  const taken: string[] = [];
  for (const step of steps) {
    if (step === '..') taken.pop();
    else if (step !== '.' && step !== '') taken.push(step);
  }
  return taken.join('/');
}

function sourceFault(path: string, manifest: string | null): string | undefined {
  if (!path.includes('/') || path.startsWith('/') || path.includes('${')) return undefined;
  if (manifest === null || /^[a-z][a-z0-9+.-]*:/i.test(manifest)) return 'there is no folder beside its manifest';
  return leaves(path) ? 'that lies outside of the folder of its manifest, which is all that is mounted' : undefined;
}

/** Of the folder that a relative path begins in. */
function leaves(path: string): boolean {
  let depth = 0;
  for (const step of path.split('/')) {
    if (step === '..') depth--;
    else if (step !== '.' && step !== '') depth++;
    if (depth < 0) return true;
  }
  return false;
}

function checkFramework(component: PlanComponent, bound: readonly string[], tell: Tell, words: TargetWords): void {
  const { moniker } = component;
  if (!programOf(component)) return;
  const mounted = mountsOf(component)
    .filter((mount: LoweredMount) => mount['kind'] === 'framework')
    .map((mount) => `mounts \`framework.${String(mount['capability'])}\``);
  for (const use of [...mounted, ...bound]) tell.of(moniker, (at) => words.framework({ component: moniker, use }, at));
}

/** What the framework stands behind, by moniker. */
function frameworkSlots({ edges }: DeploymentPlan): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const { from, to } of edges)
    if (from.kind === 'framework') {
      const uses = found.get(to.component) ?? [];
      found.set(to.component, uses);
      uses.push(`has its slot \`${to.slot}\` bound to \`framework.${from.capability}\``);
    }
  return found;
}

/** What headgate itself holds out to a component. */
function checkRunOnly(component: PlanComponent, { runtime }: DeploymentPlan, tell: Tell, words: TargetWords): void {
  const { moniker } = component;
  const { control, workspace } = own(runtime?.components ?? {}, moniker) ?? {};
  if (!programOf(component)) return;
  const uses = [
    ...(workspace === undefined ? [] : [`works on workspace \`${workspace}\``]),
    ...(control ? ['talks to its own run'] : []),
  ];
  for (const use of uses) tell.of(moniker, (at) => words.runOnly({ component: moniker, use }, at));
}

function checkEgress({ moniker }: PlanComponent, plan: DeploymentPlan, tell: Tell, words: TargetWords): void {
  const own = Object.hasOwn(plan.runtime?.components ?? {}, moniker) ? plan.runtime?.components?.[moniker]?.egress : [];
  for (const grant of [...(own ?? []), ...(profileOf(moniker, plan.runtime)?.sandbox?.egress ?? [])])
    if (!grantOf(grant))
      tell.of(moniker, (at) =>
        words.wiring({ what: `egress of ${moniker}`, reason: `\`${grant}\` grants nothing` }, at),
      );
}
