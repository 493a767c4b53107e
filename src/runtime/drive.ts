/** Drives the actions of a run, wherever its components are placed, and judges how it ended. */
import { isDeepStrictEqual } from 'node:util';
import type { Blocked } from '../ir/blocked.ts';
import type { Environment } from '../ports/environment.ts';
import type { Life } from './actions/component/life.ts';
import type { ComponentStatus } from './actions/component/life-state.ts';
import { createTurns, startsAtOnce } from './actions/component/turns.ts';
import { createWatch } from './actions/component/watch.ts';
import { grantsOf } from './authority/grants.ts';
import { authorityOfRun } from './authority/of-run.ts';
import { watchAuthority } from './authority/watch.ts';
import { noSecrets } from './bindings/binder.ts';
import { type BoundEnvironment, bindEnvironment } from './bindings/bound-environment.ts';
import { healthOf } from './bindings/check-vaults.ts';
import { createRotation } from './bindings/rotation.ts';
import { spentText } from './budgets/words.ts';
import type { Drive, DriveOptions } from './drive-options.ts';
import type { Placement } from './environments/placement.ts';
import { judgeEnd } from './gate/gate.ts';
import { inGateOrder } from './gate/order.ts';
import type { Outcome } from './gate/outcome.ts';
import { createInteractions } from './interactions/interactions.ts';
import { rejectedConfirmations } from './interactions/rejected.ts';
import { whileWritable } from './journal/writable.ts';
import { makeLives } from './lives.ts';
import { createCompletion } from './probes/complete.ts';
import { completionOf, probesOf } from './probes/completion.ts';
import { type RunContext, standAgain } from './run-context.ts';
import { execute } from './scheduler/execute.ts';
import { actionGraph, startOf } from './scheduler/graph.ts';
import { settleLeft } from './scheduler/left.ts';
import { createFinalizer } from './workspaces/finalize-live.ts';
import { finalizeOfComponent } from './workspaces/of-component.ts';
import { noSources } from './workspaces/run-copies.ts';
import { failedFinalize } from './workspaces/unfinalized.ts';

