/** An environment in memory: programs do what the test says, and everything that is asked of it is written down. */
import type { End, Environment, Granted, PortsHeard, Started, Tried } from '../../../src/ports/environment.ts';
import type { Workspaces } from '../../../src/ports/workspaces.ts';
import type { Clock } from '../../../src/runtime/clock.ts';

/** What one start of a program comes to. */
export interface Script {
  /** Milliseconds until its ports are open; never unless given. */
  readonly readyAfter?: number;
  /** Milliseconds until it ends by itself; never unless given. */
  readonly endsAfter?: number;
  /** How it ends then; with status 0 unless given. */
  readonly end?: End;
  /** How it takes to be asked to end: at once, by SIGTERM, unless given. One that stays cannot even be killed. */
  readonly asked?: End | 'ignores' | 'stays';
  readonly ports?: PortsHeard;
}

export interface MemoryEnvironment extends Environment {
  /** What each start was given. */
  readonly given: readonly Readonly<Record<string, string>>[];
  /** In order: `apply /a`, `start /a 1`, `stop /a 500`, `over /a`, `revoke /a`, `close`. */
  readonly calls: readonly string[];
}

export interface MemoryOptions {
  readonly name?: string;
  /** The starts of each component, one after the other; the last one again for those that follow. */
  readonly scripts?: Readonly<Record<string, readonly Script[]>>;
  /** Answers to `apply` that are no success. */
  readonly refuses?: Readonly<Record<string, Granted>>;
  readonly ends?: Readonly<Record<string, End>>;
  /** What is found from inside each; nobody can look from others. */
  readonly tried?: Readonly<Record<string, readonly Tried[]>>;
  /** Why the values would not do; asked before a rotation restarts anything. */
  readonly check?: (secrets: ReadonlyMap<string, string>) => string | undefined;
  readonly workspaces?: Workspaces;
  /** Milliseconds until a start is made; none unless given. */
  readonly launchMs?: number;
  /** Told of every call, with the name of the environment in front: the order over several of them. */
  readonly onCall?: (call: string) => void;
}

const up: Script = { readyAfter: 0 };
const never = <T>(): Promise<T> => new Promise<T>(() => {});

export function createMemoryEnvironment(clock: Clock, options: MemoryOptions = {}): MemoryEnvironment {
  const name = options.name ?? 'memory';
  const calls: string[] = [];
  const called = (call: string): void => {
    calls.push(call);
    options.onCall?.(`${name}: ${call}`);
  };
  const starts = new Map<string, number>();
  const after = (ms: number | undefined, signal: AbortSignal): Promise<void> =>
    ms === undefined ? never() : ms === 0 ? Promise.resolve() : clock.sleep(ms, signal);

  const given: Readonly<Record<string, string>>[] = [];
  const start: Environment['start'] = async (moniker, attempt, secrets = new Map()): Promise<Started> => {
    given.push(Object.fromEntries(secrets));
    called(`start ${moniker} ${attempt}`);
    if (options.launchMs) await clock.sleep(options.launchMs, new AbortController().signal);
    const count = (starts.get(moniker) ?? 0) + 1;
    starts.set(moniker, count);
    const scripts = options.scripts?.[moniker] ?? [up];
    const script = scripts[Math.min(count, scripts.length) - 1] ?? up;
    const over = new AbortController();
    let finish: (end: End) => void = () => {};
    const ended = new Promise<End>((done) => {
      finish = (end) => {
        over.abort();
        done(end);
      };
    });
    void after(script.endsAfter, over.signal).then(
      () => finish(script.end ?? { code: 0, signal: null }),
      () => {},
    );
    const ready = after(script.readyAfter, over.signal);
    ready.catch(() => {});
    return {
      ready: ready.catch(() => never<void>()),
      measured: Promise.resolve({ moniker }),
      ended,
      ports: () => script.ports,
      pid: 1000 + count,
      terminate: async (graceMs) => {
        called(`stop ${moniker} ${graceMs}`);
        if (script.asked === 'ignores' || script.asked === 'stays') {
          await clock.sleep(graceMs, over.signal).catch(() => {});
          if (script.asked === 'ignores') finish({ code: null, signal: 'SIGKILL' });
        } else finish(script.asked ?? { code: null, signal: 'SIGTERM' });
      },
    };
  };

  return {
    name,
    calls,
    given,
    probe: async () => ({ blocked: [], facts: { driver: 'memory' } }),
    apply: async (subject) => {
      called(`apply ${subject}`);
      return options.refuses?.[subject] ?? { exports: {}, storage: [] };
    },
    revoke: async (subject) => called(`revoke ${subject}`),
    start,
    check: async (_, secrets) => options.check?.(secrets),
    prove: async (moniker) => {
      called(`prove ${moniker}`);
      return options.tried?.[moniker];
    },
    endOf: async (moniker) => options.ends?.[moniker],
    over: async (moniker) => called(`over ${moniker}`),
    ...(options.workspaces ? { workspaces: options.workspaces } : {}),
    close: async () => called('close'),
  };
}
