/** Runs in this process, whose secrets come from wherever the test says. */
import { pathToFileURL } from 'node:url';
import { compile, createLoader } from '../../../src/api/compile.ts';
import type { DeploymentPlan } from '../../../src/ir/plan-schema.ts';
import type { RuntimeSettings } from '../../../src/ir/runtime-settings.ts';
import type { LogLine } from '../../../src/runtime/environments/local/logs.ts';
import type { Run, RunEvent } from '../../../src/runtime/run.ts';
import { type RunOptions, run } from '../../../src/server/run-served.ts';

export const localVault = {
  provider: 'local_encrypted',
  file: 's.vault',
  key: { file: '~/.config/headgate-test/none.key' },
} as const;

export async function planIn(scenario: string, runtime: RuntimeSettings = {}): Promise<DeploymentPlan> {
  const input = pathToFileURL(scenario);
  const { compiled, diagnostics } = await compile({
    input: input.href,
    baseDir: new URL('.', input).href,
    loader: createLoader(),
    policyClient: { sandbox: 'none', ask: async () => [] },
    runtime: { vaults: { local: localVault }, ...runtime },
  });
  if (!compiled) throw new Error(JSON.stringify(diagnostics));
  return compiled.plan;
}

export interface Watched {
  readonly run: Run;
  /** Of the programs. */
  readonly lines: LogLine[];
  /** Everything that was told, as JSON. */
  readonly told: () => string;
}

export async function runHere(plan: DeploymentPlan, options: RunOptions): Promise<Watched> {
  const lines: LogLine[] = [];
  const events: RunEvent[] = [];
  const begun = await run(plan, {
    ...options,
    onEvent: (event) => {
      events.push(event);
      if (event.type === 'log') lines.push(event.line);
    },
  });
  if ('blocked' in begun) throw new Error(JSON.stringify(begun.blocked));
  return { run: begun, lines, told: () => JSON.stringify(events) };
}
