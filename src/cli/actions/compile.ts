import { join } from 'node:path';
import { firstLine } from '../../adapters/files/first-line.ts';
import type { ScenarioTree } from '../../adapters/files/scenario-tree.ts';
import { type Cli, exitCode } from '../../app/cli.ts';
import { checkDenied } from '../../app/deny.ts';
import type { SharedFlags } from '../../app/flags.ts';
import { findInput } from '../../app/input.ts';
import { judgeReported } from '../../app/judge.ts';
import { localPath } from '../../app/local-path.ts';
import { lockPathOf } from '../../app/policy-options.ts';
import { createRenamer, renameDiagnostic } from '../../app/rename.ts';
import { compileInput, setUp } from '../../app/session.ts';
import { createSettingsFiles } from '../../app/settings-files.ts';
import { traced } from '../../app/tracing.ts';
import { rootFrom, treesOf } from '../../app/tree.ts';
import { UsageError } from '../../app/usage-error.ts';
import type { Sources } from '../../base/text.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { renderText } from '../../diagnostics/render/text.ts';
import { sortDiagnostics } from '../../diagnostics/sink.ts';
import type { DeploymentPlan } from '../../ir/plan-schema.ts';
import type { Span } from '../../ports/tracer.ts';
import { type Emit, parseEmits, renderOutputs, writtenTo } from '../emit.ts';
import { leftoversKept, writeEmits } from '../emitted/write.ts';
import { optimiseLater } from '../optimise-later.ts';
import { checkDestinations } from '../output.ts';
import { givenFiles, refuseOver } from '../overwrite.ts';
import { planSummary } from '../plan-summary.ts';
import { cleanRecordings } from '../recordings.ts';

export interface CompileFlags extends SharedFlags {
  readonly emit?: readonly string[];
  readonly verifyOrder?: boolean;
  readonly verifyFixpoint?: boolean;
}

export function compileCommand(cli: Cli, path: string, flags: CompileFlags): Promise<number> {
  return traced(cli, 'headgate compile', (span) => compileTraced(cli, path, flags, span));
}

async function compileTraced(cli: Cli, path: string, flags: CompileFlags, spans: Span): Promise<number> {
  const deny = flags.deny ?? [];
  await checkDenied(deny);
  if (flags.frozen && flags.verifyFixpoint)
    throw new UsageError('--verify-fixpoint asks policies again, and --frozen asks none');
  // Nobody reads the plan on a screen; whoever asks for it there gets it.
  const screen = flags.emit === undefined ? cli.screen : undefined;
  const emits = parseEmits(flags.emit ?? (screen ? [] : ['plan=-']), cli.cwd);
  const show = (diagnostics: readonly Diagnostic[], sources: Sources): Promise<void> =>
    cli.err(renderText(diagnostics, sources, { width: cli.width, palette: cli.palette }));
  // Before any policy runs: it would be a pity to ask them all for a plan that cannot be written.
  const trees = treesOf([path], cli.cwd, rootFrom(flags, cli));
  const blocked = await checkDestinations(emits, trees);
  if (blocked.length > 0) {
    await show(blocked, new Map());
    return exitCode.errors;
  }
  const setup = await setUp(cli, flags);
  const input = await findInput(path, cli.cwd);
  const missing = 'diagnostic' in input ? input : undefined;
  const early = [...(missing?.diagnostics ?? (missing ? [missing.diagnostic] : [])), ...setup.diagnostics];
  if ('diagnostic' in input || early.length > 0) {
    await show(sortDiagnostics(early), new Map([...setup.sources, ...(missing?.sources ?? [])]));
    return exitCode.errors;
  }
  const impossible = input.ir && emits.find(({ kind }) => kind === 'bundle' || kind === 'lock');
  if (impossible)
    throw new UsageError(
      `--emit ${impossible.kind} takes manifests, and \`${path}\` is a scenario IR, which holds none`,
    );
  const session = await compileInput(cli, input, setup, {
    askPolicies: true,
    bundle: emits.some(({ kind }) => kind === 'bundle'),
    record: emits.some(({ kind }) => kind === 'lock'),
    ...(input.loader ? {} : { firstLineOf: firstLines(localPath(input.baseDir), trees) }),
    verify: { order: flags.verifyOrder === true, fixpoint: flags.verifyFixpoint === true },
    spans,
  });
  const settings = createSettingsFiles(cli.cwd, flags.settings);
  const { compiled } = session.result;
  // What an output cannot say of the plan is told, and judged, like everything else.
  const rename = input.rename ?? createRenamer(input.baseDir, cli.cwd);
  const said: Diagnostic[] = [];
  if (emits.some(({ holds }) => holds)) optimiseLater(compiled?.plan.components.length ?? 0);
  const made = new Map(
    emits.map(({ kind }) => [kind, compiled?.emit(kind, (one) => said.push(renameDiagnostic(one, rename)))]),
  );
  const textsOf = ({ kind }: Emit): ReadonlyMap<string, string> => made.get(kind) ?? new Map();
  if (compiled) said.push(...leftoversKept(emits, textsOf, trees));
  const reported = { ...session, diagnostics: [...session.diagnostics, ...said] };
  const { diagnostics, sources } = await judgeReported(reported, settings, cli.cwd, { deny, asked: true });
  if (diagnostics.some((d) => d.severity === 'error') || !compiled) {
    await show(diagnostics, sources);
    return exitCode.errors;
  }
  refuseOver(writtenTo(emits), [...session.sources.keys(), ...session.files()], cli.cwd, 'this scenario is made of');
  const lock = lockPathOf(localPath(input.url), cli.cwd, flags.lock);
  const read = [...givenFiles(flags), ...settings.sources.keys(), ...setup.settings.sources.keys(), lock];
  const others = emits.filter(({ kind }) => kind !== 'lock');
  refuseOver(writtenTo(others), read, cli.cwd, 'this command reads');
  const outputs = renderOutputs(emits, textsOf);
  const after = await cli.interrupt.hold(() => writeEmits(emits, outputs, textsOf, trees));
  await show([...diagnostics, ...after], sources);
  if (after.some((d) => d.severity === 'error')) return exitCode.errors;
  await cleanRecordings(emits, outputs.files);
  if (compiled.plan.runtime) await trustWritten(cli, flags, compiled.plan, emits);
  await cli.out(screen ? planSummary(compiled.plan, { input: path, ...screen }) : outputs.stdout);
  return exitCode.ok;
}

/** Of programs in the scenario's tree, which are named from the folder of the root manifest. */
const firstLines =
  (folder: string | undefined, trees: readonly ScenarioTree[]) =>
  (name: string): string | undefined => {
    const path = folder === undefined ? undefined : join(folder, name);
    return path !== undefined && trees.some((tree) => !tree.refusal(path)) ? firstLine(path) : undefined;
  };

/** A plan of settings that the user has trusted is his as it was written. Nothing is remembered of what was trusted for this once. */
async function trustWritten(
  cli: Cli,
  { trustSettings }: CompileFlags,
  plan: DeploymentPlan,
  emits: readonly Emit[],
): Promise<void> {
  if (trustSettings) return;
  const { askedByPlan, remember } = await import('../../app/trust/judge-trust.ts');
  for (const { kind, path, shown, toStdout } of emits) {
    const asked = kind === 'plan' && !toStdout ? askedByPlan(path, shown, plan) : undefined;
    // Where it cannot be kept, `run` of the plan will ask.
    if (asked && asked.rights.length > 0) remember(cli, asked);
  }
}
