/** The authority of a run whose components a place runs by itself: what its plan needs, component by component. */
import type { Action } from '../../ir/action.ts';
import { type Need, need } from '../../ir/authority.ts';
import type { Blocked } from '../../ir/blocked.ts';
import type { DeploymentPlan } from '../../ir/plan-schema.ts';
import { distinct, needsOf } from '../../plan/authority/needs.ts';
import { createAuthority } from '../authority/authority.ts';
import { type RunAuthority, writesEnd } from '../authority/of-run.ts';
import type { FileNow } from '../authority/state.ts';
import type { Clock } from '../clock.ts';
import type { Recorder } from '../journal/record.ts';

export interface PlaceAuthorityOptions {
  readonly plan: DeploymentPlan;
  /** Names of slots of the root that something stands behind. */
  readonly externals: readonly string[];
  readonly delegation: () => FileNow;
  readonly clock: Pick<Clock, 'time'>;
  readonly revoked: ReadonlyMap<string, string>;
  readonly record: Pick<Recorder, 'run'>;
  readonly onLost: (blocked: readonly Blocked[]) => void;
}

export function authorityInPlace(options: PlaceAuthorityOptions): RunAuthority {
  const all = needsInPlace(options.plan, options.externals);
  const ofComponent = (moniker: string | null): readonly Need[] => all.filter(({ subject }) => subject === moniker);
  const of = ({ type, target }: Action): readonly Need[] => (type === 'env.probe' ? [] : ofComponent(target));
  const authority = createAuthority({
    grants: options.plan.runtime?.grants,
    needs: of,
    time: options.clock.time,
    file: options.delegation,
    revoked: options.revoked,
    onEnded: writesEnd(options.record),
    onLost: options.onLost,
  });
  return { ...authority, needs: { of, all: () => all, whileUp: ofComponent } };
}

/** Everything is in an image there, also what is a program of this machine elsewhere. */
function needsInPlace(plan: DeploymentPlan, externals: readonly string[]): readonly Need[] {
  const images = Object.entries(plan.runtime?.components ?? {}).flatMap(([moniker, { image }]) =>
    image === undefined ? [] : [need('container', moniker, image)],
  );
  return distinct([...needsOf(plan, externals), ...images]);
}
