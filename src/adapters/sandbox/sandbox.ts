/** One program in a sandbox of its own, with nothing but the edges it was given. */
import { deferred } from '../../base/deferred.ts';
import { exitText } from '../../base/exit-text.ts';
import { holdBack } from '../../base/hold-back.ts';
import { admit, type Measured } from './admit.ts';
import type { AgentCommand, AgentMessage, PortsHeard } from './agent/protocol.ts';
import { onMessages } from './agent-messages.ts';
import { type CacheMeter, meterCache } from './cache-meter.ts';
import type { ControlGroup } from './cgroup/control-group.ts';
import { failedToRun, limitExceeded, type SandboxEnd, sandboxDiffers } from './end.ts';
import { execScript, saidAtGate } from './gate.ts';
import { inside } from './inside.ts';
import { type Launched, launch } from './launch.ts';
import { type Prepared, prepare } from './prepare.ts';
import type { SandboxSpec } from './spec.ts';
import { nothingSpent, type Spent } from './spent.ts';
import { goneOf, readInit, silenceOf, stopBoxed, stopPlain, wait } from './stop.ts';
import { createTail } from './tail.ts';
import { createTries, type Tries } from './tries.ts';
import { bubblewrapFault, toInstall } from './unavailable.ts';
import { type Usage, usageOf } from './usage.ts';
import { type LimitsWatch, watchLimits } from './watch-limits.ts';

export interface Sandbox {
  /** Settles once. The sandbox itself may live on until `stop`, for instance when the program left others running. */
  readonly ended: Promise<SandboxEnd>;
  /** The last lines of standard error. */
  readonly stderrTail: () => string;
  /** Of the outer process, as the host counts; undefined when nothing was started. */
  readonly pid: number | undefined;
  /** What was found before the program was started; never settles where there was no sandbox. */
  readonly measured: Promise<Measured>;
  /** Every one of `readyPorts` listens, or without any the program was started. Never settles when the program ends before. */
  readonly ready: Promise<void>;
  /** bubblewrap has made the sandbox, or never will. */
  readonly launched: Promise<void>;
  /** Tries from inside, in the place of the program; undefined where nobody can. */
  readonly tries: Tries['ask'];
  /** Before `ready`: which of `readyPorts` are missing, and on what else the program listens. */
  readonly ports: () => PortsHeard | undefined;
  /** Bytes of files below a mount point inside that are held open there and have no name any more. */
  readonly namelessBelow: (point: string) => number;
  /** What it takes, or took; nothing where there is no sandbox. */
  readonly spent: () => Spent;
  /** Once it has ended. */
  readonly usage: () => Usage;
  /**
   * Asks everything inside to end (SIGTERM), kills after `graceMs` what is left, and resolves when all is gone. `ended` tells
   * how the program took it.
   */
  readonly terminate: (graceMs: number) => Promise<void>;
  /** Kills everything inside, and resolves when it is gone. */
  readonly stop: () => Promise<void>;
}

/** Never throws. The sockets of `provides` lead here from now on. */
export function startSandbox(spec: SandboxSpec): Sandbox {
  const prepared = prepare(spec);
  if ('fault' in prepared) return neverStarted(prepared.fault);
  try {
    return watch(launch(spec, prepared), spec, prepared);
  } catch (error) {
    // For instance more arguments than the system takes, or no descriptor left.
    return neverStarted({ reason: 'start', message: (error as Error).message });
  }
}

/** What stands for a program that cannot be started. */
export const neverStarted = (end: SandboxEnd): Sandbox => ({
  ended: Promise.resolve(end),
  stderrTail: () => '',
  pid: undefined,
  launched: Promise.resolve(),
  measured: new Promise(() => {}),
  ready: new Promise(() => {}),
  ports: () => undefined,
  namelessBelow: () => 0,
  tries: async () => undefined,
  spent: () => nothingSpent,
  usage: () => ({}),
  terminate: async () => {},
  stop: async () => {},
});

