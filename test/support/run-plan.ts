/** Runs the `path` programs of a plan on loopback, on the ports that they declare: enough to see a small chain at work. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isObject, type JsonObject, type JsonValue, own } from '../../src/base/json.ts';
import type { ConfigValue } from '../../src/ir/config.ts';
import type { LoweredProgram } from '../../src/ir/graph.ts';
import type { DeploymentPlan, PlanComponent } from '../../src/ir/plan-schema.ts';
import { evaluateConfig } from '../../src/language/config/evaluate.ts';
import { type PathProgram, renderProgram } from '../../src/language/program/render.ts';
import { applyDefaults } from '../../src/language/schema/defaults.ts';

export interface RunPlanOptions {
  readonly rootConfig?: JsonObject;
  /** Monikers of the components to start; all that have a program unless given. */
  readonly only?: readonly string[];
  /** Stands in for components that are not started: moniker and provide, such as `/responder.a2a` → URL. */
  readonly urls?: Readonly<Record<string, string>>;
}

export interface RunningPlan {
  /** URL behind a provide, named as in `/caller.status`. */
  readonly urlOf: (provide: string) => string;
  /** URLs of the scenario's exports. */
  readonly exports: Readonly<Record<string, string>>;
  /** Ends every program with SIGTERM, and tells how each ended: its exit code or signal, by moniker. */
  readonly stop: () => Promise<Readonly<Record<string, number | string>>>;
}

/** Resolves when every program listens. Throws, and leaves nothing behind, when one cannot be started. */
export async function runPlan(plan: DeploymentPlan, options: RunPlanOptions = {}): Promise<RunningPlan> {
  const wanted = plan.components.filter(
    (c) => c.program !== null && (options.only === undefined || options.only.includes(c.moniker)),
  );
  await requireFreePorts(wanted);
  const urlOf = (provide: string): string => own(options.urls ?? {}, provide) ?? declaredUrl(plan, provide);
  const rootConfig = applyDefaults((plan.config.schema ?? {}) as JsonObject, options.rootConfig ?? {});
  const folder = mkdtempSync(join(tmpdir(), 'headgate-run-'));
  const started: Started[] = [];
  const stop = async (): Promise<Readonly<Record<string, number | string>>> => {
    const ends = await Promise.all(started.map(async (one) => [one.moniker, await end(one.child)] as const));
    rmSync(folder, { recursive: true, force: true });
    return Object.fromEntries(ends);
  };
  try {
    for (const component of wanted)
      started.push(start(component, slotUrls(plan, component, urlOf), rootConfig, folder));
    await Promise.all(started.map(listening));
  } catch (error) {
    await stop();
    throw error;
  }
  const shown = plan.exports.map(({ name, from }) => [name, urlOf(`${from.component}.${from.provide}`)] as const);
  return { urlOf, exports: Object.fromEntries(shown), stop };
}

const programOf = (component: PlanComponent): PathProgram => {
  const program = component.program as LoweredProgram;
  if ('path' in program) return program;
  throw new Error(`${component.moniker} is no \`path\` program`);
};

const endpointsOf = (component: PlanComponent) => programOf(component).network?.endpoints ?? [];

/** Two programs on one port would be one program asked in the place of another. */
async function requireFreePorts(components: readonly PlanComponent[]): Promise<void> {
  const users = new Map<number, string>();
  for (const component of components) {
    for (const { port, name } of endpointsOf(component)) {
      const who = `endpoint \`${name}\` of ${component.moniker}`;
      const other = users.get(port);
      if (other !== undefined) throw new Error(`port ${port} is declared by ${other} and by ${who}`);
      users.set(port, who);
      if (!(await isFree(port))) throw new Error(`port ${port}, ${who}, is in use by another program`);
    }
  }
}

const isFree = (port: number): Promise<boolean> =>
  new Promise((done) => {
    const server = createServer();
    server.on('error', () => done(false));
    server.listen({ port, host: '127.0.0.1' }, () => server.close(() => done(true)));
  });

