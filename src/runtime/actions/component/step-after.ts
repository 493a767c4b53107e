/** What follows from one end of a program, whatever it was that ended. */
import type { End } from '../../../ports/environment.ts';
import type { ComponentSpec } from '../../component.ts';
import { nextStep, restartLimits } from './restarts.ts';

export interface Once extends End {
  /** Whatever the restart policy says. */
  readonly isLast?: boolean;
}

export interface So {
  /** The end in words. */
  readonly told: string;
  /** Restarts in a row. */
  readonly failures: number;
  /** Its ports were open, in this life of the program or in one before. */
  readonly wasReady: boolean;
  readonly isTask: boolean;
}

type Of = Pick<ComponentSpec, 'restart' | 'restarts' | 'ports'>;

export function stepAfter(exit: Once, component: Of, so: So): ReturnType<typeof nextStep> {
  const { told, failures } = so;
  // It may still run there, and is not to run twice; or it may not run at all.
  if (exit.unreachable || exit.refused) return { kind: 'failed', reason: told };
  const limits = { ...restartLimits, most: component.restarts };
  const next = nextStep(component.restart, exit, failures, limits, told);
  if (next.kind === 'finished' && endedEarly(exit, component, so))
    return { kind: 'failed', reason: `${told} before its ports were open` };
  const isFinal = exit.isLast === true || (exit.fault !== undefined && next.kind === 'finished');
  return isFinal ? { kind: 'failed', reason: told } : next;
}

/** Status 0 of what never served: nobody could reach it, so it has not finished its work. */
const endedEarly = (exit: Once, { ports }: Of, { wasReady, isTask }: So): boolean =>
  !wasReady && !isTask && ports.length > 0 && exit.fault === undefined && exit.code === 0;