export function drive(options: DriveOptions): Drive {
  const { components, edges, record, budgets, secrets = noSecrets } = options;
  const stopping = new AbortController();
  stopping.signal.addEventListener('abort', secrets.stop, { once: true });
  const bound = new Map(
    options.placement.environments.map((one) => [one, bindEnvironment(budgets.around(one), secrets, stopping.signal)]),
  );
  const boundOf = (one: Environment): BoundEnvironment =>
    bound.get(one) ?? bindEnvironment(budgets.around(one), secrets, stopping.signal);
  const placement: Placement = {
    environments: options.placement.environments.map(boundOf),
    of: (subject) => boundOf(options.placement.of(subject)),
  };
  const lives = new Map<string, Life>();
  const blocked: Blocked[] = [];
  const grants = grantsOf(components, edges);
  let graceMs = options.graceMs;
  let cancelled: Omit<Extract<Outcome, { readonly state: 'CANCELLED' }>, 'state'> | undefined;
  let exports: Readonly<Record<string, string>> = {};
  let isUp: (up: boolean) => void = () => {};
  const ready = new Promise<boolean>((done) => {
    isUp = done;
  });
  const watch = createWatch(() => [...lives.values()].map((life) => life.status()));
  const over = new AbortController();
  const interactions = createInteractions({
    runId: options.runId,
    record,
    state: options.known.state,
    generationOf: (target) => options.known.generationOf({ type: 'task.run', target }),
    redact: options.probes.redact,
    finalizeOf:
      options.finalizeOf ?? ((moniker) => finalizeOfComponent(options.known.state(), options.plan, moniker, true)),
    isOver: () => over.signal.aborted,
  });
  const copies = options.workspaces?.copies ?? [];
  const authority = authorityOfRun({
    plan: options.plan,
    components,
    edges,
    grants,
    copies,
    ...(options.slotSecrets ? { slotSecrets: options.slotSecrets } : {}),
    file: options.delegation,
    clock: options.clock,
    revoked: options.known.state().revoked,
    record,
    lives,
    onLost: (lost) => {
      context.refuse(lost);
      context.halt();
    },
  });
  const context: RunContext = {
    plan: options.plan,
    authority,
    placement,
    record,
    store: options.store,
    clock: options.clock,
    probes: {
      ...options.probes,
      turns: createTurns(1),
      unready: async () => ((await ready) ? watch.settled(stopping.signal) : []),
    },
    secrets,
    interactions,
    workspaces: {
      id: options.runId,
      record,
      authority,
      store: options.store,
      state: options.known.state,
      copies,
      sources: options.workspaces?.sources ?? (() => noSources),
      placeOf: ({ users: [first = ''] }) => options.placement.of(first).workspaces,
    },
    prepare: (moniker, on) => boundOf(options.placement.of(moniker)).prepare(moniker, on),
    turns: createTurns(startsAtOnce()),
    agents: budgets.agents,
    launches: createTurns(1),
    grants: new Map(grants.map((set) => [set.subject, set])),
    lives,
    graceMs: () => graceMs,
    stopping: stopping.signal,
    state: options.known.state,
    // What several of them need may be refused to each.
    refuse: (more) => blocked.push(...more.filter((one) => !blocked.some((known) => isDeepStrictEqual(known, one)))),
    isRefused: () => blocked.length > 0,
    halt: () => stopping.abort(),
    exported: (urls) => {
      exports = { ...exports, ...urls };
    },
  };
  const onUp = (up: boolean): void => {
    let isTold = false;
    try {
      if (up) {
        record.run('progress', { event: 'ready', exports: { ...exports } });
        options.onReady(exports);
      }
      // What did not come up once is no scenario; what fails later takes nothing else down.
      else stopping.abort();
      isTold = true;
    } finally {
      isUp(up && isTold);
    }
  };
  const completion = createCompletion(context, options.runId, ready);
  const work = async (): Promise<Outcome> => {
    const then = completionOf(options.plan)?.then;
    const probed = then ? probesOf(options.plan).map(([name]) => name) : [];
    const rejected = (): readonly Blocked[] => rejectedConfirmations(options.runId, options.known.state());
    const graph = actionGraph(components, grants, probed, options.proveEnforcement === true, copies);
    const left = await settleLeft(context, graph, options.runId, options.known.isAskedAgain);
    const ahead = graph.nodes().flatMap((id) => (left.done.has(id) || left.failed.has(id) ? [] : [graph.node(id)]));
    const missing = authority.missing(ahead.flatMap((action) => (action ? authority.needs.of(action) : [])));
    const closedBefore = [...missing, ...left.blocked];
    if (closedBefore.length > 0) return { state: 'BLOCKED', blocked: inGateOrder(closedBefore) };
    const onState = (status: ComponentStatus): void => {
      watch.changed();
      options.onState(status);
    };
    for (const one of makeLives({ ...options, placement, onState }, left.ended, context)) lives.set(one.moniker, one);
    for (const [moniker] of left.ended) budgets.agents.over(moniker);
    for (const [moniker, life] of lives) life.ended.finally(() => budgets.agents.over(moniker)).catch(() => {});
    if (options.plan.runtime?.grants) void watchAuthority(authority, options.clock, over.signal);
    const ends = await execute(context, graph, {
      ...left,
      onUp,
      stopped: Promise.race([whenAborted(stopping.signal), completion.broken]),
      // Without one the run goes on for as long as its components do.
      ...(then
        ? { performed: async () => !(await completion.judge(left.failed.size + rejected().length)) || then === 'stop' }
        : {}),
      ending: (isBroken) => {
        if (isBroken) stopping.abort();
        return completion.close();
      },
      ...(options.arrange ? { arrange: options.arrange } : {}),
    });
    // What was judged stays so, however long its services went on.
    const asked = completion.isJudged() ? undefined : cancelled;
    // Nobody who ends a run is to overlook that what was done in it is not where it belongs.
    if (asked && !failedFinalize(options.known.state())) return { state: 'CANCELLED', ...asked };
    const closed = [...blocked, ...rejected()];
    return closed.length > 0
      ? { state: 'BLOCKED', blocked: inGateOrder(closed) }
      : judgeEnd(new Map([...left.ended, ...ends]), completion.verdict());
  };
  const end = (why: NonNullable<typeof cancelled>, grace: number): void => {
    const isFirst = cancelled === undefined;
    cancelled ??= why;
    graceMs = grace;
    stopping.abort();
    // That it was asked to end is told where it can be; it ends in any case.
    if (isFirst) whileWritable(() => record.run('cancel', why));
  };
  const stop: Drive['stop'] = (reason, grace) => {
    const isFirst = cancelled === undefined;
    end({ reason }, grace);
    if (!isFirst) for (const life of lives.values()) void life.stop(reason, () => grace);
  };
  budgets.begin((budget) => {
    const reason = spentText(budget);
    end({ reason, budget }, options.graceMs);
    // Where its limit has ended it already it has not failed.
    if (budget.component !== undefined) void lives.get(budget.component)?.stop(reason, () => options.graceMs);
  });
  const outcome = work().finally(async () => {
    over.abort();
    budgets.end();
    isUp(false);
    for (const environment of placement.environments) await environment.close();
    await secrets.close();
  });
  return {
    ready,
    outcome,
    exports: () => exports,
    interactions,
    authority,
    probe: completion.probe,
    rotated: createRotation({
      plan: options.plan,
      binder: secrets,
      lives,
      environmentOf: (moniker) => boundOf(options.placement.of(moniker)),
      record,
      stand: (moniker) => {
        const component = components.find((one) => one.moniker === moniker);
        return component && standAgain(context, startOf(component));
      },
      graceMs: () => graceMs,
      namesOf: options.namesOf,
      isOver: () => over.signal.aborted,
    }),
    vaults: async () => {
      const looks = secrets.vaults().map(async (name) => [name, await healthOf(secrets, name)] as const);
      return Object.fromEntries(await Promise.all(looks));
    },
    status: () => [...lives.values()].map((life) => life.status()),
    finalize: createFinalizer(context, () => over.signal.aborted),
    stop,
  };
}

const whenAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((done) => {
    if (signal.aborted) done();
    else signal.addEventListener('abort', () => done(), { once: true });
  });