function watch({ child, control, info }: Launched, spec: SandboxSpec, { gate, program }: Prepared): Sandbox {
  const tail = createTail();
  const said = [
    holdBack(child.stderr, (chunk) => {
      tail.add(chunk);
      return spec.onStderr?.(chunk);
    }),
    holdBack(child.stdout, (chunk) => spec.onStdout?.(chunk)),
  ];
  const end = deferred<SandboxEnd>();
  const ready = deferred<void>();
  const measured = deferred<Measured>();
  let greeted = false;
  let began = false;
  let exit: SandboxEnd | undefined;
  let ports: PortsHeard | undefined;
  let group: ControlGroup | null = null;
  let limits: LimitsWatch | undefined;
  let cache: CacheMeter | undefined;
  let cool = (): void => {};
  let usage: Usage = {};
  const silent = Promise.all([silenceOf(child.stdout), silenceOf(child.stderr)]);
  const tell = (command: AgentCommand): void => void control.write(`${JSON.stringify(command)}\n`);
  const namelessBelow = (point: string): number => limits?.namelessBelow(point) ?? 0;
  const overLimit = (over: SandboxEnd): void => {
    end.resolve(over);
    void stop();
  };
  const slots = spec.slots.map(({ port }) => port);
  const tries = spec.bubblewrap ? createTries(spec.bubblewrap, slots, tell) : undefined;
  const open = async (said: string): Promise<void> => {
    const first = await init;
    const { looked, tried } = saidAtGate(said);
    if (!gate || first === undefined) return;
    try {
      if (spec.cache) cache = await meterCache(spec.cache, () => namelessBelow(spec.cache?.target ?? ''), overLimit);
      cool();
      const admission = admit({ spec, ...gate, init: first, looked });
      if ('differs' in admission) {
        end.resolve(sandboxDiffers(admission.differs));
        await stop();
        return;
      }
      ({ group } = admission);
      limits = watchLimits({
        ...admission,
        limits: spec.limits,
        over: (exceeded) => overLimit(limitExceeded(exceeded, spec.limits)),
      });
      measured.resolve(admission.measured);
      const checked = await spec.selfCheck?.judge(tried);
      const env = { ...program.env, ...checked?.env };
      const script = execScript(program.argv, env, spec.stdin && inside.stdin);
      tell({ type: 'open', script, countIpc: group === null });
    } catch (error) {
      end.resolve({ reason: 'start', message: `its sandbox broke down: ${(error as Error).message}` });
    }
  };
  const broken = (): void => {
    end.resolve({
      reason: 'start',
      message: 'its sandbox broke down: what stands between it and headgate makes no sense',
    });
    void stop();
  };
  const hear = (message: AgentMessage): void => {
    if (message.type === 'hello') {
      greeted = true;
      if (gate) cool = spec.workplace.groups?.warm() ?? cool;
    } else if (message.type === 'waiting') void open(message.looked);
    else if (message.type === 'failed') end.resolve(failedToRun(message.code, message.message, spec, tail.text()));
    else if (message.type === 'ipc') limits?.tellIpc(message.bytes);
    else if (message.type === 'listening') ports = { missing: message.missing, others: message.others };
    else if (message.type === 'tried') tries?.hear(message.id, message.results);
    if (message.type === 'started') began = true;
    if (message.type === 'ready' || (message.type === 'started' && !spec.readyPorts?.length)) ready.resolve();
    else if (message.type === 'exited') {
      const { code, signal } = message;
      const exceeded = limits?.look();
      // Folders in memory go with the sandbox.
      limits?.spent();
      const ended: SandboxEnd = exceeded
        ? limitExceeded(exceeded, spec.limits)
        : { reason: 'exited', message: exitText(code, signal), code, signal };
      exit ??= ended;
      // What the program said last may still be on its way.
      for (const { free } of said) free();
      setTimeout(async () => end.resolve((await cache?.end()) ?? ended), 5);
    }
  };
  onMessages(control, hear, broken);
  const init = readInit(info);
  const gone = goneOf(child);
  child.on('error', (error) =>
    end.resolve({ reason: 'sandbox', message: `cannot start: ${error.message}`, help: toInstall.help }),
  );
  void gone.then(() => {
    cool();
    limits?.close();
    void cache?.end();
    tries?.over();
    usage = usageOf(group);
    group?.remove();
    const broken = `its sandbox broke down: ${exitText(child.exitCode, child.signalCode)}`;
    if (!greeted && spec.bubblewrap) end.resolve({ reason: 'sandbox', ...bubblewrapFault(tail.text()) });
    else end.resolve(exit ?? { reason: 'start', message: broken, ...(began ? { ran: true } : {}) });
  });
  const stop = async (): Promise<void> => {
    end.resolve(exit ?? { reason: 'stopped' });
    if (spec.bubblewrap) await stopBoxed(child, init, gone);
    else await stopPlain(child, control, gone);
    if (spec.wholeOutput) await Promise.race([silent, wait(10_000)]);
    control.destroy();
    child.stderr?.destroy();
    child.stdout?.destroy();
  };
  const terminate = async (graceMs: number): Promise<void> => {
    tell({ type: 'terminate', graceMs });
    // The agent keeps the time; this is for one that cannot, for instance because it was stopped.
    await Promise.race([gone, wait(graceMs + 1_000)]);
    await stop();
  };
  return {
    ended: end.promise,
    stderrTail: tail.text,
    pid: child.pid,
    launched: spec.bubblewrap ? init.then(() => undefined) : Promise.resolve(),
    measured: measured.promise,
    ready: ready.promise,
    ports: () => ports,
    namelessBelow,
    tries: async (attempts) => (began && exit === undefined ? tries?.ask(attempts) : undefined),
    spent: () => {
      const { cpuSeconds = 0 } = usage;
      const last = limits?.spent() ?? nothingSpent;
      return cpuSeconds > last.cpuSeconds ? { ...last, cpuSeconds } : last;
    },
    usage: () => usage,
    terminate,
    stop,
  };
}
