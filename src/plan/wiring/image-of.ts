/** Which components are started from an image, and from which. */
import { own } from '../../base/json.ts';
import type { DeploymentPlan, PlanComponent } from '../../ir/plan-schema.ts';
import type { WiredComponent } from './component.ts';
import { programOf } from './endpoints.ts';

/** Name of the environment of containers in the engine of this machine. */
export const containers = 'docker';

export interface Placed {
  /** Where the settings want it; undefined where they do not say. */
  readonly said: string | undefined;
  /** That of the settings; undefined where they name none. */
  readonly image: string | undefined;
}

export function placedBySettings(moniker: string, { runtime }: Pick<DeploymentPlan, 'runtime'>): Placed {
  const { environment, image } = own(runtime?.components ?? {}, moniker) ?? {};
  return { said: environment, image };
}

/** Where the settings say nothing, an image goes to the engine and a path to a sandbox. Undefined for one that is no container. */
export function imageOf(
  { moniker, program }: Pick<WiredComponent, 'moniker' | 'program'>,
  own: string | null,
  plan: Pick<DeploymentPlan, 'runtime'>,
): string | undefined {
  const { said, image } = placedBySettings(moniker, plan);
  const isContainer = said === undefined ? 'image' in program : said === containers;
  return isContainer ? (image ?? own ?? undefined) : undefined;
}

/** As far as it is known without the config of the run; a text that depends on it names no image yet. */
export function imageNamed(
  component: PlanComponent,
  plan: Pick<DeploymentPlan, 'runtime'>,
): { readonly image?: string } {
  const program = programOf(component);
  if (!program) return {};
  const image = imageOf({ moniker: component.moniker, program }, 'image' in program ? program.image : null, plan);
  return image === undefined ? {} : { image };
}
