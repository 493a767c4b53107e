/** The objects of a plan in a cluster, for one run. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { atomicWrite } from '../../../adapters/files/atomic-write.ts';
import type { JsonObject } from '../../../base/json.ts';
import type { Blocked } from '../../../ir/blocked.ts';
import type { DeploymentPlan } from '../../../ir/plan-schema.ts';
import { slotVariable } from '../../../plan/wiring/variable-name.ts';
import type { Applied, Hear, Observed, Target } from '../../../ports/target.ts';
import { settledFor } from '../../component-settings.ts';
import { type Called, type Caller, lastWords, listen } from '../call.ts';
import { freePorts, takenPorts } from '../compose/ports.ts';
import { configTexts } from '../config-texts.ts';
import { unavailable } from '../unavailable.ts';
import { type Forward, forward } from './forward.ts';
import {
  exportServices,
  type Files,
  managedLabel,
  overlay,
  policiesLost,
  runLabel,
  secretPaths,
  taskJobs,
} from './objects.ts';
import { type Cluster, canaryIn, podOfLife, seenIn } from './observe.ts';
import { factsIn, unconfirmed, undone, unproven } from './refusals.ts';

export interface KubernetesOptions {
  readonly runId: string;
  readonly plan: DeploymentPlan;
  /** Of the run, for what is applied. */
  readonly folder: string;
  readonly files: Files;
  readonly root: JsonObject;
  readonly externals: Readonly<Record<string, string>>;
  readonly exportPorts: Readonly<Record<string, number>>;
  readonly namespace: string | undefined;
  readonly context: string | undefined;
  /** What is no longer in the plan may be deleted. */
  readonly prunes: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly call: Caller;
}

/** Everything but claims, in which there is what is to be kept. */
const kinds =
  'deployments.apps,jobs.batch,services,poddisruptionbudgets.policy,configmaps,secrets,serviceaccounts,networkpolicies.networking.k8s.io';
const patienceMs = 30_000;
/** The canary tries what must not work until it does not. */
const canaryMs = 240_000;

