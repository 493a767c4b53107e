/** `--report KIND=FILE` of `run` and `resume`: what became of the run and of its probes, for other programs. */
import { resolve } from 'node:path';
import type { Cli } from '../../app/cli.ts';
import { splitPair } from '../../app/flags.ts';
import { UsageError } from '../../app/usage-error.ts';
import { suggest } from '../../base/suggest.ts';
import { renderText } from '../../diagnostics/render/text.ts';
import type { DeploymentPlan } from '../../ir/plan-schema.ts';
import { probesOf, requiredProbes } from '../../runtime/probes/completion.ts';
import { statusOf } from '../../runtime/status.ts';
import { checkDestinations, writeOutputs } from '../output.ts';
import { githubText } from './github.ts';
import { junitXml } from './junit.ts';
import { sarifText } from './sarif.ts';
import type { ReportedRun } from './told.ts';

const writers = { junit: junitXml, sarif: sarifText, github: githubText } as const;
type Kind = keyof typeof writers;
const kinds = Object.keys(writers) as readonly Kind[];

export interface RunReport {
  readonly kind: Kind;
  readonly path: string;
  readonly shown: string;
}

/** Throws a usage error for what is no report, and where it cannot be written. */
export async function runReports(given: readonly string[] | undefined, cwd: string): Promise<readonly RunReport[]> {
  const reports = (given ?? []).map((text): RunReport => {
    const [name, shown] = splitPair(text) ?? [text, ''];
    const kind = kinds.find((one) => one === name);
    if (kind === undefined) {
      const near = suggest(name, kinds);
      const hint = near === undefined ? `reports: ${kinds.join(', ')}` : `did you mean \`${near}\`?`;
      throw new UsageError(`--report ${name}: there is no such report; ${hint}`);
    }
    if (shown === '') throw new UsageError(`--report ${kind} takes a file, as in --report ${kind}=FILE`);
    return { kind, shown, path: resolve(cwd, shown) };
  });
  const twice = reports.find(({ path }, at) => reports.findIndex((other) => other.path === path) < at);
  if (twice) throw new UsageError(`two reports write to \`${twice.shown}\``);
  const faults = await checkDestinations(reports.map((one) => ({ ...one, toStdout: false, folder: false })));
  const [fault] = faults;
  if (fault) throw new UsageError(`--report: ${fault.message}`);
  return reports;
}

/** Answers whether all of them could be written; what could not is told. */
export async function writeRunReports(
  cli: Cli,
  reports: readonly RunReport[],
  stateDir: string,
  id: string,
  plan: DeploymentPlan,
): Promise<boolean> {
  const status = reports.length === 0 ? undefined : statusOf(stateDir, id);
  if (!status) return true;
  const required = requiredProbes(plan);
  const told: ReportedRun = {
    ...status,
    probes: probesOf(plan).map(([probe, { kind }]) => ({
      probe,
      kind,
      required: required.includes(probe),
      found: status.runtimeProbeEvidence.find((one) => one.probe === probe),
    })),
  };
  const failures = await writeOutputs(
    reports.map(({ kind, path, shown }) => ({ path, shown, text: writers[kind](told) })),
  );
  if (failures.length === 0) return true;
  await cli.err(renderText(failures, new Map(), { width: cli.width, palette: cli.palette }));
  return false;
}
