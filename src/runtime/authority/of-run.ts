/** The authority of a run that is driven. */
import type { Blocked } from '../../ir/blocked.ts';
import type { DeploymentPlan } from '../../ir/plan-schema.ts';
import type { Life } from '../actions/component/life.ts';
import type { Clock } from '../clock.ts';
import type { Recorder } from '../journal/record.ts';
import { whileWritable } from '../journal/writable.ts';
import { type Authority, createAuthority } from './authority.ts';
import { type RunFacts, type RunNeeds, runNeeds } from './run-needs.ts';
import type { DelegationTold, FileNow } from './state.ts';

export interface RunAuthorityOptions extends RunFacts {
  /** What it says now; as the plan has it unless given. */
  readonly file?: (() => FileNow) | undefined;
  readonly clock: Pick<Clock, 'time'>;
  readonly revoked: ReadonlyMap<string, string>;
  readonly record: Pick<Recorder, 'run'>;
  /** By moniker. */
  readonly lives: ReadonlyMap<string, Pick<Life, 'moniker' | 'status'>>;
  readonly onLost: (blocked: readonly Blocked[]) => void;
}

export interface RunAuthority extends Authority {
  readonly needs: RunNeeds;
}

export function authorityOfRun(options: RunAuthorityOptions): RunAuthority {
  const needs = runNeeds(options);
  const grants = options.plan.runtime?.grants;
  const authority = createAuthority({
    grants,
    needs: needs.of,
    time: options.clock.time,
    file: options.file ?? asPlanned(options.plan),
    revoked: options.revoked,
    underWay: () =>
      [...options.lives.values()].flatMap((life) => (isThere[life.status().state] ? needs.whileUp(life.moniker) : [])),
    onEnded: writesEnd(options.record),
    onLost: options.onLost,
  });
  return { ...authority, needs };
}

/** That a delegation has ended stands in the journal, where that can be written. */
export const writesEnd =
  (record: Pick<Recorder, 'run'>) =>
  ({ id, state, reason = '' }: DelegationTold): void => {
    if (state === 'active') return;
    whileWritable(() => record.run('progress', { event: 'authority-ended', delegation: id, how: state, reason }));
  };

export const asPlanned =
  ({ runtime }: Pick<DeploymentPlan, 'runtime'>) =>
  (): FileNow => ({ delegations: runtime?.grants?.delegations ?? [] });

const isThere: Readonly<Record<ReturnType<Life['status']>['state'], boolean>> = {
  waiting: false,
  starting: true,
  ready: true,
  restarting: true,
  finished: false,
  failed: false,
  stopped: false,
};