export function createKubernetesTarget(options: KubernetesOptions): Target {
  const { runId, plan, folder, files, env, call } = options;
  const ofRun = `${runLabel}=${runId}`;
  const place = [
    ...(options.context === undefined ? [] : ['--context', options.context]),
    ...(options.namespace === undefined ? [] : ['--namespace', options.namespace]),
  ];
  const forwards: Forward[] = [];
  let isThere = false;

  const kubectl = (
    args: readonly string[],
    more: { readonly signal?: AbortSignal; readonly timeoutMs?: number } = {},
  ): Promise<Called> => call('kubectl', [...place, ...args], { env, ...more });
  const itemsOf = async (args: readonly string[]): Promise<readonly JsonObject[] | string> => {
    const said = await kubectl(['get', ...args, '-o', 'json'], { timeoutMs: patienceMs });
    if (said.code !== 0) return lastWords(said.stderr, 1);
    try {
      return (JSON.parse(said.stdout) as { readonly items: readonly JsonObject[] }).items;
    } catch {
      return 'kubectl did not answer in JSON';
    }
  };
  const look = async (): Promise<Cluster | string> => {
    const [workloads, pods] = await Promise.all([
      itemsOf(['deployments.apps,jobs.batch', '-l', ofRun]),
      itemsOf(['pods', '-l', managedLabel]),
    ]);
    if (typeof workloads === 'string') return workloads;
    return typeof pods === 'string' ? pods : { workloads, pods };
  };
  const observe = async (): Promise<Observed> => {
    const found = await look();
    if (typeof found === 'string') return { fault: found };
    return { seen: seenIn(found, (moniker) => settledFor(moniker, plan).restarts) };
  };

  /** Secrets stand in files as long as they are being applied. */
  const withFiles = async <T>(done: readonly string[], work: () => Promise<T>): Promise<T> => {
    const base = join(folder, 'plan');
    mkdirSync(base, { recursive: true, mode: 0o700 });
    const texts = configTexts(plan, options.root);
    const lines = [
      ...plan.config.leaves.flatMap(({ path, env: name, secret }) =>
        secret || !texts.has(path) ? [] : [[name, texts.get(path)]],
      ),
      ...Object.entries(options.externals).map(([slot, to]) => [slotVariable(slot), to]),
    ];
    const written: readonly (readonly [string, string])[] = [
      ...[...files].map(([path, text]) => [`plan/${path}`, text] as const),
      ['plan/config.env', lines.map(([name, text]) => `${name}=${text}\n`).join('')],
      ['kustomization.yaml', overlay(runId, done)],
    ];
    for (const [path, text] of written) {
      mkdirSync(dirname(join(folder, path)), { recursive: true, mode: 0o700 });
      atomicWrite(join(folder, path), text);
    }
    const secrets = join(base, 'secrets');
    try {
      mkdirSync(secrets, { recursive: true, mode: 0o700 });
      for (const path of secretPaths(files)) writeFileSync(join(secrets, path), texts.get(path) ?? '', { mode: 0o600 });
      return await work();
    } finally {
      rmSync(secrets, { recursive: true, force: true });
    }
  };

  const namesIn = ({ stdout }: Called): readonly string[] => stdout.split('\n').filter((line) => line !== '');

  const apply: Target['apply'] = async (without, _, signal): Promise<Applied> => {
    const jobs = taskJobs(files);
    const first = await observe();
    if ('fault' in first) return { fault: first.fault };
    const taken = first.seen.size > 0 ? [] : await takenPorts(options.exportPorts);
    if (taken.length > 0) return { blocked: taken };
    const over = [...jobs].filter(([moniker]) => !without.has(moniker) && first.seen.get(moniker)?.state === 'ended');
    for (const [, job] of over) await kubectl(['delete', 'job', job, '--ignore-not-found', '--wait=true'], { signal });
    const done = [...jobs].flatMap(([moniker, job]) => (without.has(moniker) ? [job] : []));
    return withFiles(done, async () => {
      const wanted = await kubectl(['apply', '--dry-run=client', '-k', folder, '-o', 'name'], { signal });
      if (wanted.code !== 0) return refusedBy(wanted, signal);
      const found = await kubectl(['get', kinds, '-l', managedLabel, '-o', 'name'], { signal });
      if (found.code !== 0) return refusedBy(found, signal);
      const keeps = new Set([...namesIn(wanted), ...done.map((job) => `job.batch/${job}`)]);
      const left = namesIn(found).filter((name) => !keeps.has(name));
      if (left.length > 0 && !options.prunes) return { blocked: [unconfirmed(left)] };
      const applied = await kubectl(['apply', '--server-side', '--field-manager=headgate', '-k', folder], { signal });
      if (applied.code !== 0) return refusedBy(applied, signal);
      isThere = true;
      if (left.length > 0) {
        const pruned = await kubectl(['delete', '--ignore-not-found', '--wait=false', ...left], { signal });
        if (pruned.code !== 0) return refusedBy(pruned, signal);
      }
      return { applied: true };
    });
  };

  const refusedBy = ({ stderr, code }: Called, signal: AbortSignal): Applied => {
    if (signal.aborted) return { fault: 'it was interrupted' };
    const [, namespace] = /namespaces? "([^"]*)" not found/.exec(stderr) ?? [];
    if (namespace !== undefined)
      return {
        blocked: [
          unavailable(
            'kubernetes',
            `there is no namespace ${namespace}`,
            `\`kubectl create namespace ${namespace}\` makes it, or name another one with --namespace`,
          ),
        ],
      };
    return { fault: lastWords(stderr) || `kubectl ended with status ${code ?? 'unknown'}` };
  };

  const confirm = async (signal: AbortSignal): Promise<readonly Blocked[]> => {
    const end = Date.now() + canaryMs;
    for (;;) {
      const found = await look();
      const { state, said } =
        typeof found === 'string' ? ({ state: 'running', said: found } as const) : canaryIn(found);
      if (state === 'passed') return asWritten();
      if (signal.aborted) return [];
      if (state === 'absent' || state === 'failed')
        return [unproven(said || (state === 'absent' ? 'it is not there' : 'it failed'))];
      if (Date.now() > end)
        return [unproven(`it did not end within ${canaryMs / 1000} s${said === '' ? '' : `: ${said}`}`)];
      await sleep(1000, undefined, { signal }).catch(() => {});
    }
  };

  /** What the canary has tried holds for all rules that are there. */
  const asWritten = async (): Promise<readonly Blocked[]> => {
    const there = await itemsOf(['networkpolicies.networking.k8s.io', '-l', ofRun]);
    if (typeof there === 'string') return [unproven(there)];
    const lost = policiesLost(files, there);
    return lost.length === 0 ? [] : [undone(lost)];
  };

  const stop = async (graceMs: number): Promise<string | undefined> => {
    if (!isThere) {
      const known = await kubectl(['get', kinds, '-l', ofRun, '-o', 'name'], { timeoutMs: patienceMs });
      if (known.code === 0 && known.stdout.trim() === '') return undefined;
    }
    for (const one of forwards.splice(0)) one.close();
    const seconds = graceMs === 0 ? ['--grace-period=0', '--force'] : [`--grace-period=${Math.ceil(graceMs / 1000)}`];
    // First whoever runs, and then what holds them apart.
    const [workloads, rest] = [kinds.split(',').slice(0, 2), kinds.split(',').slice(2)];
    const ended = await kubectl([
      'delete',
      workloads.join(','),
      '-l',
      ofRun,
      '--cascade=foreground',
      '--ignore-not-found',
      '--wait=true',
      '--timeout=120s',
      ...seconds,
    ]);
    const removed = await kubectl([
      'delete',
      rest.join(','),
      '-l',
      ofRun,
      '--ignore-not-found',
      '--wait=true',
      '--timeout=60s',
    ]);
    const wrong = [ended, removed].find(({ code }) => code !== 0);
    return wrong ? lastWords(wrong.stderr, 1) : undefined;
  };

  return {
    name: 'kubernetes',
    probe: async () => {
      const said = await kubectl(['version', '-o', 'json', '--request-timeout=10s'], { timeoutMs: patienceMs });
      if (said.missing)
        return {
          blocked: [
            unavailable(
              'kubectl',
              'there is no program `kubectl` in PATH',
              'install it, of a version near that of the cluster',
            ),
          ],
          facts: { kubectl: null },
        };
      if (said.code !== 0)
        return {
          blocked: [
            unavailable(
              'kubernetes',
              `the cluster does not answer: ${lastWords(said.stderr, 1)}`,
              'say in KUBECONFIG, or with --context, which cluster it is, and see that it is up',
            ),
          ],
          facts: { kubernetes: null },
        };
      return { blocked: [], facts: factsIn(said.stdout) };
    },
    apply,
    observe,
    confirm,
    repeats: false,
    follow,
    exports: async (_, signal) => {
      const services = exportServices(files);
      const ports = await freePorts(
        services.map(({ name }) => name),
        options.exportPorts,
      );
      const made = services.map(({ name, service, port }) => {
        const one = forward(
          [...place, 'port-forward', '--address', '127.0.0.1', `service/${service}`, `${ports[name]}:${port}`],
          env,
        );
        forwards.push(one);
        return one.open;
      });
      const interrupted = new Promise<void>((over) => {
        signal.addEventListener('abort', () => over(), { once: true });
      });
      await Promise.race([Promise.all(made), interrupted]);
      const protocols = new Map(plan.exports.map(({ name, protocol }) => [name, protocol]));
      return Object.fromEntries(
        services.map(({ name }) => [name, `${protocols.get(name)}://127.0.0.1:${ports[name]}`]),
      );
    },
    stop,
    close: async () => {
      for (const one of forwards.splice(0)) one.close();
    },
  };

  async function follow(life: string, since: string | undefined, hear: Hear, signal: AbortSignal): Promise<boolean> {
    const pods = await itemsOf(['pods', '-l', managedLabel]);
    const found = typeof pods === 'string' ? undefined : podOfLife(pods, life);
    if (!found) return false;
    const from = [
      ...(since === undefined ? [] : [`--since-time=${since}`]),
      ...(found.isPrevious ? ['--previous'] : ['--follow']),
    ];
    // What programs say comes on stdout, of both of their streams; on stderr is what kubectl says itself.
    const said: Hear = (stream, chunk) => (stream === 'stdout' ? hear(stream, chunk) : undefined);
    const args = [...place, 'logs', ...from, '-c', 'program', found.name];
    return (await listen('kubectl', args, { env, signal }, said)) === 0;
  }
}
