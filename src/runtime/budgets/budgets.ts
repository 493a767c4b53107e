/** The budgets of one run: who uses what of them up, and that the run ends when one has run out. */
import type { BudgetUse, SpentBudget } from '../../ir/budget.ts';
import type { DeploymentPlan } from '../../ir/plan-schema.ts';
import { budgetsIn, reportersOf, usersOf } from '../../plan/profiles/budgets.ts';
import { agentOrder } from '../../plan/profiles/concurrency.ts';
import { profileNameOf } from '../../plan/profiles/profile-of.ts';
import type { Environment } from '../../ports/environment.ts';
import type { Clock } from '../clock.ts';
import type { RunState } from '../journal/fold.ts';
import type { Recorder } from '../journal/record.ts';
import { whileWritable } from '../journal/writable.ts';
import { type Agents, createAgents } from './agents.ts';
import { createLedger } from './ledger.ts';
import { reportUsage, type UsageAnswer, type UsageReport } from './model-usage.ts';
import { createResources } from './resources.ts';
import { wallClockOf, watchWallClock } from './watchdog.ts';

export interface Budgets {
  readonly agents: Agents;
  /** An environment whose programs are counted. */
  readonly around: (environment: Environment) => Environment;
  /** Whether a component may call once more what lies outside of the scenario. */
  readonly connect: (moniker: string) => boolean;
  /** What the interposer of an edge says of a model. */
  readonly report: (component: string, report: UsageReport) => UsageAnswer;
  /** Counts from now on; `onSpent` is told once. */
  readonly begin: (onSpent: (spent: SpentBudget) => void) => void;
  /** Writes down what was used in all. */
  readonly end: () => void;
}

export interface BudgetsOptions {
  readonly plan: DeploymentPlan;
  readonly record: Pick<Recorder, 'run'>;
  readonly state: () => RunState;
  readonly clock: Pick<Clock, 'now' | 'sleep'>;
}

/** Between two entries of the journal: it is not to grow by a line a call. */
const entryMs = 10_000;
/** Nor by a line every few seconds, for a run of days: the time of a run is written down when so much of it has passed. */
const timeSteps = 100;

export function createBudgets({ plan, record, state, clock }: BudgetsOptions): Budgets {
  const before = [...state().usage.values()];
  const ledger = createLedger(budgetsIn(plan), before);
  const over = new AbortController();
  let told = JSON.stringify(ledger.rows().filter(isUsed));
  let tell: ((spent: SpentBudget) => void) | undefined;
  let isTold = false;
  let began = clock.now();
  const wall = wallClockOf(plan);
  const wallUsed = before.find((one) => one.budget === 'wallClockSeconds' && one.profile === wall?.profile)?.used ?? 0;
  const write = (): void => {
    const rows = ledger.rows();
    const now = JSON.stringify(rows.filter(isUsed));
    if (now === told) return;
    told = now;
    whileWritable(() => record.run('usage', { budgets: rows }));
  };
  /** What has run out is written down at once, and ends the run. */
  const look = (): boolean => {
    const spent = ledger.spent();
    if (!spent) return false;
    if (isTold || !tell) return true;
    isTold = true;
    write();
    tell(spent);
    return true;
  };
  let counted = 0;
  /** What has passed of the time of the run, in all of its processes. */
  const countTime = (least: number): void => {
    if (clock.now() - counted < least) return;
    counted = clock.now();
    for (const { profile, budget, used, limit } of ledger.rows()) {
      if (budget !== 'wallClockSeconds' || limit === null) continue;
      const base = before.find((one) => one.profile === profile && one.budget === budget)?.used ?? 0;
      const total = base + (clock.now() - began) / 1000;
      // It was exhausted, or goes up to now.
      if (total > used) ledger.add({ profile, budget }, Math.min(total, limit) - used);
    }
  };
  const writeLater = (): void => {
    clock.sleep(entryMs, over.signal).then(
      () => {
        countTime(wall === undefined ? Number.POSITIVE_INFINITY : (wall.seconds * 1000) / timeSteps);
        write();
        writeLater();
      },
      () => {},
    );
  };
  const profileOf = (moniker: string): string => profileNameOf(moniker, plan.runtime);
  const reporters = reportersOf(plan);
  const resources = createResources({
    ledger,
    profileOf,
    users: usersOf(plan),
    runtime: plan.runtime,
    clock,
    over,
    look,
  });
  return {
    agents: createAgents(agentOrder(plan).profiles, (profile, running) =>
      ledger.hold({ profile, budget: 'agentConcurrency' }, 'all', running),
    ),
    around: resources.around,
    connect: (component) => {
      const profile = profileOf(component);
      if (ledger.limitOf(profile, 'connectorCalls') === undefined) return true;
      const isAdmitted = ledger.admit({ profile, budget: 'connectorCalls', component }, 1);
      look();
      return isAdmitted;
    },
    report: (component, report) => {
      const answer = reportUsage(report, reporters.get(component) ?? [], ledger, profileOf);
      look();
      return answer;
    },
    begin: (onSpent) => {
      tell = onSpent;
      began = clock.now();
      counted = began;
      const left = wall && { ...wall, seconds: Math.max(0, wall.seconds - wallUsed) };
      watchWallClock(left, clock, over.signal, () => {
        if (wall) ledger.exhaust({ profile: wall.profile, budget: 'wallClockSeconds' });
        look();
      });
      if (ledger.rows().length > 0 || reporters.size > 0) writeLater();
      // What an earlier process has used up is not had again.
      look();
    },
    end: () => {
      over.abort();
      countTime(0);
      write();
    },
  };
}

const isUsed = ({ used, unmeasured = 0 }: BudgetUse): boolean => used > 0 || unmeasured > 0;