function declaredUrl(plan: DeploymentPlan, provide: string): string {
  const dot = provide.lastIndexOf('.');
  const component = plan.components.find(({ moniker }) => moniker === provide.slice(0, dot));
  const endpoint = component && own(component.provides, provide.slice(dot + 1))?.endpoint;
  const found = component && endpointsOf(component).find(({ name }) => name === endpoint);
  if (!found) throw new Error(`the plan has no endpoint behind ${provide}`);
  return `${found.protocol}://127.0.0.1:${found.port}`;
}

function slotUrls(
  plan: DeploymentPlan,
  { moniker }: PlanComponent,
  urlOf: (provide: string) => string,
): Readonly<Record<string, readonly string[]>> {
  const slots: Record<string, string[]> = {};
  for (const { from, to } of plan.edges.filter((edge) => edge.to.component === moniker)) {
    if (from.kind !== 'component')
      throw new Error(`${moniker}.${to.slot} is bound to something other than a component`);
    slots[to.slot] = [...(slots[to.slot] ?? []), urlOf(`${from.component}.${from.provide}`)];
  }
  return slots;
}

interface Started {
  readonly moniker: string;
  readonly child: ChildProcess;
  readonly ports: readonly number[];
  readonly stderr: () => string;
}

function start(
  component: PlanComponent,
  slots: Readonly<Record<string, readonly string[]>>,
  rootConfig: JsonObject,
  cwd: string,
): Started {
  const { value, problems: unknown } = evaluateConfig(toConfigValue(component.config as JsonObject), rootConfig);
  const schema = (component.configSchema ?? {}) as JsonObject;
  const config = applyDefaults(schema, isObject(value) ? value : {});
  const { argv, env, files, problems } = renderProgram(programOf(component), { config, slots });
  const faults = [...unknown, ...problems, ...files.map((file) => `${file.path} is to be mounted`)];
  if (faults.length > 0) throw new Error(`${component.moniker} cannot be started: ${faults.join('; ')}`);
  const [command = '', ...args] = argv;
  const { PATH = '/usr/bin:/bin' } = process.env;
  const child = spawn(command, args, { cwd, env: { PATH, ...env }, stdio: ['ignore', 'ignore', 'pipe'] });
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk;
  });
  child.on('error', (error) => {
    stderr += error.message;
  });
  return {
    moniker: component.moniker,
    child,
    ports: endpointsOf(component).map(({ port }) => port),
    stderr: () => stderr,
  };
}

/** The composed config of a plan: known values, and references into the root config. */
function toConfigValue(template: JsonObject): ConfigValue {
  const [kind, value] = Object.entries(template)[0] as [string, JsonValue];
  switch (kind) {
    case 'literal':
      return { kind, value };
    case 'root':
      return { kind, path: value as string };
    case 'text':
      return { kind, parts: value as readonly (string | { readonly root: string })[] };
    case 'array':
      return { kind, items: (value as readonly JsonObject[]).map(toConfigValue) };
    case 'object': {
      const entries = Object.entries(value as JsonObject);
      return {
        kind,
        entries: Object.fromEntries(entries.map(([key, item]) => [key, toConfigValue(item as JsonObject)])),
      };
    }
    default:
      throw new Error(`config of an unknown kind: ${kind}`);
  }
}

const hasEnded = (child: ChildProcess): boolean =>
  child.pid === undefined || child.exitCode !== null || child.signalCode !== null;

async function listening({ moniker, child, ports, stderr }: Started): Promise<void> {
  const deadline = performance.now() + 120_000;
  for (const port of ports) {
    while (!(await accepts(port))) {
      if (hasEnded(child)) throw new Error(`${moniker} ended before it listened on port ${port}:\n${stderr()}`);
      if (performance.now() > deadline) throw new Error(`${moniker} does not listen on port ${port}:\n${stderr()}`);
      await sleep(20);
    }
  }
}

const accepts = (port: number): Promise<boolean> =>
  new Promise((done) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.on('connect', () => {
      socket.destroy();
      done(true);
    });
    socket.on('error', () => done(false));
  });

async function end(child: ChildProcess): Promise<number | string> {
  if (!hasEnded(child)) {
    const gone = new Promise<void>((done) => child.once('exit', () => done()));
    child.kill('SIGTERM');
    const late = setTimeout(() => child.kill('SIGKILL'), 120_000);
    await gone;
    clearTimeout(late);
  }
  return child.exitCode ?? child.signalCode ?? 'not started';
}
