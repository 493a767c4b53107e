/**
 * A plan and what the operator gives → the components and edges of a run. Reads nothing and starts nothing: what is missing is
 * known before the first effect.
 */
import { join } from 'node:path';
import { slotAddress } from '../../../adapters/relay/egress-environment.ts';
import { parseGrant } from '../../../adapters/relay/egress-grants.ts';
import { isObject, type JsonObject, own } from '../../../base/json.ts';
import { suggest } from '../../../base/suggest.ts';
import type { Blocked } from '../../../ir/blocked.ts';
import type { LoweredMount } from '../../../ir/graph.ts';
import type { DeploymentPlan, PlanComponent } from '../../../ir/plan-schema.ts';
import { evaluateConfig } from '../../../language/config/evaluate.ts';
import { readRootConfig } from '../../../language/config/root-config.ts';
import { type PathProgram, renderProgram } from '../../../language/program/render.ts';
import { applyDefaults } from '../../../language/schema/defaults.ts';
import { validateValue } from '../../../language/schema/validate.ts';
import type { Budget, ComponentSpec, Restart, SlotPort } from '../../../plan/wiring/component.ts';
import { toConfigValue } from '../../../plan/wiring/config-value.ts';
import { edgesOf, type RunEdge } from '../../../plan/wiring/edges.ts';
import { endpointsOf, programOf } from '../../../plan/wiring/endpoints.ts';
import { secretMarks, secretsIn } from '../../../plan/wiring/secrets.ts';
import { checkStorage, storageOf } from '../../../plan/wiring/storage.ts';
import { restartLimits } from '../../actions/component/restarts.ts';
import { checkKinds } from './check-kinds.ts';
import { checkExports, checkExternals } from './check-outside.ts';
import { createUnboundSlots } from './unbound-slots.ts';

export interface RunInputs {
  readonly plan: DeploymentPlan;
  /** Absolute; names of sources are relative to it. */
  readonly sourceFolder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly configFile?: JsonObject;
  /** URLs for the slots of the root, by name. */
  readonly externals: Readonly<Record<string, string>>;
  /** By the name of the export. */
  readonly exportPorts?: Readonly<Record<string, number>>;
  /** By moniker. */
  readonly components: Readonly<Record<string, ComponentSettings>>;
}

export interface ComponentSettings {
  readonly restart?: Restart;
  /** Restarts in a row; 8 unless given. */
  readonly restarts?: number;
  /** How long its ports may take to open; 60 unless given. */
  readonly readySeconds?: number;
  readonly limits?: Budget;
  readonly egress?: readonly string[];
}

export interface Prepared {
  /** In the order of the plan. */
  readonly components: readonly ComponentSpec[];
  readonly edges: readonly RunEdge[];
  /** Values that must not be shown; for the redactor alone. */
  readonly secrets: readonly string[];
}

export function prepareRun(inputs: RunInputs): Prepared | { readonly blocked: readonly Blocked[] } {
  const { plan } = inputs;
  const blocked: Blocked[] = [];
  const root = rootConfigOf(inputs, blocked);
  checkExternals(inputs, blocked);
  checkExports(inputs, blocked);
  checkKinds(plan, blocked);
  checkSettings(inputs, blocked);
  checkStorage(plan, blocked);
  if (blocked.length > 0) return { blocked };
  const running = new Set(plan.components.filter(programOf).map(({ moniker }) => moniker));
  const edges = edgesOf(plan).filter((edge) => isCarried(edge, running, inputs));
  const components = plan.components.flatMap((component) =>
    running.has(component.moniker) ? (specOf(component, edges, root, inputs, blocked) ?? []) : [],
  );
  return blocked.length > 0 ? { blocked } : { components, edges, secrets: secretsIn(plan, root) };
}

/** An optional root slot that nobody gave a URL for carries nothing. */
const isCarried = ({ from, to }: RunEdge, running: ReadonlySet<string>, { externals }: RunInputs): boolean =>
  (to.kind === 'export' || running.has(to.moniker)) &&
  (from.kind === 'component' ? running.has(from.moniker) : own(externals, from.slot) !== undefined);

