/** What a program of this machine takes, for budgets. */
import { holdingOf } from '../../../adapters/sandbox/folder-meter.ts';
import type { Sandbox } from '../../../adapters/sandbox/sandbox.ts';
import type { End, Spent } from '../../../ports/environment.ts';
import type { LocalComponent } from './component.ts';
import type { ProfilePlace } from './profile-place.ts';
import type { LaidStorage } from './storage.ts';

/** A folder is looked into for a tenth of the time at most, and no oftener than this. */
const pauseMs = 500;

interface Place {
  readonly folder: string;
  /** What was there before counts for nobody. */
  readonly growth?: true;
}

export function spentBy(
  sandbox: Pick<Sandbox, 'spent' | 'ended'>,
  component: Pick<LocalComponent, 'moniker' | 'workspace'>,
  storage: Pick<LaidStorage, 'binds'>,
  profile: Pick<ProfilePlace, 'cache'>,
): () => Promise<Spent> {
  const places: readonly Place[] = [
    ...storage.binds.map(({ source }) => ({ folder: source })),
    ...(profile.cache ? [{ folder: profile.cache.source }] : []),
    ...(component.workspace ? [{ folder: component.workspace.files, growth: true as const }] : []),
  ];
  const meters = places.map(createMeter);
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

function createMeter({ folder, growth }: Place): (isLast: boolean) => Promise<number> {
  const before = growth ? holdingOf(folder).then(({ bytes }) => bytes) : Promise.resolve(0);
  let known = 0;
  let next = 0;
  return async (isLast) => {
    const began = performance.now();
    if (!isLast && began < next) return known;
    next = Number.POSITIVE_INFINITY;
    known = Math.max(0, (await holdingOf(folder)).bytes - (await before));
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
