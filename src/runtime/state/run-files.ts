/** What `run` wrote down of a run, for whoever goes on with it. */
import { existsSync, readFileSync } from 'node:fs';
import { digestOf } from '../../base/digest.ts';
import { canonicalJson, isObject, type JsonObject, type JsonValue } from '../../base/json.ts';
import { isShallow } from '../../base/json-depth.ts';
import { canonicalText } from '../../base/quick-json.ts';
import type { Blocked } from '../../ir/blocked.ts';
import type { PlanRuntime } from '../../ir/plan-runtime-schema.ts';
import type { DeploymentPlan } from '../../ir/plan-schema.ts';
import { fits as fitsOptions } from '../../language/generated/options.js';
import { fits as fitsPlan } from '../../language/generated/plan.js';
import { planInFile } from '../../language/plan-file/read.ts';
import { planFileVersions } from '../../language/plan-file/versions.ts';
import type { RunSettings } from '../run-options.ts';
import { optionsUnread, planNewer, planUnread } from './refusals.ts';
import { type RunPaths, runPaths } from './run-folder.ts';

export interface RunFiles {
  readonly plan: DeploymentPlan;
  readonly settings: RunSettings;
  /** Of options.json as it lies there. */
  readonly optionsDigest: string;
}

/** Undefined when there is no such run; blocked when what was written is not what is there. */
export function readRunFiles(stateDir: string, id: string): RunFiles | { readonly blocked: Blocked } | undefined {
  const paths = runPaths(stateDir, id);
  // A run appears with its plan in it, so one that is gone was taken away.
  if (!existsSync(paths.plan) && !existsSync(paths.journal)) return undefined;
  const file = objectIn(paths.plan);
  if (typeof file === 'string') return { blocked: planUnread(id, paths.plan, file) };
  const { version } = file;
  if (version !== undefined && !planFileVersions.includes(version))
    return { blocked: planNewer(id, paths.plan, JSON.stringify(version)) };
  const unfolded = planInFile(file);
  if ('fault' in unfolded) return { blocked: planUnread(id, paths.plan, `was changed: ${unfolded.fault}`) };
  const { plan } = unfolded;
  const { planDigest, ...content } = plan;
  if (planDigest !== digestOf(canonicalText(content)))
    return { blocked: planUnread(id, paths.plan, 'was changed: its digest does not match its content') };
  if (!fitsPlan(plan)) return { blocked: planUnread(id, paths.plan, 'was changed: it is not a plan') };
  const settings = settingsIn(paths);
  if (typeof settings === 'string') return { blocked: optionsUnread(id, paths.options, settings) };
  const optionsDigest = digestOf(readFileSync(paths.options, 'utf8'));
  return { plan: withComponents(plan as unknown as DeploymentPlan, settings), settings, optionsDigest };
}

/** What options.json says of a run, in canonical JSON; its digest stands in the first entry of the journal. No secret is in it. */
export const optionsText = ({
  sourceFolder,
  root,
  externals,
  exportPorts,
  noSandbox,
  on,
  legacy,
}: RunSettings): string => {
  const options = {
    sourceFolder,
    ...(root === undefined ? {} : { root }),
    externals,
    exportPorts,
    ...(noSandbox ? { noSandbox } : {}),
    ...(on === undefined ? {} : { on }),
    ...legacy,
  };
  return `${canonicalJson(options as unknown as JsonValue)}\n`;
};

/** What `run` wrote down of an earlier run; undefined when there is none, or what was written down is not what is there. */
export function readRun(stateDir: string, id: string): RunFiles | undefined {
  const found = readRunFiles(stateDir, id);
  return found && 'plan' in found ? found : undefined;
}

function settingsIn({ options }: RunPaths): RunSettings | string {
  const found = objectIn(options);
  if (typeof found === 'string') return found;
  if (!fitsOptions(found)) return 'was changed: it does not say how the run was begun';
  const { components, ...settings } = found;
  return { ...settings, ...(isObject(components) ? { legacy: { components } } : {}) } as unknown as RunSettings;
}

/** How components run once stood in options.json, and goes on to count for the runs that were begun so. */
function withComponents(plan: DeploymentPlan, { legacy }: RunSettings): DeploymentPlan {
  if (!legacy || Object.keys(legacy.components).length === 0) return plan;
  return { ...plan, runtime: { components: legacy.components as NonNullable<PlanRuntime['components']> } };
}

/** Far deeper than manifests can be; much of what reads JSON recurses. */
const mostNesting = 1_000;

/** A text says what is wrong with the file. */
function objectIn(path: string): JsonObject | string {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' ? 'is gone' : `cannot be read: ${message}`;
  }
  if (!isShallow(text, mostNesting)) return 'was changed: it is nested too deeply';
  try {
    const value = JSON.parse(text) as JsonValue;
    return isObject(value) ? value : 'was changed: it is not an object';
  } catch {
    return 'was changed: it is not JSON';
  }
}
