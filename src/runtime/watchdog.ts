/** The time that a run may take as a whole, whatever its components and its probes may take each. */
import { own } from '../base/json.ts';
import type { DeploymentPlan } from '../ir/plan-schema.ts';
import type { Clock } from './clock.ts';

/** The least that a profile of its components allows; undefined where none says. O(components). */
export function wallClockOf({ runtime }: Pick<DeploymentPlan, 'runtime'>): WallClock | undefined {
  const used = new Set(Object.values(runtime?.components ?? {}).flatMap(({ profile }) => profile ?? []));
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
