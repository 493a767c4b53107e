/** The time that a run may take as a whole, whatever its components and its probes may take each. */
import { own } from '../../base/json.ts';
import type { DeploymentPlan } from '../../ir/plan-schema.ts';
import { profileNameOf } from '../../plan/profiles/profile-of.ts';
import type { Clock } from '../clock.ts';

/** As much of a plan as says it. */
interface Watched extends Pick<DeploymentPlan, 'runtime'> {
  readonly components: readonly { readonly moniker: string }[];
}

/** The least that a profile of its components allows; undefined where none says. O(components). */
export function wallClockOf({ components, runtime }: Watched): WallClock | undefined {
  const used = new Set(components.map(({ moniker }) => profileNameOf(moniker, runtime)));
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

/** From now on, until the signal. */
export function watchWallClock(
  allowed: WallClock | undefined,
  clock: Pick<Clock, 'sleep'>,
  over: AbortSignal,
  spent: () => void,
): void {
  if (!allowed) return;
  clock.sleep(allowed.seconds * 1000, over).then(spent, () => {});
}
