/** Asks policies: each process in a sandbox, all questions at once, nothing left behind. */
import { performance } from 'node:perf_hooks';
import { setImmediate as afterIO } from 'node:timers/promises';
import { protocolHeader } from '../../ir/protocol.ts';
import type {
  PolicyAsk,
  PolicyCall,
  PolicyClient,
  PolicyLimits,
  PolicyOutcome,
  PolicyProcess,
} from '../../ports/policy-client.ts';
import { inSpan, noSpan, type Span } from '../../ports/tracer.ts';
import { treeAt } from '../files/scenario-tree.ts';
import { findBubblewrap } from '../sandbox/bubblewrap.ts';
import type { HiddenPlace } from '../sandbox/hidden.ts';
import { openWorkplace } from '../sandbox/workplace.ts';
import {
  type Failure,
  loadUndici,
  type PassEnd,
  type PolicyAddress,
  type Probed,
  postQuestion,
  seconds,
  since,
  type Undici,
} from './http.ts';
import { type Pass, passOf } from './pass.ts';
import { type StartedPolicies, type StartedPolicy, startPolicies } from './processes.ts';
import { explain, waitUntilReady, withPeers } from './readiness.ts';

export interface SandboxPolicyClientOptions {
  readonly signal?: AbortSignal;
  /** `none`: policies run with all rights of this process, on the ports that they declare. */
  readonly sandbox: 'bubblewrap' | 'none';
  /** Folder that everything which policies are shown of the scenario lies in; unless given, the checkout around each, or its folder. */
  readonly root?: string;
  /** No policy is started where it would be shown one of these. */
  readonly hidden?: readonly HiddenPlace[];
  /** Told what is going on, a line at a time. */
  readonly onProgress?: (line: string) => void;
}

/** One call of `ask`, and who follows it. */
interface Round extends Pass {
  readonly follow: (ask: PolicyAsk) => PolicyCall;
}

const untold = (): PolicyCall => ({ span: noSpan, settled: () => {} });

export function createSandboxPolicyClient(options: SandboxPolicyClientOptions): PolicyClient {
  return {
    sandbox: options.sandbox,
    async ask(processes, asks, limits, follow = untold) {
      const { end, stop } = createPassEnd(limits, options.signal);
      const pass: Round = { follow, limits, end, start: performance.now(), progress: options.onProgress ?? (() => {}) };
      try {
        return processes.length === 0
          ? await askAll(asks, undefined, await loadUndici(), pass)
          : await withProcesses(processes, asks, options, pass);
      } finally {
        stop();
      }
    },
  };
}

async function withProcesses(
  processes: readonly PolicyProcess[],
  asks: readonly PolicyAsk[],
  { sandbox, root, hidden }: SandboxPolicyClientOptions,
  pass: Round,
): Promise<readonly PolicyOutcome[]> {
  const unusable = async (message: string, help?: string): Promise<readonly PolicyOutcome[]> => {
    const fault: Failure = {
      ok: false,
      phase: 'sandbox',
      message,
      elapsedMs: since(pass.start),
      ...(help === undefined ? {} : { help }),
    };
    return askAll(asks, fault, await loadUndici(), pass);
  };
  if (pass.end.signal.aborted) return askAll(asks, undefined, await loadUndici(), pass);
  const bubblewrap = sandbox === 'none' ? null : await findBubblewrap();
  if (bubblewrap && 'message' in bubblewrap) return unusable(bubblewrap.message, bubblewrap.help);
  let workplace: ReturnType<typeof openWorkplace>;
  try {
    workplace = openWorkplace(hidden);
  } catch (error) {
    return unusable(`no private folder can be made: ${(error as Error).message}`, 'make `/tmp` writable');
  }
  let started: StartedPolicies | undefined;
  try {
    pass.progress(`starting ${count(processes.length, 'policy process', 'policy processes')}`);
    started = await startPolicies(
      processes,
      asks,
      workplace,
      bubblewrap,
      root === undefined ? undefined : treeAt(root),
    );
    return await askAll(asks, started, await loadUndici(), pass);
  } catch (error) {
    if (started) throw error;
    return unusable(`the sandboxes cannot be made: ${(error as Error).message}`);
  } finally {
    await started?.stop();
    workplace.remove();
  }
}

