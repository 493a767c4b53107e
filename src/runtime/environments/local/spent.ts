/** What a program of this machine takes, for budgets. */
import { type Excess, holdingOf } from '../../../adapters/sandbox/folder-meter.ts';
import type { SandboxLimits } from '../../../adapters/sandbox/limits.ts';
import type { Sandbox } from '../../../adapters/sandbox/sandbox.ts';
import type { Limits } from '../../../plan/profiles/limits.ts';
import type { End, Spent } from '../../../ports/environment.ts';
import { workspaceInside } from '../../workspaces/places.ts';
import type { LocalComponent } from './component.ts';
import type { ProfilePlace } from './profile-place.ts';
import type { LaidStorage } from './storage.ts';

/** A folder is looked into for a tenth of the time at most, and no oftener than this. */
const pauseMs = 500;

interface Place {
  readonly folder: string;
  /** Where the program sees it. */
  readonly target: string;
  /** What was there before counts for nobody. */
  readonly growth?: true;
}

export function spentBy(
  sandbox: Pick<Sandbox, 'spent' | 'ended' | 'namelessBelow'>,
  component: Pick<LocalComponent, 'moniker' | 'workspace'>,
  storage: Pick<LaidStorage, 'binds'>,
  profile: Pick<ProfilePlace, 'cache'>,
): () => Promise<Spent> {
  const places: readonly Place[] = [
    ...storage.binds.map(({ source, target }) => ({ folder: source, target })),
    ...(profile.cache ? [{ folder: profile.cache.source, target: profile.cache.target }] : []),
    ...(component.workspace
      ? [{ folder: component.workspace.files, target: workspaceInside, growth: true as const }]
      : []),
  ];
  const meters = places.map((place) => createMeter(place, () => sandbox.namelessBelow(place.target)));
  let isOver = false;
  void sandbox.ended.then(() => {
    isOver = true;
  });
  return async () => {
    const wasOver = isOver;
    const held = await Promise.all(meters.map((look) => look(wasOver)));
    const { cpuSeconds, memoryBytes, folderBytes, isExact } = sandbox.spent();
    return {
      cpuSeconds,
      memoryBytes,
      disk: [
        { place: `memory of ${component.moniker}`, bytes: folderBytes, isBrief: true },
        ...places.map(({ folder }, index) => ({ place: folder, bytes: held[index] ?? 0 })),
      ],
      isExact,
    };
  };
}

/** `nameless`: bytes of files in it that are open and have no name any more. */
function createMeter({ folder, growth }: Place, nameless: () => number): (isLast: boolean) => Promise<number> {
  const before = growth ? holdingOf(folder).then(({ bytes }) => bytes) : Promise.resolve(0);
  let known = 0;
  let next = 0;
  return async (isLast) => {
    const began = performance.now();
    if (!isLast && began < next) return known;
    next = Number.POSITIVE_INFINITY;
    known = Math.max(0, (await holdingOf(folder)).bytes + nameless() - (await before));
    const now = performance.now();
    next = now + Math.max(pauseMs, (now - began) * 10);
    return known;
  };
}

/** As a shell tells it: 128 and the number of the signal. */
const signals: Readonly<Record<number, string>> = { 152: 'SIGXCPU', 153: 'SIGXFSZ' };

/** RLIMIT_CPU and RLIMIT_FSIZE tell themselves by the signal that they send. */
export function limitOfExit({ code, signal }: Pick<End, 'code' | 'signal'>): Pick<End, 'limit'> {
  const sent = signal ?? signals[code ?? 0];
  return sent === 'SIGXCPU' ? { limit: 'cpu' } : sent === 'SIGXFSZ' ? { limit: 'disk' } : {};
}

/** A storage that has no size of its own, or a larger one, is as large as the profile lets it be. */
export const limitOf = (
  { of, storage: { mount } }: Excess<LaidStorage['metered'][number]>,
  { diskBytes }: Limits,
): Pick<End, 'limit'> => (of === 'bytes' && mount.bytes === diskBytes ? { limit: 'disk' } : {});

/** Of a budget, the meter finds the end: the kernel, which ends one process alone, is a second behind it. */
export function behindMeter(limits: SandboxLimits, { profile }: Pick<LocalComponent, 'profile'>): SandboxLimits {
  const budget = profile?.profile.budget?.cpuGpuComputeSeconds;
  return limits.cpuSeconds !== null && limits.cpuSeconds === budget ? { ...limits, cpuSeconds: budget + 1 } : limits;
}
