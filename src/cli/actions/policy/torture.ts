import { resolve } from 'node:path';
import { type Cli, exitCode } from '../../../app/cli.ts';
import { limitsFrom } from '../../../app/flags.ts';
import { findPolicy, type Tell } from '../../../app/policy-source.ts';
import { setUp } from '../../../app/session.ts';
import { rootFrom, treesOf } from '../../../app/tree.ts';
import { UsageError } from '../../../app/usage-error.ts';
import { version } from '../../../base/version.ts';
import { renderText } from '../../../diagnostics/render/text.ts';
import { loadMetaschema } from '../../../language/schema/metaschema.ts';
import { loadSyntax } from '../../../language/syntax/parse.ts';
import { startGeneration } from '../../../policy/serve/generation.ts';
import { type CaseResult, runTorture, type Started } from '../../../policy/torture/run.ts';
import { badgeJson, resultJson, table, tallyOf } from '../../../policy/torture/show.ts';
import { checkDestinations, type OutputFile, writeOutputs } from '../../output.ts';
import { programText } from '../../program-text.ts';
import { report } from '../../report.ts';

export interface PolicyTortureFlags {
  readonly format: 'text' | 'json';
  readonly out?: string;
  readonly badge?: string;
  readonly config?: string;
  readonly root?: string;
  readonly policyTimeout?: string;
  readonly maxAnswerBytes?: string;
}

export async function policyTortureCommand(cli: Cli, shown: string, flags: PolicyTortureFlags): Promise<number> {
  const { totalMs = 10_000, maxBodyBytes = 1_048_576 } = limitsFrom(flags);
  const limits = { timeoutMs: totalMs, maxBytes: maxBodyBytes };
  const destinations = (['out', 'badge'] as const).flatMap((name) => {
    const given = flags[name];
    return given === undefined
      ? []
      : [{ name, path: resolve(cli.cwd, given), shown: given, toStdout: false, folder: false }];
  });
  const trees = treesOf([shown], cli.cwd, rootFrom(flags, cli));
  const blocked = await checkDestinations(destinations, trees);
  if (blocked.length > 0) {
    await cli.err(renderText(blocked, new Map(), { width: cli.width, palette: cli.palette }));
    return exitCode.errors;
  }
  await Promise.all([loadSyntax('json5'), loadMetaschema()]);
  const results = await cli.interrupt.hold(() => torture(cli, shown, flags, limits));
  cli.status?.('');
  if (typeof results === 'number') return results;
  const result = resultJson(shown, results, version);
  await cli.err(table(results, cli.palette));
  if (flags.format === 'json') await cli.out(result);
  const files = destinations.map(
    ({ name, path, shown }): OutputFile => ({ path, shown, text: name === 'out' ? result : badgeJson(results) }),
  );
  const failures = await writeOutputs(files, trees);
  if (failures.length > 0) await cli.err(renderText(failures, new Map(), { width: cli.width, palette: cli.palette }));
  return failures.length > 0 || tallyOf(results).failed > 0 ? exitCode.errors : exitCode.ok;
}

interface Limits {
  readonly timeoutMs: number;
  readonly maxBytes: number;
}

/** A number is the exit code of what was told already. */
async function torture(
  cli: Cli,
  shown: string,
  flags: PolicyTortureFlags,
  limits: Limits,
): Promise<readonly CaseResult[] | number> {
  const onCase = (name: string): void => cli.status?.(`torture: ${name}`);
  const { signal } = cli.interrupt;
  if (/^https?:\/\//i.test(shown)) {
    if (!URL.canParse(shown)) throw new UsageError(`\`${shown}\` is not a URL`);
    return runTorture({ url: new URL(shown), signal, onCase, ...limits });
  }
  const setup = await setUp(cli, {
    ...(flags.config === undefined ? {} : { config: flags.config }),
    ...(flags.root === undefined ? {} : { root: flags.root }),
  });
  const tell: Tell = (found) => report(cli, { ...found, input: shown }, [{ name: 'text' }]);
  if (setup.diagnostics.length > 0) {
    await tell(setup);
    return exitCode.usage;
  }
  const source = await findPolicy(cli, shown, setup, tell);
  const start = await source.start();
  if (!start) return exitCode.errors;
  const said: string[] = [];
  const generation = startGeneration(start, (line) => {
    said.push(line);
    if (said.length > 20) said.shift();
  });
  const started: Started = { stop: generation.stop, ended: generation.ended };
  try {
    const ready = await Promise.race([generation.ready, aborted(signal)]);
    if ('fault' in ready) {
      await cli.err(`error: \`${shown}\` cannot be tortured: ${ready.fault}\n`);
      return exitCode.errors;
    }
    const url = new URL(`http://127.0.0.1:${ready.port}/`);
    const results = await runTorture({ url, signal, onCase, started, ...limits });
    if (tallyOf(results).failed > 0 && said.length > 0)
      await cli.err(`the policy's last words:\n${said.map((line) => `  ${programText(line)}`).join('\n')}\n\n`);
    return results;
  } finally {
    await generation.stop();
  }
}

const aborted = (signal: AbortSignal): Promise<{ readonly fault: string }> =>
  new Promise((done) => {
    const tell = (): void => done({ fault: 'it was interrupted' });
    if (signal.aborted) tell();
    else signal.addEventListener('abort', tell, { once: true });
  });