/** Settles every question; none stops another. */
function askAll(
  asks: readonly PolicyAsk[],
  started: StartedPolicies | Failure | undefined,
  undici: Undici,
  pass: Round,
): Promise<readonly PolicyOutcome[]> {
  let open = asks.length;
  const ready = new Map<string, Promise<Failure | Probed>>();
  return Promise.all(
    asks.map(async (question) => {
      const { span, settled } = pass.follow(question);
      const ask = withTrace(question, span);
      const own = passOf(pass, question.limits);
      const outcome =
        'url' in ask.to
          ? await askRunning(ask, ask.to.url, undici, own)
          : await askProcess(ask, ask.to, started, ready, undici, own, span);
      settled(outcome);
      open--;
      pass.progress(open === 0 ? '' : `waiting for ${count(open, 'policy', 'policies')}`);
      return outcome;
    }),
  );
}

const withTrace = (ask: PolicyAsk, { traceparent }: Span): PolicyAsk =>
  traceparent === undefined ? ask : { ...ask, headers: { ...ask.headers, traceparent } };

/** A policy that somebody else started. */
async function askRunning(ask: PolicyAsk, text: string, undici: Undici, pass: Pass): Promise<PolicyOutcome> {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !['http:', 'https:'].includes(url.protocol)) {
    return { ok: false, phase: 'connect', message: `\`${text}\` is not an http or https URL`, elapsedMs: 0 };
  }
  return postQuestion(undici, { origin: url.origin, path: `${url.pathname}${url.search}` }, ask, pass.limits, pass.end);
}

type ProcessAddress = Extract<PolicyAsk['to'], { readonly moniker: string }>;

async function askProcess(
  ask: PolicyAsk,
  to: ProcessAddress,
  started: StartedPolicies | Failure | undefined,
  ready: Map<string, Promise<Failure | Probed>>,
  undici: Undici,
  pass: Pass,
  span: Span,
): Promise<PolicyOutcome> {
  if (started && 'ok' in started) return started;
  const policy = started?.byMoniker.get(to.moniker);
  const socketPath = started?.socketOf(to.moniker, to.port);
  const ended = pass.end.phase();
  if (ended !== undefined)
    return { ok: false, phase: ended, message: pass.end.message(), elapsedMs: since(pass.start) };
  if (!started || !policy || socketPath === undefined) {
    return { ok: false, phase: 'start', message: `no process \`${to.moniker}\` was to be started`, elapsedMs: 0 };
  }
  const address: PolicyAddress = { origin: `${to.protocol}://127.0.0.1:${to.port}`, path: '/', socketPath };
  const needed = withPeers(policy, started);
  const readiness = ready.get(socketPath) ?? waitUntilReady(address, policy, needed, undici, pass);
  ready.set(socketPath, readiness);
  const probed = await inSpan(span, 'policy.ready', async () => {
    await makeQuestion(ask, readiness, policy);
    return readiness;
  });
  if ('ok' in probed) return probed;
  const question = ask.shared && probed.readsSharing ? sharing(ask, ask.shared()) : ask;
  const outcome = await postQuestion(undici, address, question, pass.limits, pass.end);
  if (outcome.ok || outcome.phase === 'cancelled') return outcome;
  return explain(outcome, policy, needed);
}

/** While the program starts, and not before: it takes headgate to let it into its sandbox. */
async function makeQuestion(ask: PolicyAsk, readiness: Promise<unknown>, { sandbox }: StartedPolicy): Promise<void> {
  await Promise.race([sandbox.measured, readiness]);
  await afterIO();
  void ask.body;
  ask.shared?.();
}

const sharing = (ask: PolicyAsk, body: string): PolicyAsk => ({
  ...ask,
  body,
  headers: { ...ask.headers, [protocolHeader]: '2' },
});

/** One deadline for the whole pass, and the caller's signal. */
function createPassEnd(
  limits: PolicyLimits,
  outside: AbortSignal | undefined,
): { readonly end: PassEnd; readonly stop: () => void } {
  const controller = new AbortController();
  let phase: 'cancelled' | 'deadline' | undefined;
  const finish = (why: 'cancelled' | 'deadline'): void => {
    phase ??= why;
    controller.abort();
  };
  const cancel = (): void => finish('cancelled');
  const timer = setTimeout(() => finish('deadline'), limits.totalMs);
  outside?.addEventListener('abort', cancel, { once: true });
  if (outside?.aborted) cancel();
  return {
    end: {
      signal: controller.signal,
      phase: () => phase,
      message: () =>
        phase === 'cancelled'
          ? 'it was interrupted'
          : `all policies together have ${seconds(limits.totalMs)}, and that time is over`,
    },
    stop: () => {
      clearTimeout(timer);
      outside?.removeEventListener('abort', cancel);
    },
  };
}

const count = (n: number, one: string, many: string): string => `${n} ${n === 1 ? one : many}`;
