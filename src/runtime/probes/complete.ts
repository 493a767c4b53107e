/** When a run has a verdict, and what probes are run beside that. The gate itself judges, in gate.ts. */
import { deferred } from '../../base/deferred.ts';
import { suggest } from '../../base/suggest.ts';
import { probeAction } from '../../ir/action.ts';
import { runProbe } from '../actions/probe-run.ts';
import { type GateQuestion, judge, type Verdict } from '../gate/gate.ts';
import { type RunContext, standFor } from '../run-context.ts';
import { unfinalizedIn } from '../workspaces/unfinalized.ts';
import { completionOf, probesOf } from './completion.ts';
import { gateQuestion } from './findings.ts';
import { type ProbeReport, probeReports } from './report.ts';

export type Probed =
  | {
      /** Of those that were run, in the order of their names. */
      readonly probes: readonly ProbeReport[];
      /** What the gate says by now; undefined where the run is not over by that. */
      readonly verdict?: Verdict;
    }
  | { readonly refused: Refused };

export interface Refused {
  readonly code: 'probe_unknown' | 'run_not_ready' | 'run_over';
  readonly message: string;
  readonly remedy: string;
}

export interface Completion {
  /**
   * Everything was performed: has the gate judge, where everything is there that is to be judged. False where it is not, so that the
   * run ends. `failedBefore` counts what earlier processes of the run left as failed.
   */
  readonly judge: (failedBefore: number) => Promise<boolean>;
  readonly isJudged: () => boolean;
  /** The last one, or what the gate says now. */
  readonly verdict: () => Verdict;
  readonly probe: (names?: readonly string[]) => Promise<Probed>;
  /** No probe is begun any more; what is under way. */
  readonly close: () => readonly Promise<unknown>[];
  /** Rejects when what a probe found cannot be written down. */
  readonly broken: Promise<never>;
}

/** `up` resolves when everything was up once, or never will be. */
export function createCompletion(run: RunContext, runId: string, up: Promise<boolean>): Completion {
  const facts = () => ({
    id: runId,
    over: false,
    plan: run.plan,
    store: run.store,
    sourceFolder: run.probes.sourceFolder,
    state: run.state(),
  });
  const broken = deferred<never>();
  const underWay = new Set<Promise<unknown>>();
  let isUp = false;
  let isClosed = false;
  let judged: GateQuestion | undefined;
  void up.then((is) => {
    isUp = is;
  });
  const resume = (): string => `headgate resume ${runId}`;
  // As long as it runs, and when it has ended.
  const retry =
    completionOf(run.plan)?.then === 'stay' ? (name: string) => `headgate probe run ${runId} ${name}` : resume;
  const record = (): Verdict => {
    judged = gateQuestion(facts(), retry);
    const verdict = judge(judged);
    run.record.run('progress', { event: 'judged', ...verdict });
    return verdict;
  };
  const refusal = (names: readonly string[] | undefined): Refused | undefined => {
    if (isClosed || run.stopping.aborted) return over(runId);
    if (!isUp) return notReady;
    const known = probesOf(run.plan).map(([name]) => name);
    const unknown = names?.find((name) => !known.includes(name));
    return unknown === undefined ? undefined : unknownProbe(unknown, known);
  };
  const probe = async (names: readonly string[]): Promise<Verdict | undefined> => {
    for (const name of names) {
      const action = probeAction(name);
      const on = standFor(run, action);
      if (!on) continue;
      try {
        await runProbe(run, action, on, 'always');
      } finally {
        run.authority.over(action);
      }
    }
    // A verdict is about the newest evidence, or it is none.
    return judged && record();
  };
  return {
    broken: broken.promise,
    judge: async (failedBefore) => {
      if (run.stopping.aborted || run.isRefused()) return false;
      const missing = await run.probes.unready();
      if (run.stopping.aborted || missing.length > 0 || failedBefore > 0) return false;
      record();
      return true;
    },
    isJudged: () => judged !== undefined,
    verdict: () => {
      // Services have stopped by now, and what they did was taken over, or was not.
      const unfinalized = unfinalizedIn(run.plan, run.state(), { id: runId, over: true });
      return judge({ ...(judged ?? gateQuestion(facts(), resume)), unfinalized, retry: resume });
    },
    probe: async (given) => {
      const refused = refusal(given);
      if (refused) return { refused };
      const names = [...new Set(given ?? probesOf(run.plan).map(([name]) => name))].sort();
      const work = probe(names);
      underWay.add(work);
      let verdict: Verdict | undefined;
      try {
        verdict = await work;
      } catch (error) {
        broken.reject(error);
        return { refused: over(runId) };
      } finally {
        underWay.delete(work);
      }
      const { reports } = probeReports(facts());
      return {
        probes: reports.filter((one) => names.includes(one.probe)),
        ...(verdict ? { verdict } : {}),
      };
    },
    close: () => {
      isClosed = true;
      return [...underWay];
    },
  };
}

const over = (id: string): Refused => ({
  code: 'run_over',
  message: `run ${id} is over, or is ending`,
  remedy: `\`headgate resume ${id}\` goes on with it and runs what has not passed`,
});

const notReady: Refused = {
  code: 'run_not_ready',
  message: 'not everything is up that a probe could look at',
  remedy: 'ask again when `headgate status` shows that every component is ready',
};

function unknownProbe(name: string, known: readonly string[]): Refused {
  const near = suggest(name, known);
  const listed = known.length === 0 ? 'the plan of the run declares none' : `there are ${known.join(', ')}`;
  return {
    code: 'probe_unknown',
    message: `the run has no probe \`${name}\``,
    remedy: near === undefined ? listed : `did you mean \`${near}\`?`,
  };
}
