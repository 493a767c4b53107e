/** One compile as the commands run it: input found, ports chosen, result told in paths of the current folder. */
import { createLoader } from '../adapters/loader.ts';
import type { JsonObject } from '../base/json.ts';
import type { Sources } from '../base/text.ts';
import { type CompileResult, compile } from '../compile.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { sortDiagnostics } from '../diagnostics/sink.ts';
import type { Cli } from './cli.ts';
import { readConfigFile } from './config-file.ts';
import { denier } from './deny.ts';
import { limitsFrom, runningFrom, type SharedFlags } from './flags.ts';
import { findInput } from './input.ts';
import { createLazyPolicyClient } from './policy-client.ts';
import { createRenamer, renameDiagnostic, renameSources } from './rename.ts';

export interface Session {
  /** Sorted; files are named from the current folder. */
  readonly diagnostics: readonly Diagnostic[];
  readonly sources: Sources;
  /** Absent when the input could not be found. */
  readonly result?: CompileResult;
}

export interface SessionOptions {
  readonly askPolicies: boolean;
  readonly flags: SharedFlags;
}

export const hasErrors = (session: Session): boolean => session.diagnostics.some((d) => d.severity === 'error');

export async function compileInput(cli: Cli, argument: string, options: SessionOptions): Promise<Session> {
  const { flags } = options;
  const running = runningFrom(flags);
  const limits = limitsFrom(flags);
  const deny = denier(flags.deny ?? []);
  const input = await findInput(argument, cli.cwd);
  const config = flags.config === undefined ? undefined : await readConfigFile(flags.config, cli.cwd);
  const early = [...('diagnostic' in input ? [input.diagnostic] : []), ...(config?.diagnostics ?? [])];
  if ('diagnostic' in input || early.length > 0) {
    return { diagnostics: sortDiagnostics(early), sources: config?.sources ?? new Map() };
  }
  const timings: [string, number][] = [];
  const result = await compile({
    input: input.url,
    baseDir: input.baseDir,
    loader: createLoader(),
    ...(options.askPolicies ? { policyClient: createLazyPolicyClient(cli, flags.sandbox !== false) } : {}),
    rootConfig: { env: cli.env, ...(config?.value ? { file: config.value as JsonObject } : {}) },
    running,
    limits,
    ...(flags.timings ? { onPhase: (name, ms) => timings.push([name, ms]), now: cli.now } : {}),
  });
  if (flags.timings) await cli.err(timingTable(argument, timings));
  const rename = createRenamer(input.baseDir, cli.cwd);
  return {
    diagnostics: sortDiagnostics(result.diagnostics.map((d) => deny(renameDiagnostic(d, rename)))),
    sources: renameSources(result.sources, rename),
    result,
  };
}

function timingTable(title: string, timings: readonly (readonly [string, number])[]): string {
  const total = timings.reduce((sum, [, ms]) => sum + ms, 0);
  const rows = [...timings, ['total', total] as const];
  const width = Math.max(...rows.map(([name]) => name.length));
  const lines = rows.map(([name, ms]) => `  ${name.padEnd(width)} ${ms.toFixed(1).padStart(9)} ms`);
  return `${[`timings of ${title}`, ...lines].join('\n')}\n`;
}