function rootConfigOf({ plan, env, configFile }: RunInputs, blocked: Blocked[]): JsonObject {
  const schema = plan.config.schema as JsonObject | null;
  if (!schema) return {};
  const needed = plan.config.leaves.filter(({ consumers }) => consumers.length > 0).map(({ path }) => path);
  const { config, missing, problems } = readRootConfig({
    schema,
    needed,
    env,
    ...(configFile ? { file: configFile } : {}),
  });
  for (const { path, env: name } of missing) {
    blocked.push({
      gate: 'config_missing',
      subject: `config.${path}`,
      reasons: ['it is required, has no default, and is not given'],
      remedy: `set ${name}, or give it in the file of --config`,
    });
  }
  for (const { path, message } of problems) {
    const subject = path === '' ? 'config' : `config.${path}`;
    blocked.push({
      gate: 'config_invalid',
      subject,
      reasons: [message],
      remedy: 'give a value that the schema accepts',
    });
  }
  return config;
}

function checkSettings({ plan, components }: RunInputs, blocked: Blocked[]): void {
  const known = plan.components.map(({ moniker }) => moniker);
  for (const [moniker, { egress = [] }] of Object.entries(components)) {
    for (const grant of egress) {
      if (parseGrant(grant)) continue;
      blocked.push({
        gate: 'egress_invalid',
        subject: moniker,
        reasons: [`\`${grant}\` grants nothing`],
        remedy: 'write host:port in `egress` of the settings, such as `example.com:443` or `[2001:db8::1]:443`',
      });
    }
    if (known.includes(moniker)) continue;
    const near = suggest(moniker, known);
    blocked.push({
      gate: 'component_unknown',
      subject: moniker,
      reasons: ['the settings say how it runs, and the scenario has no such component'],
      remedy: near === undefined ? 'remove it from `components` in the settings' : `did you mean \`${near}\`?`,
    });
  }
}

function specOf(
  component: PlanComponent,
  edges: readonly RunEdge[],
  root: JsonObject,
  inputs: RunInputs,
  blocked: Blocked[],
): ComponentSpec | undefined {
  const { moniker } = component;
  const program = programOf(component) as PathProgram;
  const stop = (gate: string, reasons: readonly string[], remedy: string): undefined => {
    blocked.push({ gate, subject: moniker, reasons, remedy });
    return undefined;
  };
  const config = configOf(component, root);
  if ('problems' in config) return stop('config_invalid', config.problems, 'correct the config of the root');
  const own_ = edges.filter(({ to }) => to.kind === 'slot' && to.moniker === moniker);
  const settings = own(inputs.components, moniker) ?? {};
  const slots = allocatePorts(component, own_, slotAddress(settings.egress ?? []));
  const urls = slotUrls(component, own_, slots);
  const isFile = (mount: LoweredMount): boolean => mount['kind'] === 'file';
  const mounts = (program.mounts ?? []) as readonly LoweredMount[];
  const files = { ...program, mounts: mounts.filter(isFile) } as PathProgram;
  const unbound = createUnboundSlots(component, inputs);
  const rendered = renderProgram(files, { config: config.value, slots: urls, whyUnbound: unbound.why });
  const { problems } = rendered;
  if (problems.length > 0) return stop('program_incomplete', problems, unbound.remedies(problems.length).join('; '));
  const shown = secretMarks(inputs.plan, component, files, urls, root);
  if (shown.length > 0)
    return stop(
      'secret_in_arguments',
      shown.map(
        (path) =>
          `its arguments hold the secret \`config.${path}\`, and every process of this machine can read arguments`,
      ),
      'hand the secret over in `env`, or in a file with `mounts`',
    );
  return {
    moniker,
    argv: rendered.argv,
    env: rendered.env,
    files: rendered.files,
    cwd: folderOf(component, inputs),
    ports: [...new Set(endpointsOf(component).map(({ port }) => port))],
    provides: edges.flatMap(({ key, from }) =>
      from.kind === 'component' && from.moniker === moniker ? [{ edge: key, port: from.port }] : [],
    ),
    slots,
    storage: storageOf(component, mounts, inputs.plan),
    restart: settings.restart ?? 'on-failure',
    restarts: settings.restarts ?? restartLimits.most,
    readyMs: settings.readySeconds === undefined ? null : settings.readySeconds * 1000,
    budget: settings.limits ?? {},
    after: strongProviders(own_, moniker),
    egress: egressOf(component, slots, settings.egress ?? []),
  };
}

