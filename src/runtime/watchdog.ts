/** The time that a run may take as a whole, whatever its components and its probes may take each. */
import { own } from '../base/json.ts';
import type { DeploymentPlan } from '../ir/plan-schema.ts';
import type { Clock } from './clock.ts';

/** As much of a plan as says it. */
interface Watched extends Pick<DeploymentPlan, 'runtime'> {
  readonly components: readonly { readonly moniker: string }[];
}

/** The least that a profile of its components allows; undefined where none says. O(components). */
export function wallClockOf({ components, runtime }: Watched): WallClock | undefined {
  const settled = runtime?.components ?? {};
  const isUnnamed = components.some(({ moniker }) => own(settled, moniker)?.profile === undefined);
  const named = Object.values(settled).flatMap(({ profile }) => profile ?? []);
  const used = new Set([...named, ...(isUnnamed ? ['default'] : [])]);
  const allowed = [...used].sort().flatMap((profile): WallClock[] => {
    const seconds = own(runtime?.profiles ?? {}, profile)?.budget?.wallClockSeconds;
    return seconds === undefined ? [] : [{ seconds, profile }];
  });
  return allowed.sort((a, b) => a.seconds - b.seconds)[0];
}

export interface WallClock {
  readonly seconds: number;
  readonly profile: string;
}

/** From now on, until the signal; `spent` is told why the run is ended. */
export function watchWallClock(
  allowed: WallClock | undefined,
  clock: Pick<Clock, 'sleep'>,
  over: AbortSignal,
  spent: (reason: string) => void,
): void {
  if (!allowed) return;
  const { seconds, profile } = allowed;
  clock.sleep(seconds * 1000, over).then(
    () => spent(`budget: ${seconds} s are all that profile \`${profile}\` allows the run`),
    () => {},
  );
}