function configOf(
  component: PlanComponent,
  root: JsonObject,
): { readonly value: JsonObject } | { readonly problems: readonly string[] } {
  const { value, problems } = evaluateConfig(toConfigValue(component.config as JsonObject), root);
  if (problems.length > 0) return { problems };
  const schema = component.configSchema as JsonObject | null;
  const given = isObject(value) ? value : {};
  if (!schema) return { value: given };
  const filled = applyDefaults(schema, given);
  const faults = validateValue(schema, filled);
  if (faults.length === 0) return { value: filled };
  return { problems: faults.map(({ pointer, message }) => `\`${['config', ...pointer].join('.')}\`: ${message}`) };
}

/** Interposers have no manifest: they start in the folder of the policy that proposed them. */
function folderOf({ manifest, origin }: PlanComponent, { plan, sourceFolder }: RunInputs): string | null {
  const policy =
    origin.kind === 'policy'
      ? plan.policies.find(({ scope, policy }) => scope === origin.scope && policy === origin.policy)?.manifest
      : undefined;
  const source = manifest ?? policy;
  if (source === undefined || source === null || /^[a-z][a-z0-9+.-]*:\/\//i.test(source)) return null;
  return join(sourceFolder, source, '..');
}

const FIRST_SLOT_PORT = 20_000;

/** Fixed by the plan alone: from 20000 upwards in the order of the edges, around what the program listens on itself. */
function allocatePorts(component: PlanComponent, edges: readonly RunEdge[], address: string): readonly SlotPort[] {
  const taken = new Set(endpointsOf(component).map(({ port }) => port));
  let port = FIRST_SLOT_PORT;
  return edges.flatMap(({ key, from, to }) => {
    // What a component binds to itself needs no way around.
    if (to.kind !== 'slot' || (from.kind === 'component' && from.moniker === component.moniker)) return [];
    while (taken.has(port)) port++;
    return [{ slot: to.slot, address, port: port++, edge: key }];
  });
}

/** Behind the last slot. */
function egressOf(
  component: PlanComponent,
  slots: readonly SlotPort[],
  grants: readonly string[],
): ComponentSpec['egress'] {
  if (grants.length === 0) return null;
  const taken = new Set(endpointsOf(component).map(({ port }) => port));
  let port = Math.max(FIRST_SLOT_PORT - 1, ...slots.map((slot) => slot.port)) + 1;
  while (taken.has(port)) port++;
  return { grants, port };
}

function slotUrls(
  { moniker }: PlanComponent,
  edges: readonly RunEdge[],
  ports: readonly SlotPort[],
): Readonly<Record<string, readonly string[]>> {
  const urls: Record<string, string[]> = {};
  for (const { key, from, to, protocol } of edges) {
    if (to.kind !== 'slot') continue;
    const own_ = from.kind === 'component' && from.moniker === moniker ? from.port : undefined;
    const slot = own_ === undefined ? ports.find(({ edge }) => edge === key) : { address: '127.0.0.1', port: own_ };
    urls[to.slot] = [...(urls[to.slot] ?? []), `${protocol}://${slot?.address}:${slot?.port}`];
  }
  return urls;
}

function strongProviders(edges: readonly RunEdge[], moniker: string): readonly string[] {
  const providers = edges.flatMap(({ from, weak }) => (from.kind === 'component' && !weak ? [from.moniker] : []));
  return [...new Set(providers)].filter((provider) => provider !== moniker).sort();
}
